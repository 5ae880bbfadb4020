"""The list of new entrants with what the CAF suggests for each (« pré-fléchage d'orientation », R-031).

A row names a person by her request number and her identity, as the monthly file already brought her in: a list creates
nobody. The same list twice changes nothing. Its refused rows are kept sealed for a while, only the columns read, to be had
again, corrected and sent again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from jalons.exchange.spreadsheets import values
from jalons.exchange.spreadsheets.cells import Raw, RawRow
from jalons.exchange.spreadsheets.columns import Field, Layout, find_layout
from jalons.exchange.spreadsheets.errors import ValueRefused
from jalons.exchange.spreadsheets.models import RowStatus, TableImport, TableRow
from jalons.exchange.spreadsheets.moving.cells import sealed
from jalons.exchange.spreadsheets.reading import read_bytes
from jalons.kernel import clock
from jalons.kernel.operation import operation
from jalons.kernel.text import fold
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.pathways.operations import NewPreflag, record_preflags
from jalons.people.models import HouseholdMember

KIND = "preflags"
LONGEST = 40  # characters of a suggestion
FIELDS = (
    Field(
        "request_number",
        "Numéro de demande RSA",
        ("numdemrsa", "numero de demande", "n demande rsa", "demande rsa"),
        required=True,
    ),
    Field("last_name", "Nom", ("nom", "nom de famille", "nom usuel"), required=True),
    Field("first_name", "Prénom", ("prenom",), required=True),
    Field("born_on", "Date de naissance", ("ne le", "nee le", "ne e le", "date naissance", "naissance")),
    Field(
        "preflag",
        "Pré-fléchage",
        ("prefleche", "preflechage", "pre flechage d orientation", "preorientation", "orientation proposee"),
        required=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row left out: its line in the table, and why; nobody is named."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Received:
    """What a list did: suggestions written, already known, the rows left out, and where they are kept."""

    written: int
    known: int
    refused: tuple[Refused, ...]
    journal: TableImport | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    request_number: str
    folded: str
    born_on: date | None
    value: str


@operation
def receive_preflags(
    *, actor: User, on: date, authority_id: int, content: bytes, received_on: date, file_name: str = "liste"
) -> Received:
    """Read a list and keep what it suggests, for the persons the authority knows. Raises TableRefused for the whole file."""
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    layout = find_layout(read_bytes(content), FIELDS)
    rows, refused = _rows(layout)
    persons = _persons(authority_id, {row.request_number for row in rows})
    told: dict[int, NewPreflag] = {}
    for row in rows:
        person_id = _match(row, persons)
        if person_id is None:
            refused.append(Refused(row.line, UNKNOWN))
        elif person_id in told and told[person_id].value != row.value:
            refused.append(Refused(row.line, "Cette personne a déjà une autre suggestion dans la même liste."))
        else:
            told[person_id] = NewPreflag(person_id, row.value, received_on)
    new = record_preflags(actor=actor, on=on, preflags=list(told.values()))
    refused.sort(key=lambda one: one.line)
    journal = TableImport(
        authority_id=authority_id,
        kind=KIND,
        dataset=KIND,
        file_name=file_name[:200],
        file_hash=hashlib.sha256(content).digest(),
        at=clock.now(),
        by=actor,
        new=len(new),
        unchanged=len(told) - len(new),
        refused=len(refused),
    )
    _keep(journal, layout, refused)
    return Received(len(new), len(told) - len(new), tuple(refused), journal)


def _keep(journal: TableImport, layout: Layout, refused: list[Refused]) -> None:
    """Keep the refused rows, of which only the columns read. Those of the same file sent before give way: who sent it, when
    and with what result stays."""
    former = TableImport.objects.filter(authority_id=journal.authority_id, kind=KIND, file_hash=journal.file_hash)
    TableRow.objects.filter(table__in=former).delete()
    read = sorted(layout.columns.values())
    journal.headers = [layout.headers[position] for position in read]
    journal.save()
    cells = {row.number: row.cells for row in layout.rows}
    TableRow.objects.bulk_create(
        TableRow(
            table=journal,
            number=one.line,
            status=RowStatus.REFUSED,
            reason=one.reason[:1000],
            sealed=sealed(
                [cells[one.line][position] if position < len(cells[one.line]) else None for position in read]
            ),
        )
        for one in refused
    )


UNKNOWN = (
    "Personne inconnue, ou dont le nom ne correspond pas au numéro de demande : "
    "elle arrive avec le fichier mensuel de la CAF, redéposez la liste ensuite."
)


def _rows(layout: Layout) -> tuple[list[_Row], list[Refused]]:
    rows: list[_Row] = []
    refused: list[Refused] = []
    for raw in layout.rows:
        try:
            rows.append(_row(raw, layout))
        except ValueRefused as refusal:
            refused.append(Refused(raw.number, f"{refusal}."[:1].upper() + f"{refusal}."[1:]))
    return rows, refused


def _row(raw: RawRow, layout: Layout) -> _Row:
    def cell(code: str) -> Raw:
        position = layout.columns.get(code)
        return raw.cells[position] if position is not None and position < len(raw.cells) else None

    number, value = values.text(cell("request_number")), values.text(cell("preflag"))
    name = fold(f"{values.text(cell('last_name'))} {values.text(cell('first_name'))}")
    if not number or not name:
        raise ValueRefused("le numéro de demande, le nom et le prénom sont nécessaires")
    if not value:
        raise ValueRefused("le pré-fléchage est vide")
    if len(value) > LONGEST:
        raise ValueRefused(f"le pré-fléchage dépasse {LONGEST} caractères")
    return _Row(raw.number, number.zfill(11), name, values.day(cell("born_on")), value)


Known = dict[str, list[tuple[int, str, date | None]]]


def _persons(authority_id: int, numbers: set[str]) -> Known:
    found: Known = {}
    rows = HouseholdMember.objects.filter(
        household__authority_id=authority_id, household__request_number__in=numbers
    ).values_list("household__request_number", "person_id", "person__folded", "person__born_on")
    for number, person_id, folded, born_on in rows.distinct():
        found.setdefault(number, []).append((person_id, folded, born_on))
    return found


def _match(row: _Row, persons: Known) -> int | None:
    """Return the one member of the household with this name, and this birth when the list gives one."""
    found = {
        person_id
        for person_id, folded, born_on in persons.get(row.request_number, ())
        if folded == row.folded and (row.born_on is None or born_on is None or row.born_on == born_on)
    }
    return found.pop() if len(found) == 1 else None
