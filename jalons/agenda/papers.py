"""What the agenda puts on paper, and the sentence a person signs. Pure: the same appointments give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jalons.agenda.models import Appointment
from jalons.documents.models import SignerKind
from jalons.documents.paper import Block, Facts, Heading, Paper, Paragraph, Places, Table
from jalons.ui.french import clock_time, date_long, month_long, number, typography

ROOM = "\n\u00a0\n\u00a0"  # the height a hand needs


def statement(appointment: Appointment, signer: SignerKind, starts_at: datetime, ends_at: datetime) -> str:
    """Return the sentence that is shown and signed: what, when, where, from when to when."""
    what = str(appointment.session.theme) if appointment.session is not None else appointment.get_kind_display()
    name = f"{appointment.person.first_name} {appointment.person.last_name}"
    who = "Je confirme ma présence" if signer == SignerKind.BENEFICIARY else f"J’atteste la présence de {name}"
    place = f", {appointment.place}" if appointment.place else ""
    signed_by = f" Signé : {name}." if signer == SignerKind.BENEFICIARY else ""
    return typography(
        f"{who} : {what}, {appointment.get_mode_display().lower()}, le {date_long(starts_at)}, "
        f"de {clock_time(starts_at)} à {clock_time(ends_at)}, {appointment.organisation.name}{place}.{signed_by}"
    )


def sheet_paper(appointments: Sequence[Appointment], *, day: date, reference: str, hours: bool) -> Paper:
    """Return a sheet to sign: one line per appointment, in the order given.

    ``hours`` prints those planned (one by one); else the start and end are left to be written by hand.
    """
    first = appointments[0]
    session = first.session
    rows = tuple(
        (
            str(number_),
            f"{one.person.last_name} {one.person.first_name}",
            clock_time(one.starts_at) if hours else "",
            clock_time(one.ends_at) if hours else "",
            ROOM,
        )
        for number_, one in enumerate(appointments, start=1)
    )
    facts = [("Date", date_long(first.starts_at))]
    if session is not None:
        facts += [
            ("Temps collectif", session.theme),
            ("Horaire", f"{clock_time(session.starts_at)} – {clock_time(session.ends_at)}"),
        ]
    if first.place:
        facts.append(("Lieu", first.place))
    who = str(session.animator) if session is not None and session.animator is not None else str(first.caseworker or "")
    blocks: list[Block] = [
        Facts(tuple(facts)),
        Paragraph(
            "Chaque personne écrit l’heure de son départ si elle n’est pas celle prévue, puis signe sur sa ligne."
        ),
        Table("Personnes présentes", ("N°", "Nom", "Début", "Fin", "Signature"), rows),
        Heading("Le professionnel"),
        Places((who or first.organisation.name,)),
    ]
    return Paper(
        title="Feuille d’émargement",
        day=day,
        author=first.organisation.name,
        blocks=tuple(blocks),
        reference=reference,
    )


@dataclass(frozen=True, slots=True)
class SheetOfTime:
    """A month of time, in words: minutes by category, then day by day (day, what, category, minutes)."""

    professional: str
    organisation: str
    framework: str
    month: date
    expected_minutes: int
    totals: Mapping[str, int]
    lines: Sequence[tuple[date, str, str, int]]


def hours_of(minutes: int) -> str:
    """Return « 1 h 15 », « 45 min » or « 0 h »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min" if rest else "0 h"
    return f"{number(hours)} h {rest:02d}" if rest else f"{number(hours)} h"


def time_sheet_paper(sheet: SheetOfTime, *, day: date) -> Paper:
    """Return the time sheet of a month, to sign by the professional and their employer."""
    total = sum(sheet.totals.values())
    categories = tuple((label, hours_of(minutes)) for label, minutes in sheet.totals.items())
    lines = tuple((date_long(on), what, label, hours_of(minutes)) for on, what, label, minutes in sheet.lines)
    blocks: list[Block] = [
        Facts(
            (
                ("Professionnel", sheet.professional),
                ("Organisme", sheet.organisation),
                ("Cadre", sheet.framework),
                ("Temps du poste", hours_of(sheet.expected_minutes)),
                ("Temps noté", hours_of(total)),
            )
        ),
        Table("Temps par catégorie", ("Catégorie", "Temps"), (*categories, ("Total", hours_of(total)))),
    ]
    if lines:
        blocks.append(Table("Jour par jour", ("Jour", "Quoi", "Catégorie", "Temps"), lines))
    blocks += [Heading("Signatures"), Places((sheet.professional, f"Pour {sheet.organisation}"))]
    return Paper(
        title=f"Feuille de temps, {month_long(sheet.month)}",
        day=day,
        author=sheet.organisation,
        blocks=tuple(blocks),
    )
