"""An obligation in words: its numbers in short, what it counts, who is exempt, the to-do it makes."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from jalons.rulebooks.french import words
from jalons.rulebooks.french.events import Labels, told_events
from jalons.rulebooks.french.numbers import decimal
from jalons.rulebooks.french.tree import Told, anchor, cited
from jalons.rulebooks.french.words import either, of
from jalons.rulebooks.schema import Obligation
from jalons.rulebooks.schema import shapes as shape
from jalons.rulebooks.schema.common import Length

_MINUTES = 60
_PLACEHOLDERS = {
    "due_on": "[échéance]",
    "measured": "[compte]",
    "required": "[demandé]",
    "occurrence": "[fois]",
}


def told_obligation(one: Obligation, labels: Labels) -> Told:
    """Return an obligation and what it is made of."""
    nature = " (alerte)" if one.nature == "alert" else ""
    readings = (
        cited(f"reading-{anchor(r.text)[:60]}", f"lecture : {r.text}", r, family="reading") for r in one.readings
    )
    return cited(one.code, f"{one.label}{nature} : {in_short(one)}", one, *_details(one, labels), *readings)


def in_short(one: Obligation) -> str:
    """Return the numbers of an obligation in a few French words."""
    if isinstance(one, shape.DeadlineAfterEvent):
        return _deadline(one)
    if isinstance(one, shape.Continuity):
        return f"sans jour manquant, {_after(one.after, words.ANCHORS[one.starts_from])}"
    if isinstance(one, shape.CountOrSumInWindow):
        return _window(one)
    if isinstance(one, shape.LastEvent):
        return f"jamais plus de {one.every.in_french}, depuis {words.ANCHORS[one.starts_from]}"
    if isinstance(one, shape.ConsecutiveEvents):
        apart = f", à {one.minimum_interval.in_french} d'intervalle au moins" if one.minimum_interval.count else ""
        if one.number == 1:
            return "dès la première fois"
        return f"{one.number} de suite{apart}, sur {one.within.in_french}"
    if isinstance(one, shape.Span):
        return f"{_bounds(one.at_least, one.at_most)} depuis {words.ANCHORS[one.starts_from]}"
    if isinstance(one, shape.Ratio):
        bound = "au plus" if one.at_least is None else "au moins"
        return f"{bound} {decimal(one.limit)} personnes par {words.PER[one.per]}"
    pieces = ", ".join(piece.label for piece in one.pieces)
    return f"{pieces}, {_after(one.delay, words.ANCHORS[one.starts_from], at_once='dès')}"


def _deadline(one: shape.DeadlineAfterEvent) -> str:
    start = words.PERIOD_ENDS[one.period] if one.period else words.ANCHORS[one.starts_from]
    if one.delay.count == 0:
        return f"le jour {of(start)}"
    return f"{one.delay.in_french} {'avant' if one.when == 'before' else 'après'} {start}"


def _after(length: Length, start: str, *, at_once: str = "dès") -> str:
    return f"{length.in_french} après {start}" if length.count else f"{at_once} {start}"


def _bounds(least: Length | None, most: Length | None) -> str:
    told = [f"au moins {least.in_french}"] if least else []
    return " et ".join([*told, f"au plus {most.in_french}"] if most else told)


def _window(one: shape.CountOrSumInWindow) -> str:
    anchor = words.ANCHORS[one.starts_from]
    window = one.window
    if window.kind == "milestones":
        levels = [f"{level.at_least} à {level.by.in_french}" for level in window.milestones]
        every = window.then_one_more_every
        return f"{', '.join(levels)}{f', puis un de plus par {every.in_french}' if every else ''}, depuis {anchor}"
    bounds = [f"au moins {_quantity(one.at_least, one.measure)}"] if one.at_least is not None else []
    bounds += [f"au plus {_quantity(one.at_most, one.measure)}"] if one.at_most is not None else []
    length = window.length.in_french if window.length else ""
    where = words.WINDOWS[window.kind].format(length=length, anchor=anchor)
    return f"{' et '.join(bounds)} {where}{words.PRO_RATA[one.pro_rata]}"


def _quantity(value: int, measure: str) -> str:
    if measure == "minutes" and value % _MINUTES == 0:
        return f"{value // _MINUTES} heure{'s' if value >= 2 * _MINUTES else ''}"
    return f"{value} {words.MEASURES[measure]}"


def _details(one: Obligation, labels: Labels) -> Iterator[Told]:
    yield from _facts(one, labels)
    if isinstance(one, shape.DeadlineAfterEvent) and one.even_earlier:
        yield Told("even_earlier", "un fait antérieur compte aussi")
    if isinstance(one, shape.OfSomeJobs):
        yield from _of_some_jobs(one)
    if isinstance(one, shape.Span):
        for exception in one.exceptions:
            yield Told(f"exception-{exception.kind}", words.EXCEPTIONS[exception.kind].format(years=exception.years))
    if isinstance(one, shape.PresenceOfPiece):
        for piece in one.pieces:
            kinds = either([labels.pieces.get(kind, words.plain(kind)) for kind in piece.any_of])
            yield Told(f"piece-{piece.code}", f"{piece.label} : {kinds}")
        if not one.even_earlier:
            yield Told("not_earlier", f"une pièce antérieure à {words.ANCHORS[one.starts_from]} ne compte pas")
        if one.only_exit_classes:
            classes = either([labels.classes.get(code, code) for code in one.only_exit_classes])
            yield Told("classes", f"seulement pour une sortie : {classes}")
        if one.only_destinations:
            towards = either([words.DESTINATIONS[one_of] for one_of in one.only_destinations])
            yield Told("destinations", f"seulement pour une sortie vers {towards}")
    yield Told("do", f"tâche : « {_sentence(one.do)} »")
    yield Told("why", f"pourquoi : « {_sentence(one.why)} »")


def _of_some_jobs(one: shape.OfSomeJobs) -> Iterator[Told]:
    if one.only_job_contracts:
        yield Told(
            "job_contracts",
            f"seulement pour un emploi en {either([words.JOBS[kind] for kind in one.only_job_contracts])}",
        )
    if one.only_employers:
        yield Told(
            "employers",
            f"seulement chez un employeur : {either([words.EMPLOYERS[kind] for kind in one.only_employers])}",
        )


def _facts(one: Obligation, labels: Labels) -> Iterator[Told]:
    if isinstance(one, shape.DeadlineAfterEvent):
        yield Told("expects", f"attendu : {told_events(one.expects, labels)}")
    elif isinstance(one, shape.Continuity):
        yield Told("covered_by", f"couvert par : {told_events(one.covered_by, labels)}")
    elif isinstance(one, shape.CountOrSumInWindow | shape.LastEvent | shape.ConsecutiveEvents):
        yield Told("counts", f"compte : {told_events(one.counts, labels)}")
    if isinstance(one, shape.ConsecutiveEvents):
        yield Told("reset_by", f"remis à zéro par : {told_events(one.reset_by, labels)}")
        yield Told("closed_by", f"réglé par : {told_events(one.closed_by, labels)}")


def _sentence(text: str) -> str:
    parts = Formatter().parse(text)
    return "".join(literal + (_PLACEHOLDERS[name] if name else "") for literal, name, _, _ in parts)
