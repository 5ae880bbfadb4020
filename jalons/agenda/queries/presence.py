"""What was held and what proves it: sign-ins, reports, hours that count (R-100); contacts counted apart (R-048, R-096)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.agenda.followed import Followed, followed
from jalons.agenda.models import Appointment, AppointmentKind, Mode, Outcome, SheetLine, SignIn
from jalons.agenda.queries.time import minutes
from jalons.agenda.rulebook import Asked, Shelf
from jalons.agenda.sheets import standing
from jalons.documents.models import SignerKind

SIGN_IN, REPORT = "émargement manquant", "compte rendu manquant"
ABSENT = (Outcome.JUSTIFIED_ABSENCE, Outcome.UNJUSTIFIED_ABSENCE)


@dataclass(frozen=True, slots=True)
class Attendance:
    """An appointment held: what was signed, what its framework asks (None: nothing), what is missing, the minutes that count."""

    appointment: Appointment
    sign_ins: tuple[SignIn, ...]
    asked: Asked | None

    @property
    def signed(self) -> SignIn | None:
        """The sign-in of the person accompanied, None when there is none."""
        return next((one for one in self.sign_ins if one.signer == SignerKind.BENEFICIARY), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """What the framework asks and the file does not have, in words."""
        if self.asked is None or self.appointment.outcome != Outcome.HELD:
            return ()
        found = [SIGN_IN] if self.signed is None else []
        return (*found, REPORT) if not self.appointment.note.strip() else tuple(found)

    @property
    def eligible(self) -> bool:
        """Whether the appointment was held and nothing that is asked is missing."""
        return self.appointment.outcome == Outcome.HELD and not self.missing

    @property
    def minutes(self) -> int:
        """The real minutes, once nothing is missing; else 0."""
        one = self.appointment
        if not self.eligible or one.real_start is None or one.real_end is None:
            return 0
        return minutes(one.real_start, one.real_end)


def attendances(appointments: Sequence[Appointment]) -> list[Attendance]:
    """Return what proves each appointment, in the order given; three queries, whatever their number."""
    rows = list(appointments)
    if not rows:
        return []
    signed: dict[int, list[SignIn]] = {}
    live = SignIn.objects.filter(appointment__in=[row.pk for row in rows], voided_at__isnull=True)
    for one in live.select_related("sheet_return__sheet").defer("strokes").order_by("pk"):
        signed.setdefault(one.appointment_id, []).append(one)
    days = [row.on_date for row in rows]
    spans: dict[int, list[Followed]] = {}
    for span in followed(person_ids={row.person_id for row in rows}, first=min(days), last=max(days)):
        spans.setdefault(span.person_id, []).append(span)
    shelf = Shelf()
    return [
        Attendance(row, tuple(signed.get(row.pk, ())), _asked(row, spans.get(row.person_id, ()), shelf)) for row in rows
    ]


def _asked(one: Appointment, spans: Iterable[Followed], shelf: Shelf) -> Asked | None:
    for span in spans:
        if span.organisation_id == one.organisation_id and span.on(one.on_date):
            asked = shelf.sign_in(span, one.kind, on=one.on_date)
            if asked is not None:
                return asked
    return None


@dataclass(frozen=True, slots=True)
class Contacts:
    """What was held with a person over a period, each kind counted apart (R-048), and the attendance (R-096)."""

    face_to_face: int = 0
    remote: Mapping[str, int] | None = None  # mode → how many
    group: int = 0
    other: int = 0
    held: int = 0
    absent: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Individual interviews held / (held + absences); None when there was none."""
        known = self.held + self.absent
        return Decimal(self.held) / Decimal(known) if known else None


def contacts_of(appointments: Iterable[Appointment]) -> Contacts:
    """Count appointments of one person: only interviews face to face are of the common base (R-047)."""
    remote = {str(mode): 0 for mode in Mode.values if mode != Mode.FACE_TO_FACE}
    face = group = other = held = absent = 0
    for one in appointments:
        individual = one.kind == AppointmentKind.INDIVIDUAL
        absent += individual and one.outcome in ABSENT
        if one.outcome != Outcome.HELD:
            continue
        held += individual
        if one.kind in (AppointmentKind.GROUP, AppointmentKind.INFORMATION_SESSION):
            group += 1
        elif not individual:
            other += 1
        elif one.mode == Mode.FACE_TO_FACE:
            face += 1
        else:
            remote[one.mode] += 1
    return Contacts(face, remote, group, other, held, absent)


def between(person_id: int, *, first: date, last: date) -> list[Appointment]:
    """Return the appointments of a person between two days, newest first. The caller has checked the reach."""
    rows = Appointment.objects.filter(person_id=person_id, on_date__gte=first, on_date__lte=last)
    return list(rows.select_related("organisation", "caseworker", "session", "person").order_by("-starts_at", "-pk"))


def to_sign(appointment_ids: Sequence[int]) -> list[int]:
    """Return those of these appointments that the person has not signed, in the order given; one query."""
    signed = set(
        SignIn.objects.filter(
            appointment__in=appointment_ids, signer=SignerKind.BENEFICIARY, voided_at__isnull=True
        ).values_list("appointment_id", flat=True)
    )
    return [pk for pk in appointment_ids if pk not in signed]


def lines_of(sheet_id: int) -> list[SheetLine]:
    """Return the lines of a sheet in order, each with its appointment as it stands now (``standing``) and its person."""
    rows = list(SheetLine.objects.filter(sheet_id=sheet_id).order_by("number"))
    now = standing(rows)
    for line in rows:
        line.appointment = now[line.number]
    return rows
