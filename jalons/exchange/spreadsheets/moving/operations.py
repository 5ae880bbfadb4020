"""The door by which an organisation's own table comes in: received, understood, corrected, taken batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jalons.exchange.spreadsheets.models import (
    KeptLayout,
    Move,
    MoveFact,
    MoveRow,
    MoveState,
    OwnNumber,
    RowStatus,
)
from jalons.exchange.spreadsheets.moving.catalogue import catalogue
from jalons.exchange.spreadsheets.moving.cells import sealed, unsealed
from jalons.exchange.spreadsheets.moving.drafts import Draft
from jalons.exchange.spreadsheets.moving.fingerprints import take_fingerprints
from jalons.exchange.spreadsheets.moving.judged import read_rows, try_rows, try_rows_about, write_results
from jalons.exchange.spreadsheets.moving.judging import judge
from jalons.exchange.spreadsheets.moving.layouts import find_table, headers_of, keys_of
from jalons.exchange.spreadsheets.moving.setting import setting_of
from jalons.exchange.spreadsheets.moving.writing import Batch, RowsRefused, write
from jalons.exchange.spreadsheets.reading import read_bytes
from jalons.kernel import clock
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.kernel.text import fold
from jalons.network.models import Organisation, User
from jalons.network.operations import system_user
from jalons.network.permissions import Permission, require

BATCH = 500  # rows written in one transaction
AT_ONCE = 200  # rows tried again while somebody waits; of more, only those about the same person


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came: ``sheet`` names one of a workbook, empty for the one that looks like a table."""

    file_name: str
    content: bytes
    sheet: str = ""


@operation
def receive_table(*, actor: User, on: date, organisation_id: int, name: str, received: Received) -> Move:
    """Keep the rows of a table aside. A table of the same name whose columns were mapped before is tried at once.

    Raises TableRefused when the file as a whole cannot be read.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=organisation.authority_id)
    name = name.strip()
    if not name or len(name) > 60:
        raise Refusal("Donnez au tableau un nom de 60 caractères au plus.", code="moving_name")
    layout = KeptLayout.objects.filter(organisation=organisation, name=name).first()
    known = dict(layout.columns) if layout else {}
    sheet, header = find_table(read_bytes(received.content), known, wanted=received.sheet)
    rows = [row for row in sheet.rows if row.number > header.number]
    headers = headers_of(header, max(len(row.cells) for row in rows))
    keys = keys_of(headers)
    layout = layout or KeptLayout(organisation=organisation, name=name)
    familiar = set(keys) <= known.keys() and _enough(known, keys)
    layout.columns = _completed(known, headers, keys)
    layout.at, layout.by = clock.now(), actor
    layout.save()
    move = Move.objects.create(
        authority_id=organisation.authority_id,
        organisation=organisation,
        layout=layout,
        file_name=received.file_name[:200],
        file_hash=hashlib.sha256(received.content).digest(),
        sheet=sheet.name[:120],
        headers=headers,
        state=MoveState.READY if familiar else MoveState.COLUMNS,
        at=clock.now(),
        by=actor,
    )
    MoveRow.objects.bulk_create(
        [MoveRow(move=move, number=row.number, rank=row.number, cells=sealed(row.cells)) for row in rows],
        batch_size=2000,
    )
    if familiar:
        try_rows(move, on=on)
    return move


def _enough(columns: Mapping[str, str], keys: list[str]) -> bool:
    here = {columns[key] for key in keys if key in columns}
    return all(one.code in here for one in catalogue().fields if one.required)


def _completed(known: dict[str, str], headers: list[str], keys: list[str]) -> dict[str, str]:
    """What was said before, completed by what new headers say of themselves."""
    taken = {known[key] for key in keys if known.get(key)}
    guessed = catalogue().suggested(tuple(headers))
    fresh = {key: "" if guessed.get(key, "") in taken else guessed.get(key, "") for key in keys if key not in known}
    return known | fresh


@operation
def map_columns(
    *,
    actor: User,
    on: date,
    move_id: int,
    columns: Mapping[str, str],
    action_code: str = "",
    orient_on_entry: bool = False,
) -> Move:
    """Say what each column is (header → field code, empty to leave it aside), keep it for next time, and try the rows."""
    _lock_answers(move_id)
    move = _waiting(actor, move_id, on=on)
    wanted = {key: columns.get(header, "") for header, key in zip(move.headers, keys_of(move.headers), strict=True)}
    given = [code for code in wanted.values() if code]
    known = {one.code: one.label for one in catalogue().fields}
    for code in given:
        if code not in known:
            raise Refusal("Cette donnée n’existe pas : choisissez dans la liste.", code="moving_field_unknown")
        if given.count(code) > 1:
            raise Refusal(f"Deux colonnes donnent « {known[code]} » : gardez-en une.", code="moving_field_twice")
    missing = [one.label for one in catalogue().fields if one.required and one.code not in given]
    if missing:
        named = ", ".join(f"« {label} »" for label in missing)
        raise Refusal(
            f"Reliez aussi : {named}. Sans cela, on ne sait pas de qui parlent les lignes.", code="moving_field_missing"
        )
    layout = move.layout
    before = (layout.columns, layout.action_code, layout.orient_on_entry)
    layout.columns = layout.columns | wanted
    layout.action_code, layout.orient_on_entry = action_code, orient_on_entry
    _keep(layout, actor)
    if before != (layout.columns, action_code, orient_on_entry):
        _show_again(move, on=on)
    move.state = MoveState.READY
    move.save(update_fields=["state"])
    try_rows(move, on=on)
    return move


@operation
def explain_words(*, actor: User, on: date, move_id: int, words: Mapping[str, Mapping[str, str]]) -> Move:
    """Say what words mean (field → word → key, empty for « nothing »), keep it for next time, and try the rows again."""
    _lock_answers(move_id)
    move = _waiting(actor, move_id, on=on)
    setting = setting_of(move, on=on)
    said = {code: dict(known) for code, known in move.layout.words.items()}
    for code, meanings in words.items():
        allowed = {key for key, _ in setting.choices(code)} | {""}
        for word, key in meanings.items():
            if key not in allowed:
                raise Refusal("Ce sens n’est pas dans la liste : choisissez-en un autre.", code="moving_word_unknown")
            said.setdefault(code, {})[fold(word)] = key
    changed = said != move.layout.words
    move.layout.words = said
    _keep(move.layout, actor)
    if changed:
        _show_again(move, on=on)
    try_rows(move, on=on)
    return move


@operation
def correct_row(*, actor: User, on: date, move_id: int, number: int, cells: Mapping[int, str]) -> MoveRow:
    """Write again some cells of a row that waits (position → text), and try the rows again.

    Of a large table only the rows about the same person are: ask ``retry`` for the others, in the background.
    """
    move = _waiting(actor, move_id, on=on)
    row = move.rows.select_for_update().get(number=number)
    if row.taken or row.cells is None:
        raise Refusal("Cette ligne est déjà reprise : corrigez le dossier.", code="moving_row_taken")
    kept = list(unsealed(bytes(row.cells)))
    kept += [None] * (max([len(move.headers), *(position + 1 for position in cells)]) - len(kept))
    for position, text in cells.items():
        kept[position] = text
    row.cells, row.corrected_by = sealed(kept), actor
    row.save(update_fields=["cells", "corrected_by"])
    if is_large(move):
        try_rows_about(move, row.pk, on=on)
    else:
        try_rows(move, on=on)
    row.refresh_from_db()
    return row


@operation
def leave_row_out(*, actor: User, on: date, move_id: int, number: int) -> None:
    """Drop a row that says nothing of anybody (a total, a note), and try the rows again; ``retry`` does for many."""
    move = _waiting(actor, move_id, on=on)
    if not move.rows.filter(number=number, taken=False).delete()[0]:
        raise Refusal("Cette ligne est déjà reprise ou écartée.", code="moving_row_taken")
    if not is_large(move):
        try_rows(move, on=on)


def is_large(move: Move) -> bool:
    """Tell whether too many rows wait for all of them to be tried again while somebody waits."""
    return move.rows.filter(taken=False).count() > AT_ONCE


@operation
def retry(*, actor: User, on: date, move_id: int) -> None:
    """Try again every row that waits; an import that began meanwhile judges them itself."""
    move = locked(actor, move_id, on=on)
    if move.state in (MoveState.READY, MoveState.DONE):
        try_rows(move, on=on)


@operation
def drop_table(*, actor: User, on: date, move_id: int) -> None:
    """Forget a table of which nothing was taken; what its columns mean stays known."""
    move = _waiting(actor, move_id, on=on)
    if move.rows.filter(taken=True).exists():
        raise Refusal("Des lignes sont déjà reprises : annulez plutôt la reprise.", code="moving_taken")
    move.delete()


@operation
def start_taking(*, actor: User, on: date, move_id: int) -> Move:
    """Let the rows that can be be taken; a table that stopped half-way goes on from there."""
    move = locked(actor, move_id, on=on)
    if move.state not in (MoveState.READY, MoveState.RUNNING, MoveState.DONE):
        raise Refusal("Ce tableau n’est pas prêt : reliez d’abord ses colonnes.", code="moving_not_ready")
    if not move.rows.filter(taken=False).exclude(status=RowStatus.REFUSED).exists():
        raise Refusal("Aucune ligne n’attend : corrigez d’abord les lignes refusées.", code="moving_nothing")
    move.state, move.applied_at, move.applied_by = MoveState.RUNNING, clock.now(), actor
    move.save(update_fields=["state", "applied_at", "applied_by"])
    return move


@operation
def take_batch(*, actor: User, on: date, move_id: int, limit: int = BATCH) -> int:
    """Write the next rows, all of them or, for those that cannot be, none of the row. Returns how many rows are settled.

    What is written is written by the import, in the name of ``actor`` in the history.
    """
    move = locked(actor, move_id, on=on)
    if move.state != MoveState.RUNNING:
        return 0
    rows = list(move.rows.filter(taken=False).exclude(status=RowStatus.REFUSED).order_by("rank", "number")[:limit])
    if not rows:
        move.state = MoveState.DONE
        move.save(update_fields=["state"])
        return 0
    setting = setting_of(move, on=on)
    read = read_rows(move, rows, setting)
    reasons: dict[int, str] = {}
    while True:
        drafts = judge([row for row in read if row.pk not in reasons], setting, batch=True)
        good = [one for one in drafts if not one.faults and not one.wait]
        try:
            with transaction.atomic():
                batch = write(system_user(), on, move, good)
            break
        except RowsRefused as refused:
            reasons |= refused.reasons
    bad = [one for one in drafts if one.faults]
    bad += [Draft(pk, 0, status=RowStatus.REFUSED, faults=[reason]) for pk, reason in reasons.items()]
    write_results([*good, *bad])
    _keep_taken(move, batch, good)
    return len(good) + len(bad)


@operation
def refuse_next(*, actor: User, on: date, move_id: int, reason: str) -> None:
    """Refuse the next row, which the database itself did not take."""
    move = locked(actor, move_id, on=on)
    row = move.rows.filter(taken=False).exclude(status=RowStatus.REFUSED).order_by("rank", "number").first()
    if row is not None:
        write_results([Draft(row.pk, row.number, status=RowStatus.REFUSED, faults=[reason])])


def _keep_taken(move: Move, batch: Batch, good: list[Draft]) -> None:
    """Remember what each row wrote, so that it can be shown and taken back; forget its cells."""
    people = {draft.pk: batch.person(draft) for draft in good}
    MoveFact.objects.bulk_create(
        [
            MoveFact(
                move=move,
                row_id=one.row,
                kind=one.kind,
                person_id=one.person_id,
                object_id=one.object_id,
                before=one.before,
                fingerprint=b"",
            )
            for one in batch.facts
        ],
        batch_size=2000,
    )
    OwnNumber.objects.bulk_create(
        [
            OwnNumber(organisation=move.organisation, number=draft.own_number, person_id=people[draft.pk], move=move)
            for draft in good
            if draft.own_number
        ],
        ignore_conflicts=True,
    )
    rows = [MoveRow(pk=pk, taken=True, cells=None, person_id=person_id) for pk, person_id in people.items()]
    MoveRow.objects.bulk_update(rows, ["taken", "cells", "person"], batch_size=500)
    take_fingerprints(move.pk, set(people.values()))


def locked(actor: User, move_id: int, *, on: date) -> Move:
    """Lock a table and check that ``actor`` may import for its authority."""
    move = Move.objects.select_for_update(of=("self",)).select_related("layout", "organisation").get(pk=move_id)
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=move.authority_id)
    return move


def _lock_answers(move_id: int) -> None:
    """Two officers answering about two tables of one name wait for each other: the answers, then the tables in one order."""
    layout_id = Move.objects.values_list("layout_id", flat=True).get(pk=move_id)
    KeptLayout.objects.select_for_update().get(pk=layout_id)
    list(Move.objects.select_for_update().filter(layout=layout_id).order_by("pk").values_list("pk"))


def _waiting(actor: User, move_id: int, *, on: date) -> Move:
    move = locked(actor, move_id, on=on)
    if move.state == MoveState.RUNNING:
        raise Refusal("L’import est en cours : attendez qu’il finisse.", code="moving_running")
    if move.state == MoveState.UNDONE:
        raise Refusal("Cette reprise a été annulée : déposez le tableau à nouveau.", code="moving_undone")
    if move.state == MoveState.ERASED:
        raise Refusal("Les lignes de ce tableau ont été effacées : déposez-le à nouveau.", code="moving_erased")
    return move


def _show_again(move: Move, *, on: date) -> None:
    """What was tried of the other tables of the same name no longer holds: nothing is taken that was not shown."""
    others = Move.objects.select_for_update(of=("self",)).select_related("layout", "organisation")
    others = others.filter(layout=move.layout_id).exclude(pk=move.pk).order_by("pk")
    for other in others.filter(state__in=(MoveState.READY, MoveState.RUNNING, MoveState.DONE)):
        if other.state == MoveState.RUNNING:
            raise Refusal(
                "Un autre tableau de ce nom s’importe avec ces réponses : attendez qu’il finisse.",
                code="moving_running",
            )
        if other.state == MoveState.READY:
            other.state = MoveState.COLUMNS
            other.save(update_fields=["state"])
        elif other.rows.filter(taken=False).exists():
            try_rows(other, on=on)


def _keep(layout: KeptLayout, actor: User) -> None:
    layout.at, layout.by = clock.now(), actor
    layout.save()
