"""Orientation, enrolment, mandates of référents, contracts, steps, jobs, exits and diagnosis of a person."""

from jalons.pathways.models.contract_papers import ContractPaper, PaperPurpose
from jalons.pathways.models.contracts import (
    Contract,
    ContractApproval,
    ContractKind,
    ContractObjective,
    ContractReturn,
    ContractState,
    ContractStep,
    Horizon,
    StepDoer,
)
from jalons.pathways.models.diagnosis import (
    Assessment,
    AssessmentKind,
    Information,
    InformationKind,
    Obstacle,
    ObstacleAction,
)
from jalons.pathways.models.enrolments import ClosureProposal, EndReason, Enrolment, Pause, ProposalState
from jalons.pathways.models.exits import Destination, Exit, ExitState, Piece
from jalons.pathways.models.final_reviews import AcquiredSkill, FinalReview, FinalReviewAnswer, FinalReviewAttendee
from jalons.pathways.models.findings import AssessedDomain, GridAnswer, Recommendation, Standing
from jalons.pathways.models.follow_up_meetings import FollowUpMeeting
from jalons.pathways.models.handovers import HandedOver, Handover, HandoverNote
from jalons.pathways.models.jobs import EmployerKind, Job, JobContract
from jalons.pathways.models.mandates import EnrolmentProfessional, Mandate
from jalons.pathways.models.missions import MissionDone
from jalons.pathways.models.orientations import Channel, Opinion, Orientation
from jalons.pathways.models.orienting import (
    Evaluation,
    IntegrationNotice,
    OrientationGrid,
    Preflag,
    ReorientationRequest,
    RequestState,
    SavedQuery,
    SessionExemption,
)
from jalons.pathways.models.projects import Preparation, PreparationKind, Project, ProjectOutcome, Referral
from jalons.pathways.models.reports import ContractBreach, Report, ReportCause, ReportedAbsence, ReportState
from jalons.pathways.models.reviews import CaseReview, ReviewDecision
from jalons.pathways.models.step_facts import (
    ApplicationResult,
    ContactWith,
    Finding,
    FollowUpContact,
    Immersion,
    ImmersionPurpose,
    JobApplication,
)
from jalons.pathways.models.steps import Step, StepAnswer, StepOffer, StepSource, StepState

__all__ = [
    "AcquiredSkill",
    "ApplicationResult",
    "AssessedDomain",
    "Assessment",
    "AssessmentKind",
    "CaseReview",
    "Channel",
    "ClosureProposal",
    "ContactWith",
    "Contract",
    "ContractApproval",
    "ContractBreach",
    "ContractKind",
    "ContractObjective",
    "ContractPaper",
    "ContractReturn",
    "ContractState",
    "ContractStep",
    "Destination",
    "EmployerKind",
    "EndReason",
    "Enrolment",
    "EnrolmentProfessional",
    "Evaluation",
    "Exit",
    "ExitState",
    "FinalReview",
    "FinalReviewAnswer",
    "FinalReviewAttendee",
    "Finding",
    "FollowUpContact",
    "FollowUpMeeting",
    "GridAnswer",
    "HandedOver",
    "Handover",
    "HandoverNote",
    "Horizon",
    "Immersion",
    "ImmersionPurpose",
    "Information",
    "InformationKind",
    "IntegrationNotice",
    "Job",
    "JobApplication",
    "JobContract",
    "Mandate",
    "MissionDone",
    "Obstacle",
    "ObstacleAction",
    "Opinion",
    "Orientation",
    "OrientationGrid",
    "PaperPurpose",
    "Pause",
    "Piece",
    "Preflag",
    "Preparation",
    "PreparationKind",
    "Project",
    "ProjectOutcome",
    "ProposalState",
    "Recommendation",
    "Referral",
    "ReorientationRequest",
    "Report",
    "ReportCause",
    "ReportState",
    "ReportedAbsence",
    "RequestState",
    "ReviewDecision",
    "SavedQuery",
    "SessionExemption",
    "Standing",
    "Step",
    "StepAnswer",
    "StepDoer",
    "StepOffer",
    "StepSource",
    "StepState",
]
