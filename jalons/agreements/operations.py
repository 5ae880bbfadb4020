"""The one door to make and amend agreements, in-house offers and their lines of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from jalons.agreements.models import Agreement, AgreementKind, AgreementLine, Amendment, Report
from jalons.agreements.rules import check_amount, check_line_dates, check_report, reported_period
from jalons.kernel.operation import operation, touch
from jalons.kernel.periods import months_between
from jalons.kernel.refusals import Refusal
from jalons.network.models import Organisation, Territory, User
from jalons.network.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class Place:
    """A line to add: places of one action, at the agreement's dates unless its own are given.

    ``amount`` is in euros, kept as given (C-22); ``persons_to_follow`` is over the period, not at once (R-133).
    """

    framework_code: str
    action_code: str
    places: int
    persons_to_follow: int | None = None
    amount: Decimal | None = None
    theme: str = ""
    printed_type: str = ""
    territory_id: int | None = None
    fte: Decimal | None = None
    start_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An agreement to make with its lines; ``dataset`` names the table it comes from."""

    organisation_id: int
    reference: str
    start_on: date
    end_on: date
    kind: str = AgreementKind.CONVENTION
    dataset: str = ""
    fictitious: bool = False
    lines: Sequence[Place] = ()


@operation
def create_agreements(*, actor: User, on: date, drafts: Sequence[Draft]) -> list[Agreement]:
    """Make agreements between organisations and their authority, with their lines, in the order given (R-192)."""
    owners = dict(
        Organisation.objects.filter(pk__in={draft.organisation_id for draft in drafts}).values_list(
            "pk", "authority_id"
        )
    )
    for authority_id in set(owners.values()):
        require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=authority_id)
    agreements = Agreement.objects.bulk_create(
        Agreement(
            authority_id=owners[draft.organisation_id],
            organisation_id=draft.organisation_id,
            kind=draft.kind,
            reference=draft.reference,
            start_on=draft.start_on,
            end_on=draft.end_on,
            dataset=draft.dataset,
            fictitious=draft.fictitious,
        )
        for draft in drafts
    )
    _write(
        [
            _line(agreement, line, rank)
            for agreement, draft in zip(agreements, drafts, strict=True)
            for rank, line in enumerate(draft.lines, start=1)
        ]
    )
    return agreements


@operation
def create_agreement(
    *,
    actor: User,
    on: date,
    organisation_id: int,
    reference: str,
    start_on: date,
    end_on: date,
    kind: str = AgreementKind.CONVENTION,
    dataset: str = "",
    fictitious: bool = False,
    lines: Sequence[Place] = (),
) -> Agreement:
    """Make one agreement between an organisation and its authority, with its lines (R-192)."""
    draft = Draft(organisation_id, reference, start_on, end_on, kind, dataset, fictitious, lines)
    return create_agreements(actor=actor, on=on, drafts=[draft])[0]


@operation
def open_in_house_offer(
    *,
    actor: User,
    on: date,
    organisation_id: int,
    reference: str,
    start_on: date,
    end_on: date,
    lines: Sequence[Place],
    fictitious: bool = False,
) -> Agreement:
    """Open places without a price: Pôle emploi, the authority's own services, a PLIE."""
    return create_agreement(
        actor=actor,
        on=on,
        organisation_id=organisation_id,
        reference=reference,
        start_on=start_on,
        end_on=end_on,
        kind=AgreementKind.IN_HOUSE,
        fictitious=fictitious,
        lines=lines,
    )


@operation
def add_line(*, actor: User, on: date, agreement_id: int, line: Place) -> AgreementLine:
    """Add a line of places to an agreement, after its last one."""
    return add_lines(actor=actor, on=on, agreement_id=agreement_id, lines=[line])[0]


@operation
def add_lines(*, actor: User, on: date, agreement_id: int, lines: Sequence[Place]) -> list[AgreementLine]:
    """Add lines of places to an agreement, in the order given."""
    agreement = _managed(actor, agreement_id, on=on)
    return _add(agreement, lines)


@operation
def amend_line(
    *,
    actor: User,
    on: date,
    line_id: int,
    reason: str,
    places: int | None = None,
    end_on: date | None = None,
) -> Amendment:
    """Change the places or the last day of a line, keeping what they were (« avenant »).

    Refused when an enrolment would fall outside the new dates: the database holds it, whatever happens meanwhile.
    The agreement lasts at least as long as its lines: it is prolonged with them.
    """
    if not reason.strip():
        raise Refusal("Un avenant demande un motif.", code="amendment_without_reason")
    line = AgreementLine.objects.select_for_update().get(pk=line_id)
    agreement = _managed(actor, line.agreement_id, on=on)
    places_after = line.places if places is None else places
    end_after = line.end_on if end_on is None else end_on
    if (places_after, end_after) == (line.places, line.end_on):
        raise Refusal("Cet avenant ne change rien : donnez d’autres places ou une autre fin.", code="amendment_empty")
    amendment = Amendment.objects.create(
        line=line,
        decided_on=on,
        decided_by=actor,
        places_before=line.places,
        places_after=places_after,
        end_before=line.end_on,
        end_after=end_after,
        reason=reason.strip(),
    )
    touch(days=set(months_between(line.start_on, max(line.end_on, end_after))), lines=True)
    line.places, line.end_on = places_after, end_after
    line.save(update_fields=["places", "end_on"])
    if agreement.end_on < end_after:
        agreement.end_on = end_after
        agreement.save(update_fields=["end_on"])
    return amendment


@operation
def correct_line(
    *,
    actor: User,
    on: date,
    line_id: int,
    reason: str,
    places: int,
    persons_to_follow: int | None,
    amount: Decimal | None,
    fte: Decimal | None,
) -> AgreementLine:
    """Bring a line to what its table says now; a change of places is an amendment, the rest is kept by history."""
    line = AgreementLine.objects.select_for_update().get(pk=line_id)
    agreement = _managed(actor, line.agreement_id, on=on)
    if places != line.places:
        amend_line(actor=actor, on=on, line_id=line_id, places=places, reason=reason)
        line.refresh_from_db()
    else:
        touch(days=set(months_between(line.start_on, line.end_on)), lines=True)
    touch(lines=True)
    check_amount(agreement.kind, amount)
    line.persons_to_follow, line.amount, line.fte = persons_to_follow, amount, fte
    line.save(update_fields=["persons_to_follow", "amount", "fte"])
    return line


@operation
def record_report(
    *, actor: User, on: date, line_id: int, kind: str, period: date, received_on: date | None = None
) -> Report:
    """Note that the operator's report came (R-201, R-203, R-204). ``period`` is any day of the month or year reported.

    A period has one report of each kind: a second reception is refused, the first one can be corrected.
    """
    line = AgreementLine.objects.get(pk=line_id)
    _managed(actor, line.agreement_id, on=on)
    received_on = received_on or on
    reported = reported_period(kind, period)
    check_report(line, reported, received_on, on=on)
    touch(days={reported.start}, lines=True)
    return Report.objects.create(
        line=line, kind=kind, period_start=reported.start, received_on=received_on, recorded_by=actor
    )


@operation
def correct_report(*, actor: User, on: date, report_id: int, received_on: date) -> Report:
    """Change the day a report was received; the history keeps what was written before, and by whom."""
    report = _report(actor, report_id, on=on)
    check_report(report.line, reported_period(report.kind, report.period_start), received_on, on=on)
    touch(days={report.period_start}, lines=True)
    report.received_on, report.recorded_by = received_on, actor
    report.save(update_fields=["received_on", "recorded_by"])
    return report


@operation
def remove_report(*, actor: User, on: date, report_id: int) -> None:
    """Take back a report noted by mistake (wrong line, wrong month); the history keeps the row."""
    report = _report(actor, report_id, on=on)
    touch(days={report.period_start}, lines=True)
    report.delete()


def _report(actor: User, report_id: int, *, on: date) -> Report:
    report = Report.objects.select_for_update(of=("self",)).select_related("line").get(pk=report_id)
    _managed(actor, report.line.agreement_id, on=on)
    return report


def _managed(actor: User, agreement_id: int, *, on: date) -> Agreement:
    """Lock the agreement, so that ranks and dates are decided one at a time, and check who asks."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement_id)
    require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=agreement.authority_id)
    return agreement


def _add(agreement: Agreement, lines: Sequence[Place]) -> list[AgreementLine]:
    last = agreement.lines.aggregate(last=Max("rank"))["last"] or 0
    return _write([_line(agreement, line, rank) for rank, line in enumerate(lines, start=last + 1)])


def _write(lines: Sequence[AgreementLine]) -> list[AgreementLine]:
    _check_territories(lines)
    touch(days={month for line in lines for month in months_between(line.start_on, line.end_on)}, lines=True)
    return AgreementLine.objects.bulk_create(lines)


def _line(agreement: Agreement, line: Place, rank: int) -> AgreementLine:
    start_on, end_on = line.start_on or agreement.start_on, line.end_on or agreement.end_on
    check_line_dates(agreement.start_on, agreement.end_on, start_on, end_on)
    check_amount(agreement.kind, line.amount)
    return AgreementLine(
        agreement=agreement,
        rank=rank,
        framework_code=line.framework_code,
        action_code=line.action_code,
        printed_type=line.printed_type,
        territory_id=line.territory_id,
        theme=line.theme,
        start_on=start_on,
        end_on=end_on,
        places=line.places,
        persons_to_follow=line.persons_to_follow,
        amount=line.amount,
        fte=line.fte,
    )


def _check_territories(lines: Sequence[AgreementLine]) -> None:
    named = {line.territory_id for line in lines if line.territory_id is not None}
    known = dict(Territory.objects.filter(pk__in=named).values_list("pk", "authority_id")) if named else {}
    if any(
        known.get(line.territory_id) != line.agreement.authority_id for line in lines if line.territory_id is not None
    ):
        raise Refusal("Ce territoire n’est pas celui de l’autorité de la convention.", code="territory_elsewhere")
