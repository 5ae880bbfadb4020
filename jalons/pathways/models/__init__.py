"""Orientation, enrolment, mandates of référents, contracts, steps, jobs, exits and diagnosis of a person."""

from jalons.pathways.models.contract_papers import ContractPaper, PaperPurpose
from jalons.pathways.models.contracts import (
    Contract,
    ContractKind,
    ContractObjective,
    ContractReturn,
    ContractState,
    ContractStep,
    Horizon,
    StepDoer,
)
from jalons.pathways.models.diagnosis import Assessment, AssessmentKind, Information, InformationKind, Obstacle
from jalons.pathways.models.enrolments import ClosureProposal, EndReason, Enrolment, Pause, ProposalState
from jalons.pathways.models.exits import Destination, Exit, ExitState, Piece
from jalons.pathways.models.jobs import EmployerKind, Job, JobContract
from jalons.pathways.models.mandates import EnrolmentProfessional, Mandate
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
from jalons.pathways.models.steps import Step, StepSource, StepState

__all__ = [
    "Assessment",
    "AssessmentKind",
    "Channel",
    "ClosureProposal",
    "Contract",
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
    "Horizon",
    "Information",
    "InformationKind",
    "IntegrationNotice",
    "Job",
    "JobContract",
    "Mandate",
    "Obstacle",
    "Opinion",
    "Orientation",
    "OrientationGrid",
    "PaperPurpose",
    "Pause",
    "Piece",
    "Preflag",
    "ProposalState",
    "ReorientationRequest",
    "RequestState",
    "SavedQuery",
    "SessionExemption",
    "Step",
    "StepDoer",
    "StepSource",
    "StepState",
]
