"""Small dated facts in words, as events of the line of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from jalons.pathways.models import (
    AssessmentKind,
    ContactWith,
    EndReason,
    Finding,
    JobContract,
    ReportCause,
    ReportState,
)
from jalons.people.models import RegistrationEnd, RightState
from jalons.sites.desk.events import Event
from jalons.sites.desk.timeline_told import Fact
from jalons.sites.frame.labels import Labels
from jalons.ui.french import date_long, date_short

WORDS_FOR_NOTES = ("report",)  # only those who read notes see them, even without their text


def in_words(facts: Iterable[Fact], labels: Labels, *, may_read_notes: bool) -> Iterator[Event]:
    """Yield the events of these facts; their longer texts only for those who may read notes."""
    told: list[Fact] = []
    for one in facts:
        if one.kind == "information":
            told.append(one)
        elif may_read_notes or one.kind not in WORDS_FOR_NOTES:
            for event in SAID[one.kind](one, labels):
                yield event if may_read_notes or one.kind in OPEN_TEXTS else replace(event, note="")
    yield from _informations(told, labels)


def _returned(one: Fact, _: Labels) -> Iterator[Event]:
    yield Event(one.day, "contrat", f"Contrat n° {one.more} renvoyé", f"par {one.who}", one.text, "warning")


def _news(about: str) -> Callable[[Fact, Labels], Iterator[Event]]:
    def said(one: Fact, _: Labels) -> Iterator[Event]:
        finding = Finding(one.code)
        icon = "warning" if finding in (Finding.DIFFICULTY, Finding.STOPPED) else ""
        detail = f"{ContactWith(one.more).label} – {one.who}"
        yield Event(one.day, "etape", f"Nouvelles de {about} : {finding.label.lower()}", detail, one.text, icon)

    return said


def _report(one: Fact, _: Labels) -> Iterator[Event]:
    """What was reported or set aside: its day and state, never its facts."""
    words = "Signalement écarté" if one.code == ReportState.DISMISSED else "Signalement écrit"
    gone = f", retiré le {date_short(one.end)}" if one.end else ""
    yield Event(
        one.day, "situation", f"{words} : {ReportCause(one.more).label.lower()}", f"{one.who}{gone}", icon="warning"
    )


def _assessment(one: Fact, _: Labels) -> Iterator[Event]:
    yield Event(one.day, "situation", AssessmentKind(one.code).label, f"par {one.who}", one.text, "chart")


def _obstacle(words: str, icon: str) -> Callable[[Fact, Labels], Iterator[Event]]:
    def said(one: Fact, labels: Labels) -> Iterator[Event]:
        yield Event(one.day, "situation", f"{words} : {labels.obstacle(one.code, one.more)}", "", one.text, icon)

    return said


def _job(one: Fact, _: Labels) -> Iterator[Event]:
    kind = JobContract(one.code).label
    hours = f", {Decimal(one.more).normalize():f} h par semaine".replace(".", ",") if one.more else ""
    yield Event(one.day, "etape", f"Emploi : {kind}", f"{one.who}{hours}", icon="work")
    if one.end:
        yield Event(one.end, "etape", f"Fin d’emploi : {kind}", one.who, icon="work")


def _enrolment(one: Fact, labels: Labels) -> Iterator[Event]:
    yield Event(one.day, "parcours", f"Entrée : {labels.action(one.code)}", one.who)
    if one.end:
        why = EndReason(one.more).label if one.more else ""
        yield Event(one.end, "parcours", f"Fin d’accompagnement : {why}", one.who, icon="exit")


def _mandate(one: Fact, _: Labels) -> Iterator[Event]:
    yield Event(one.day, "parcours", f"Référent unique : {one.who}", one.more, icon="person")


def _pause(one: Fact, _: Labels) -> Iterator[Event]:
    until = f"jusqu’au {date_long(one.end)}" if one.end else ""
    yield Event(one.day, "parcours", "Mise en veille", until, one.text, "pause")


def _right(one: Fact, _: Labels) -> Iterator[Event]:
    why = f"motif {one.more}" if one.more else ""
    yield Event(one.day, "droits", f"Droit RSA : {RightState(one.code).label.lower()}", why)


def _duties(one: Fact, _: Labels) -> Iterator[Event]:
    yield Event(one.day, "droits", "Entrée dans les droits et devoirs")
    if one.end:
        yield Event(one.end, "droits", "Fin des droits et devoirs")


def _registered(one: Fact, _: Labels) -> Iterator[Event]:
    yield Event(one.day, "situation", "Inscription à Pôle emploi", icon="work")
    if one.end:
        why = RegistrationEnd(one.code).label if one.code else ""
        yield Event(one.end, "situation", "Fin de l’inscription à Pôle emploi", why, icon="cross")


def _informations(facts: Iterable[Fact], labels: Labels) -> Iterator[Event]:
    """One event a day, whatever was explained that day."""
    days: dict[date, list[Fact]] = {}
    for one in facts:
        days.setdefault(one.day, []).append(one)
    for day, rows in days.items():
        kinds = ", ".join(
            f"{name[0].lower()}{name[1:]}" for name in (labels.information(one.code, one.more) for one in rows)
        )
        documents = ", ".join(dict.fromkeys(one.text for one in rows if one.text))
        yield Event(day, "situation", f"Information donnée : {kinds}", f"remis : {documents}" if documents else "")


OPEN_TEXTS = ("return", "pause")  # reasons of decisions, not words of the référent
SAID: dict[str, Callable[[Fact, Labels], Iterator[Event]]] = {
    "return": _returned,
    "news_of_job": _news("l’emploi"),
    "news_of_step": _news("l’étape"),
    "report": _report,
    "assessment": _assessment,
    "obstacle_found": _obstacle("Frein repéré", "warning"),
    "obstacle_worked": _obstacle("Frein travaillé", "step"),
    "obstacle_lifted": _obstacle("Frein levé", "check"),
    "job": _job,
    "enrolment": _enrolment,
    "mandate": _mandate,
    "pause": _pause,
    "right": _right,
    "duties": _duties,
    "registered": _registered,
}
