"""A table of agreements: its columns, what each row means, and what it would change (R-200). Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from jalons.agreements.models import AgreementLine
from jalons.agreements.printed import PrintedWords
from jalons.agreements.rules import check_line_dates
from jalons.exchange.spreadsheets import values
from jalons.exchange.spreadsheets.cells import Raw, RawRow
from jalons.exchange.spreadsheets.columns import Field, Layout
from jalons.exchange.spreadsheets.errors import ValueRefused
from jalons.exchange.spreadsheets.models import RowStatus
from jalons.kernel.refusals import Refusal
from jalons.kernel.text import fold
from jalons.network.models import Authority, Territory
from jalons.rulebooks.queries import adopted

FIELDS = (
    Field("structure", "Structure", ("structures", "organisme", "nom de la structure", "porteur"), required=True),
    Field(
        "places",
        "Nombre de places",
        ("places", "nombre de places proposees", "places proposees", "capacite", "nb places"),
        required=True,
    ),
    Field("type_parcours", "Type de parcours", ("type", "parcours", "itineraire", "dispositif")),
    Field("thematique", "Thématique", ("theme", "thematiques", "public")),
    Field(
        "suivis",
        "Nombre de suivis",
        ("suivis", "nombre de suivis de beneficiaires proposes", "nombre de suivis proposes", "suivis proposes"),
    ),
    Field("montant_eur", "Montant", ("montant eur", "montant propose", "montant en euros", "subvention", "cout")),
    Field("territoire", "Territoire", ("code territoire", "direction territoriale")),
    Field("etp", "ETP", ("nombre d etp", "equivalents temps plein")),
    Field("debut", "Début", ("date de debut", "debut de convention", "du")),
    Field("fin", "Fin", ("date de fin", "fin de convention", "au")),
    Field("cadre", "Code cadre", ("code du cadre", "framework code")),
    Field("action", "Code action", ("code de l action", "action code")),
)
LABELS = {one.code: one.label for one in FIELDS}
_COMPARED = (
    ("places", "places"),
    ("suivis", "persons_to_follow"),
    ("montant", "amount"),
    ("ETP", "fte"),
    ("fin", "end_on"),
)
_TOTALS = frozenset({"total", "totaux", "total general", "ensemble"})

Key = tuple[str, str, str, str, int | None]  # organisation, action, printed type, theme, territory


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row understood: the line of agreement it asks for."""

    organisation: str
    framework_code: str
    action_code: str
    printed_type: str
    theme: str
    territory_id: int | None
    places: int
    persons_to_follow: int | None
    amount: Decimal | None
    fte: Decimal | None
    start_on: date
    end_on: date

    @property
    def key(self) -> Key:
        """What tells this line from the others of the same table."""
        return (self.organisation, self.action_code, self.printed_type, self.theme, self.territory_id)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table and what it would do. ``changes`` are (label, before, after); ``line_id`` the line it met."""

    number: int
    status: RowStatus
    cells: tuple[Raw, ...]
    wanted: Wanted | None = None
    line_id: int | None = None
    changes: tuple[tuple[str, Any, Any], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What applying the table would do, row by row, and what deserves a look besides."""

    layout: Layout
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()
    counts: Counter[RowStatus] = field(default_factory=Counter)

    def of(self, status: RowStatus) -> list[Row]:
        """Return the rows of one status."""
        return [row for row in self.rows if row.status is status]


@dataclass(frozen=True, slots=True)
class Question:
    """Where and when the table belongs: its authority, its name, its words, and the dates of rows that give none."""

    authority: Authority
    dataset: str
    words: PrintedWords
    start_on: date
    end_on: date


def preview(layout: Layout, question: Question) -> Preview:
    """Tell for each row whether it is new, changed, unchanged or refused, and why. Nothing is written."""
    territories = {fold(one.code): one.pk for one in Territory.objects.filter(authority=question.authority)}
    territories |= {fold(one.name): one.pk for one in Territory.objects.filter(authority=question.authority)}
    existing = _existing(question)
    rows: list[Row] = []
    warnings: list[str] = []
    first_seen: dict[Key, int] = {}
    for raw in layout.rows:
        read = _Reader(layout, raw)
        if read.is_total():
            warnings += _check_total(read, rows)
            continue
        row = _judged(read, _understood(read, question, territories), existing)
        if row.wanted is not None:
            twin = first_seen.setdefault(row.wanted.key, row.number)
            if twin != row.number:
                row = _refused(
                    row, f"Même structure, même type et même thématique que la ligne {twin} : réunissez-les."
                )
        rows.append(row)
    absent = sorted(key[0] for key in existing if key not in first_seen)
    if absent:
        names = ", ".join(absent[:5]) + ("…" if len(absent) > 5 else "")
        warnings.append(
            f"{len(absent)} ligne(s) déjà connue(s) ne sont plus dans le tableau ({names}) : rien n’est retiré."
        )
    warnings += _without_rules(rows)
    return Preview(layout, tuple(rows), tuple(warnings), Counter(row.status for row in rows))


class _Reader:
    """The cells of one row by field, with the faults met, each naming row, column and value."""

    def __init__(self, layout: Layout, raw: RawRow) -> None:
        self.layout, self.raw = layout, raw
        self.faults: list[str] = []

    def cell(self, code: str) -> Raw:
        position = self.layout.columns.get(code)
        return None if position is None or position >= len(self.raw.cells) else self.raw.cells[position]

    def get(self, code: str, parse: Callable[[Raw], Any], *, required: bool = False) -> Any:
        """Return the value, or None after noting what is wrong."""
        try:
            value = parse(self.cell(code))
        except ValueRefused as fault:
            self.blame(code, str(fault))
            return None
        if required and value in (None, ""):
            self.blame(code, "la case est vide")
        return value

    def short(self, code: str, longest: int, *, required: bool = False) -> str:
        """Return a text of at most ``longest`` characters, empty when there is none."""
        text: str = self.get(code, values.text, required=required) or ""
        if len(text) > longest:
            self.blame(code, f"ce texte dépasse {longest} caractères")
        return text

    def has(self, code: str) -> bool:
        """Tell whether the table has this column at all."""
        return code in self.layout.columns

    def blame(self, code: str, sentence: str) -> None:
        """Note a fault: which line and column, what was read, what is wrong with it."""
        position = self.layout.columns.get(code)
        column = LABELS[code] if position is None else self.layout.headers[position]
        cell = self.cell(code)
        shown = f" (« {str(cell)[:60]} »)" if cell not in (None, "") else ""
        self.faults.append(f"Ligne {self.raw.number}, colonne « {column} »{shown} : {sentence}.")

    def is_total(self) -> bool:
        """A closing line of sums: named so, or without name nor type under the rows."""
        name, kind = self.cell("structure"), self.cell("type_parcours")
        return isinstance(name, str) and fold(name) in _TOTALS and not str(kind or "").strip()


def _understood(read: _Reader, question: Question, territories: dict[str, int]) -> Row:
    name = read.short("structure", 160, required=True)
    printed = read.short("type_parcours", 80)
    framework, action = _action(read, printed, question)
    places = read.get("places", values.integer, required=True)
    start_on = read.get("debut", values.day) or question.start_on
    end_on = read.get("fin", values.day) or question.end_on
    common = {
        "theme": read.short("thematique", 80),
        "territory_id": _territory(read, territories),
        "persons_to_follow": read.get("suivis", values.integer),
        "amount": read.get("montant_eur", values.euros),
        "fte": read.get("etp", values.full_time),
    }
    row = Row(read.raw.number, RowStatus.NEW, read.raw.cells)
    if not read.faults:
        try:
            check_line_dates(question.start_on, question.end_on, start_on, end_on)
        except Refusal as refusal:
            read.blame("fin" if read.cell("fin") else "debut", refusal.sentence.rstrip("."))
    if read.faults:
        return _refused(row, " ".join(read.faults))
    wanted = Wanted(name, framework, action, printed, places=places, start_on=start_on, end_on=end_on, **common)
    return replace(row, wanted=wanted)


def _action(read: _Reader, printed: str, question: Question) -> tuple[str, str]:
    """Codes of framework and action: written in the row, else those the printed type stands for."""
    framework, action = read.short("cadre", 60), read.short("action", 60)
    if framework and action:
        return framework, action
    known = question.words.type_of(printed)
    if known is not None:
        return known.framework, known.action
    words = ", ".join(f"« {one.printed} »" for one in question.words.types)
    if not read.has("type_parcours"):
        read.blame("action", "donnez une colonne « Type de parcours », ou « Code cadre » et « Code action »")
    else:
        read.blame("type_parcours", f"ce type est inconnu. Types connus : {words}")
    return "", ""


def _territory(read: _Reader, territories: dict[str, int]) -> int | None:
    name = read.get("territoire", values.text)
    if not name:
        return None
    found = territories.get(fold(name))
    if found is None:
        read.blame("territoire", "ce territoire n’est pas connu de l’autorité")
    return found


def _existing(question: Question) -> dict[Key, AgreementLine]:
    lines = AgreementLine.objects.filter(
        agreement__authority=question.authority, agreement__dataset=question.dataset
    ).select_related("agreement__organisation")
    return {
        (
            line.agreement.organisation.name,
            line.action_code,
            line.printed_type,
            line.theme,
            line.territory_id,
        ): line
        for line in lines
    }


def _judged(read: _Reader, row: Row, existing: dict[Key, AgreementLine]) -> Row:
    """Compare a row understood with the line it names, if there is one; what the table has no column for stays."""
    line = existing.get(row.wanted.key) if row.wanted is not None else None
    if row.wanted is None or line is None:
        return row
    kept = {
        name: getattr(line, name)
        for name, code in (
            ("persons_to_follow", "suivis"),
            ("amount", "montant_eur"),
            ("fte", "etp"),
            ("start_on", "debut"),
            ("end_on", "fin"),
        )
        if not read.has(code)
    }
    wanted = replace(row.wanted, **kept)
    if wanted.start_on != line.start_on:
        read.blame("debut", f"le début d’une ligne connue ne change pas (il est au {line.start_on:%d/%m/%Y})")
        return _refused(row, " ".join(read.faults))
    changes = tuple(
        (label, getattr(line, name), getattr(wanted, name))
        for label, name in _COMPARED
        if getattr(line, name) != getattr(wanted, name)
    )
    status = RowStatus.CHANGED if changes else RowStatus.UNCHANGED
    return replace(row, status=status, wanted=wanted, line_id=line.pk, changes=changes)


def _refused(row: Row, reason: str) -> Row:
    return replace(row, status=RowStatus.REFUSED, wanted=None, line_id=None, changes=(), reason=reason)


def _without_rules(rows: Iterable[Row]) -> list[str]:
    """Tell which actions no adopted rulebook describes: their places exist, nothing will be due in them."""
    described = {action.code for rulebook in adopted() for action in rulebook.actions}
    unknown = {row.wanted.action_code for row in rows if row.wanted is not None} - described
    if not described or not unknown:
        return []
    return [f"Aucun cadre adopté ne décrit : {', '.join(sorted(unknown))}. Vérifiez ces codes, ou adoptez leur cadre."]


def _check_total(read: _Reader, rows: Iterable[Row]) -> list[str]:
    """Compare a printed total with the sum of the rows before it; a difference is told, never mended."""
    understood = [row.wanted for row in rows if row.wanted is not None]
    told = []
    for code, parse, parts in (
        ("places", values.integer, [one.places for one in understood]),
        ("suivis", values.integer, [one.persons_to_follow or 0 for one in understood]),
        ("montant_eur", values.euros, [one.amount or Decimal(0) for one in understood]),
    ):
        try:
            printed = parse(read.cell(code))
        except ValueRefused:
            continue
        if printed is not None and printed != sum(parts):
            told.append(
                f"Ligne {read.raw.number} : le total imprimé de « {LABELS[code]} » est {printed},"
                f" la somme des lignes lues est {sum(parts)}."
            )
    return told
