"""The door through which a table of agreements comes in: previewed, then applied, each row with its result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jalons.agreements.models import Agreement, AgreementLine
from jalons.agreements.operations import Draft, Place, add_lines, amend_line, correct_line, create_agreements
from jalons.exchange.spreadsheets.agreements import FIELDS, Preview, Question, Row, Wanted, preview
from jalons.exchange.spreadsheets.columns import find_layout
from jalons.exchange.spreadsheets.models import RowStatus, TableImport, TableRow
from jalons.exchange.spreadsheets.reading import read_bytes
from jalons.kernel import clock
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import Authority, Organisation, User
from jalons.network.operations import create_organisations
from jalons.network.permissions import Permission, require

KIND = "agreements"
MAX_DATASET = 40


@dataclass(frozen=True, slots=True)
class Table:
    """A file as received: its name, its bytes, and printed header → field code when the headers say nothing known."""

    file_name: str
    content: bytes
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written: the journal of the table, and the preview it followed."""

    journal: TableImport
    preview: Preview


def preview_agreements(*, actor: User, on: date, table: Table, question: Question) -> Preview:
    """Tell what importing ``table`` would do. Raises TableRefused when the file as a whole cannot be read."""
    require(actor, Permission.AGREEMENT_MANAGE, on=on, authority_id=question.authority.pk)
    _check(question)
    layout = find_layout(read_bytes(table.content), FIELDS, explicit=dict(table.columns))
    return preview(layout, question)


@operation
def import_agreements(*, actor: User, on: date, table: Table, question: Question) -> Applied:
    """Make the agreements and lines of ``table``; rows already there are left, changed ones amended, refused ones kept.

    Applying the same file twice changes nothing. Two imports of one authority wait for each other.
    """
    Authority.objects.select_for_update().get(pk=question.authority.pk)
    seen = preview_agreements(actor=actor, on=on, table=table, question=question)
    made = _add_new(actor, on, seen.of(RowStatus.NEW), question)
    for row in seen.of(RowStatus.CHANGED):
        _amend(actor, on, row, question)
    journal = TableImport.objects.create(
        authority=question.authority,
        kind=KIND,
        dataset=question.dataset,
        file_name=table.file_name[:200],
        file_hash=hashlib.sha256(table.content).digest(),
        headers=list(seen.layout.headers),
        at=clock.now(),
        by=actor,
        new=seen.counts[RowStatus.NEW],
        changed=seen.counts[RowStatus.CHANGED],
        unchanged=seen.counts[RowStatus.UNCHANGED],
        refused=seen.counts[RowStatus.REFUSED],
    )
    TableRow.objects.bulk_create(
        TableRow(
            table=journal,
            number=row.number,
            status=row.status,
            reason=row.reason[:1000],
            cells=[str(cell) if cell is not None else "" for cell in row.cells] if row.reason else None,
            subject_id=row.line_id or made.get(row.number),
        )
        for row in seen.rows
    )
    return Applied(journal, seen)


def _check(question: Question) -> None:
    if not question.dataset or len(question.dataset) > MAX_DATASET:
        raise Refusal(f"Donnez au tableau un nom de {MAX_DATASET} caractères au plus.", code="dataset_name")
    if question.end_on < question.start_on:
        raise Refusal("La fin ne peut pas précéder le début.", code="dates_ordered")


def _add_new(actor: User, on: date, rows: Iterable[Row], question: Question) -> dict[int, int]:
    """Make the missing organisations, agreements and lines; return row number → line."""
    by_organisation: dict[str, list[tuple[int, Wanted]]] = {}
    for row in rows:
        if row.wanted is not None:
            by_organisation.setdefault(row.wanted.organisation, []).append((row.number, row.wanted))
    authority_id = question.authority.pk
    create_organisations(
        actor=actor,
        on=on,
        authority_id=authority_id,
        kinds={name: question.words.kind_of(name) for name in by_organisation},
    )
    organisations = dict(
        Organisation.objects.filter(authority_id=authority_id, name__in=by_organisation).values_list("name", "pk")
    )
    known = Agreement.objects.filter(authority_id=authority_id, dataset=question.dataset)
    agreements = dict(known.values_list("organisation_id", "pk"))
    drafts: list[Draft] = []
    numbers: list[int] = []
    made: dict[int, int] = {}
    for name, wanted in by_organisation.items():
        lines = [_place(one) for _, one in wanted]
        agreement_id = agreements.get(organisations[name])
        if agreement_id is None:
            reference = f"{question.dataset}-{len(agreements) + len(drafts) + 1:03d}"
            drafts.append(_draft(question, organisations[name], reference, lines))
            numbers += [number for number, _ in wanted]
        else:
            added = add_lines(actor=actor, on=on, agreement_id=agreement_id, lines=lines)
            made |= {number: line.pk for (number, _), line in zip(wanted, added, strict=True)}
    created = create_agreements(actor=actor, on=on, drafts=drafts)
    new_lines = AgreementLine.objects.filter(agreement__in=created).order_by("agreement_id", "rank")
    return made | dict(zip(numbers, new_lines.values_list("pk", flat=True), strict=True))


def _draft(question: Question, organisation_id: int, reference: str, lines: list[Place]) -> Draft:
    return Draft(
        organisation_id,
        reference,
        question.start_on,
        question.end_on,
        dataset=question.dataset,
        lines=lines,
    )


def _place(wanted: Wanted) -> Place:
    return Place(
        framework_code=wanted.framework_code,
        action_code=wanted.action_code,
        places=wanted.places,
        persons_to_follow=wanted.persons_to_follow,
        amount=wanted.amount,
        theme=wanted.theme,
        printed_type=wanted.printed_type,
        territory_id=wanted.territory_id,
        fte=wanted.fte,
        start_on=wanted.start_on,
        end_on=wanted.end_on,
    )


def _amend(actor: User, on: date, row: Row, question: Question) -> None:
    wanted = row.wanted
    assert wanted is not None
    assert row.line_id is not None
    reason = f"Tableau « {question.dataset} », ligne {row.number}"
    if AgreementLine.objects.values_list("end_on", flat=True).get(pk=row.line_id) != wanted.end_on:
        amend_line(actor=actor, on=on, line_id=row.line_id, places=wanted.places, end_on=wanted.end_on, reason=reason)
    correct_line(
        actor=actor,
        on=on,
        line_id=row.line_id,
        reason=reason,
        places=wanted.places,
        persons_to_follow=wanted.persons_to_follow,
        amount=wanted.amount,
        fte=wanted.fte,
    )
