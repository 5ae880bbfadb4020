"""The pathway in the admin, to look only: writing goes through the operations."""

from __future__ import annotations

from django.contrib import admin

from jalons.pathways.models import (
    Assessment,
    ClosureProposal,
    Contract,
    Enrolment,
    Exit,
    FollowUpContact,
    Information,
    Job,
    Mandate,
    Obstacle,
    Orientation,
    Pause,
    Piece,
    Project,
    Referral,
    Report,
    Step,
    StepOffer,
)
from jalons.ui.readonly_admin import ReadOnlyAdmin


@admin.register(Orientation)
class OrientationAdmin(ReadOnlyAdmin[Orientation]):
    """Orientations by date of decision."""

    list_display = ("person_id", "organisation", "action_code", "channel", "decided_on", "closed_on")
    list_filter = ("channel", "accompaniment_type")
    list_select_related = ("organisation",)


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin[Enrolment]):
    """Enrolments and their ends."""

    list_display = ("person_id", "organisation", "action_code", "start_on", "end_on", "end_reason")
    list_filter = ("end_reason",)
    list_select_related = ("organisation",)


@admin.register(Mandate)
class MandateAdmin(ReadOnlyAdmin[Mandate]):
    """Référents uniques and their periods."""

    list_display = ("person_id", "caseworker", "organisation", "start_on", "end_on")
    list_select_related = ("caseworker", "organisation")


@admin.register(Contract)
class ContractAdmin(ReadOnlyAdmin[Contract]):
    """Contracts: states and dates; what they say is left out."""

    list_display = ("person_id", "kind", "rank", "state", "start_on", "end_on", "validated_on")
    list_filter = ("state", "kind")
    exclude = ("her_words", "previous_review")


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin[Step]):
    """Steps and their states."""

    list_display = ("person_id", "kind", "family", "state", "started_on", "ended_on")
    list_filter = ("family", "state")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin[Job]):
    """Jobs as facts."""

    list_display = ("person_id", "contract_kind", "employer_kind", "start_on", "end_on", "ended_on")
    list_filter = ("contract_kind", "employer_kind")


@admin.register(Exit)
class ExitAdmin(ReadOnlyAdmin[Exit]):
    """Exits with both classes, computed and chosen."""

    list_display = (
        "person_id",
        "destination",
        "computed_class",
        "chosen_class",
        "state",
        "exited_on",
        "rulebook_version",
    )
    list_filter = ("state", "destination")


@admin.register(ClosureProposal)
class ClosureProposalAdmin(ReadOnlyAdmin[ClosureProposal]):
    """Closures proposed by the end of rights, and what was decided."""

    list_display = ("enrolment_id", "cause", "ended_on", "state", "decided_on", "until")
    list_filter = ("state", "cause")


@admin.register(Pause)
class PauseAdmin(ReadOnlyAdmin[Pause]):
    """« Veilles »."""

    list_display = ("enrolment_id", "start_on", "end_on")


@admin.register(Piece)
class PieceAdmin(ReadOnlyAdmin[Piece]):
    """Documents noted in a file."""

    list_display = ("person_id", "kind", "dated_on")


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin[Assessment]):
    """Assessments: kinds and dates; what they recommend is left out."""

    list_display = ("person_id", "kind", "made_on")
    list_filter = ("kind",)
    exclude = ("recommendations",)


@admin.register(Obstacle)
class ObstacleAdmin(ReadOnlyAdmin[Obstacle]):
    """Obstacles: domains and dates, without a word."""

    list_display = ("person_id", "domain", "opened_on", "worked_on", "lifted_on")
    list_filter = ("domain",)
    exclude = ("note",)


@admin.register(Information)
class InformationAdmin(ReadOnlyAdmin[Information]):
    """What persons were told, and when."""

    list_display = ("person_id", "kind", "given_on")
    list_filter = ("kind",)


@admin.register(StepOffer)
class StepOfferAdmin(ReadOnlyAdmin[StepOffer]):
    """Offers of places that may be prescribed."""

    list_display = ("label", "provider", "kind", "places", "start_on", "end_on", "closed_on")
    list_filter = ("kind", "source")


@admin.register(FollowUpContact)
class FollowUpContactAdmin(ReadOnlyAdmin[FollowUpContact]):
    """News of steps and jobs: with whom and what was found, without a word."""

    list_display = ("person_id", "made_on", "contact_with", "finding")
    list_filter = ("contact_with", "finding")
    exclude = ("note",)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin[Report]):
    """Reports decided: their cause and date; the facts are left out."""

    list_display = ("person_id", "cause", "state", "decided_on", "withdrawn_on")
    list_filter = ("cause", "state")
    exclude = ("facts", "reason", "withdrawn_reason")


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin[Project]):
    """Projects: their dates, without a word."""

    list_display = ("person_id", "opened_on", "validated_on", "carried_out_on", "closed_on", "outcome")
    exclude = ("title",)


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin[Referral]):
    """Social referrals: domain and date, without a word."""

    list_display = ("person_id", "domain", "referred_on")
    exclude = ("first_answer",)
