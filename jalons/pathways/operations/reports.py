"""The référent reports or not: the system only proposes (R-092, R-145…R-147). Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from jalons.agenda.models import Appointment, Outcome
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import (
    Contract,
    ContractBreach,
    Enrolment,
    Report,
    ReportCause,
    ReportedAbsence,
    ReportState,
)
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations.pauses import record_piece
from jalons.pathways.rulebook import rules_of
from jalons.pathways.rules import BREACH, IN_FORCE, report_piece, require_not_after


@operation
def write_report(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    cause: ReportCause,
    facts: str,
    absence_ids: Collection[int] = (),
) -> Report:
    """Confirm a report with its facts and dates; ``absence_ids`` are the appointments missed that it cites (R-147).

    Refused: no facts, an appointment that is not an unjustified absence of this person.
    """
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    if not facts.strip():
        raise Refusal("Un signalement dit les faits et leurs dates.", code="report_has_facts")
    absences = _absences(enrolment, absence_ids)
    if cause == ReportCause.ABSENCES and not absences:
        raise Refusal("Choisissez les absences que le signalement cite.", code="report_without_absence")
    made = _report(actor, on, enrolment, cause, ReportState.WRITTEN, facts=facts.strip())
    ReportedAbsence.objects.bulk_create(ReportedAbsence(report=made, appointment=one) for one in absences)
    return made


@operation
def dismiss_report(*, actor: User, on: date, enrolment_id: int, cause: ReportCause, reason: str) -> Report:
    """Set a proposal aside, with a reason: nothing is reported, and the same facts no longer propose it (R-147)."""
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    if not reason.strip():
        raise Refusal("Écarter un signalement demande une raison.", code="report_dismissed_with_reason")
    return _report(actor, on, enrolment, cause, ReportState.DISMISSED, reason=reason.strip())


@operation
def withdraw_report(*, actor: User, on: date, report_id: int, reason: str) -> Report:
    """Take back a report, or a proposal set aside by mistake: the facts may propose it again."""
    enrolment_id = Report.objects.values_list("enrolment_id", flat=True).get(pk=report_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    report = Report.objects.select_related("piece").get(pk=report_id)
    if report.state == ReportState.WITHDRAWN:
        raise Refusal("Ce signalement est déjà retiré.", code="report_withdrawn")
    if not reason.strip():
        raise Refusal("Retirer un signalement demande un motif.", code="report_withdrawn_when_why_by_whom")
    piece, report.piece = report.piece, None
    report.state, report.withdrawn_on, report.withdrawn_by = ReportState.WITHDRAWN, on, actor
    report.withdrawn_reason = reason.strip()
    report.save()
    touch(days={report.decided_on})
    if piece is not None:
        piece.delete()
    return report


@operation
def record_breach(*, actor: User, on: date, contract_id: int, happened_on: date, facts: str) -> ContractBreach:
    """Write that a contract was not kept: the date and the facts; the rulebook proposes a report from it (R-092)."""
    enrolment_id = Contract.objects.values_list("enrolment_id", flat=True).get(pk=contract_id)
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    contract = Contract.objects.get(pk=contract_id)
    require_not_after(happened_on, on=on, what="Le non-respect")
    if contract.state not in IN_FORCE:
        raise Refusal("Seul un contrat validé peut ne pas être respecté.", code="breach_of_draft")
    if not contract.start_on <= happened_on <= contract.end_on:
        raise Refusal(
            f"Ce contrat va du {contract.start_on:%d/%m/%Y} au {contract.end_on:%d/%m/%Y}.",
            code="breach_outside_contract",
        )
    if not facts.strip():
        raise Refusal("Un non-respect du contrat dit les faits.", code="breach_has_facts")
    piece = record_piece(actor=actor, on=on, enrolment_id=enrolment_id, kind=BREACH, dated_on=happened_on, owned=True)
    return ContractBreach.objects.create(
        enrolment=enrolment,
        person_id=enrolment.person_id,
        contract=contract,
        happened_on=happened_on,
        facts=facts.strip(),
        piece=piece,
        recorded_by=actor,
    )


@operation
def withdraw_breach(*, actor: User, on: date, breach_id: int, reason: str) -> ContractBreach:
    """Take back a breach written by mistake, with a reason; its piece goes, and so does the report proposed from it (R-092)."""
    enrolment_id = ContractBreach.objects.values_list("enrolment_id", flat=True).get(pk=breach_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    breach = ContractBreach.objects.select_related("piece").get(pk=breach_id)
    if breach.withdrawn_on is not None:
        raise Refusal("Ce non-respect du contrat est déjà retiré.", code="breach_withdrawn")
    if not reason.strip():
        raise Refusal("Retirer un non-respect du contrat demande un motif.", code="breach_withdrawn_when_why_by_whom")
    piece, breach.piece = breach.piece, None
    breach.withdrawn_on, breach.withdrawn_by, breach.withdrawn_reason = on, actor, reason.strip()
    breach.save()
    touch(days={breach.happened_on})
    if piece is not None:
        piece.delete()
    return breach


def _absences(enrolment: Enrolment, ids: Collection[int]) -> list[Appointment]:
    rows = list(
        Appointment.objects.filter(
            pk__in=set(ids), person=enrolment.person_id, outcome=Outcome.UNJUSTIFIED_ABSENCE
        ).order_by("starts_at")
    )
    if len(rows) != len(set(ids)):
        raise Refusal(
            "Une absence citée a été justifiée, ou n’en est plus une : relisez la liste.", code="report_absence_changed"
        )
    _never_cited(rows)
    return rows


def _never_cited(rows: Collection[Appointment]) -> None:
    """A form sent twice writes one report; the persons are locked, so the second sees the first."""
    cited = ReportedAbsence.objects.filter(appointment__in=rows, report__state=ReportState.WRITTEN).first()
    if cited is not None:
        raise Refusal(
            "Une absence citée l’est déjà par un signalement écrit : relisez « Signalements ».", code="absence_reported"
        )


def _report(
    actor: User,
    on: date,
    enrolment: Enrolment,
    cause: ReportCause,
    state: ReportState,
    *,
    facts: str = "",
    reason: str = "",
) -> Report:
    rules = rules_of(enrolment.action_code, on=on)
    kind = report_piece(cause, state, {*rules.documents, *rules.closing})
    piece = record_piece(actor=actor, on=on, enrolment_id=enrolment.pk, kind=kind, dated_on=on, owned=True)
    return Report.objects.create(
        enrolment=enrolment,
        person_id=enrolment.person_id,
        cause=cause,
        state=state,
        decided_on=on,
        decided_by=actor,
        facts=facts,
        reason=reason,
        rulebook_version=rules.version,
        piece=piece,
    )
