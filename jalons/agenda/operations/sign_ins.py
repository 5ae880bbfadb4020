"""The sign-in (émargement): on the tablet, or on a printed sheet and its return (R-100)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jalons.agenda.models import Appointment, AttendanceSheet, Outcome, SheetLine, SheetReturn, SignIn
from jalons.agenda.operations.appointments import correct_hours, locked, record_outcome
from jalons.agenda.operations.attendance import Presence, note_presences, refusals_of
from jalons.agenda.papers import sheet_paper, statement
from jalons.agenda.rules import require_past, require_times
from jalons.agenda.sheets import standing
from jalons.documents.models import IdentityCheck, SignatureMeans, SignerKind
from jalons.documents.operations import keep, keep_paper, require_drawn
from jalons.documents.uploads import scan_kind
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.permissions import require_reach_all

SHEET = "attendance_sheet"  # kind of the document, also what the rulebooks call this proof
SCAN = "signed_attendance_sheet"
MOST_LINES = 200
ONCE = "Ce rendez-vous est déjà émargé de ce côté."


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand drawn on the screen (SVG path data), and how its identity was checked."""

    signer: SignerKind
    identity_check: IdentityCheck
    strokes: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet come back: signed with its hours, or what became of the person."""

    outcome: Outcome
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@operation
def sign_in(
    *,
    actor: User,
    on: date,
    appointment_id: int,
    starts_at: datetime,
    ends_at: datetime,
    sha256: str,
    hands: Sequence[Hand],
) -> Appointment:
    """Receive the hands drawn under the sentence whose hash was shown; the appointment is held, with the hours signed.

    ``sha256`` is the hash of the beneficiary's sentence. Refused: another sentence than the one of these hours, an empty
    drawing, an appointment to come, missed or cancelled, a side that has signed already.
    """
    appointment = locked(actor, appointment_id, on=on)
    require_times(starts_at, ends_at)
    require_past(appointment.on_date, on=on)
    if _hash(statement(appointment, SignerKind.BENEFICIARY, starts_at, ends_at)) != sha256:
        raise Refusal(
            "Ce qui est signé a changé depuis l’affichage : relisez la phrase avant de signer.",
            code="sign_in_other_sentence",
        )
    if not hands:
        raise Refusal("Personne n’a signé.", code="sign_in_empty")
    for hand in hands:
        require_drawn(hand.strokes)
    appointment = _held(actor, on, appointment, starts_at, ends_at)
    for hand in hands:
        if SignIn.objects.filter(appointment=appointment, signer=hand.signer, voided_at__isnull=True).exists():
            raise Refusal(ONCE, code="sign_in_once")
        _sign_in(
            actor, appointment, hand.signer, hand.identity_check, starts_at, ends_at, strokes=hand.strokes.encode()
        ).save(force_insert=True)
    return appointment


def _held(actor: User, on: date, appointment: Appointment, starts_at: datetime, ends_at: datetime) -> Appointment:
    """Return the appointment, held at these hours."""
    signed = SignIn.objects.filter(appointment=appointment, voided_at__isnull=True).exists()
    _require_signable(appointment, starts_at, ends_at, signed=signed)
    if appointment.outcome != Outcome.HELD:
        return record_outcome(
            actor=actor,
            on=on,
            appointment_id=appointment.pk,
            outcome=Outcome.HELD,
            real_start=starts_at,
            real_end=ends_at,
        )
    if (appointment.real_start, appointment.real_end) == (starts_at, ends_at):
        return appointment
    return correct_hours(actor=actor, on=on, appointment_id=appointment.pk, real_start=starts_at, real_end=ends_at)


def _require_signable(appointment: Appointment, starts_at: datetime, ends_at: datetime, *, signed: bool) -> None:
    """Refuse hours that may not be signed for; ``signed``: somebody has signed this appointment already."""
    if appointment.outcome not in (Outcome.HELD, Outcome.PLANNED):
        raise Refusal(
            f"Ce rendez-vous est « {appointment.get_outcome_display()} » : notez d’abord que la personne est venue.",
            code="sign_in_not_held",
        )
    noted = (appointment.outcome, appointment.real_start, appointment.real_end)
    if signed and noted != (Outcome.HELD, starts_at, ends_at):
        raise Refusal(
            "Ce rendez-vous est déjà émargé pour d’autres heures : corrigez d’abord ses heures.",
            code="sign_in_other_hours",
        )


def _sign_in(
    actor: User,
    appointment: Appointment,
    signer: SignerKind,
    identity_check: IdentityCheck,
    starts_at: datetime,
    ends_at: datetime,
    *,
    strokes: bytes | None = None,
    sheet_return: SheetReturn | None = None,
) -> SignIn:
    """Return a sign-in to write."""
    sentence = statement(appointment, signer, starts_at, ends_at)
    return SignIn(
        appointment=appointment,
        signer=signer,
        means=SignatureMeans.SCREEN if strokes is not None else SignatureMeans.PAPER,
        identity_check=identity_check,
        statement=sentence,
        sha256=_hash(sentence),
        starts_at=starts_at,
        ends_at=ends_at,
        strokes=strokes,
        sheet_return=sheet_return,
        recorded_by=actor,
    )


def _hash(sentence: str) -> str:
    return hashlib.sha256(sentence.encode()).hexdigest()


@operation
def print_sheet(
    *, actor: User, on: date, organisation_id: int, appointment_ids: Sequence[int], hours: bool = True
) -> AttendanceSheet:
    """Print a sheet to sign for appointments of one day and one organisation, and keep its bytes.

    Refused: no line, two days, an appointment missed, cancelled or already signed.
    """
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=organisation_id)
    rows = list(
        Appointment.objects.filter(pk__in=appointment_ids, organisation_id=organisation_id)
        .select_related("person", "organisation", "session__animator", "caseworker")
        .order_by("starts_at", "person__folded", "pk")
    )
    require_reach_all(actor, [one.person_id for one in rows], on=on, permission=Permission.APPOINTMENT_WRITE)
    _require_printable(rows)
    sheet = AttendanceSheet(key=uuid.uuid4())
    paper = sheet_paper(rows, day=rows[0].on_date, reference=sheet.reference, hours=hours)
    document = keep_paper(actor=actor, on=on, paper=paper, kind=SHEET)
    sheet = AttendanceSheet.objects.create(
        key=sheet.key,
        organisation_id=organisation_id,
        session=rows[0].session if len({one.session_id for one in rows}) == 1 else None,
        on_date=rows[0].on_date,
        document=document,
        made_by=actor,
    )
    SheetLine.objects.bulk_create(
        SheetLine(sheet=sheet, number=line, appointment=one, starts_at=one.starts_at, ends_at=one.ends_at)
        for line, one in enumerate(rows, start=1)
    )
    return sheet


def _require_printable(rows: Sequence[Appointment]) -> None:
    if not rows:
        raise Refusal("Aucun rendez-vous à émarger : la feuille serait vide.", code="sheet_empty")
    if len(rows) > MOST_LINES:
        raise Refusal(f"Plus de {MOST_LINES} lignes : imprimez plusieurs feuilles.", code="sheet_too_long")
    if len({one.on_date for one in rows}) > 1:
        raise Refusal("Une feuille porte sur un seul jour.", code="sheet_of_one_day")
    if any(one.outcome not in (Outcome.PLANNED, Outcome.HELD) for one in rows):
        raise Refusal("Un rendez-vous annulé ou manqué ne s’émarge pas.", code="sheet_not_held")
    if _signed_sides(rows, signer=SignerKind.BENEFICIARY):
        raise Refusal(
            "Un de ces rendez-vous est déjà émargé par la personne : laissez-le hors de la feuille.",
            code="sheet_already_signed",
        )


def _signed_sides(rows: Sequence[Appointment], **only: SignerKind) -> set[tuple[int, str]]:
    """Return (appointment, signer) of the sign-ins in effect."""
    found = SignIn.objects.filter(appointment__in=[one.pk for one in rows], voided_at__isnull=True, **only)
    return set(found.values_list("appointment_id", "signer"))


@operation
def return_sheet(*, actor: User, on: date, sheet_id: int, scan: bytes, lines: Mapping[int, Line]) -> SheetReturn:
    """Keep the scan of a signed sheet and note its lines (number → line): signed with hours, or what became of the person.

    Refused whole when one line is: nothing is half noted. A line already signed must be left out.
    """
    sheet = AttendanceSheet.objects.get(pk=sheet_id)
    require(actor, Permission.APPOINTMENT_WRITE, on=on, organisation_id=sheet.organisation_id)
    printed = {one.number: one for one in sheet.lines.order_by("number")}
    if not lines or set(lines) - set(printed):
        raise Refusal("Choisissez au moins une ligne de la feuille.", code="sheet_no_line")
    chosen = Appointment.objects.filter(pk__in=[printed[number].appointment_id for number in lines])
    persons = set(chosen.values_list("person_id", flat=True))
    media_type = scan_kind(scan)  # before the files are locked: a large one takes a moment
    lock_persons(persons)
    require_reach_all(actor, persons, on=on, permission=Permission.APPOINTMENT_WRITE)
    rows = standing([printed[number] for number in lines])
    document = keep(actor=actor, on=on, raw=scan, kind=SCAN, title="Feuille d’émargement signée", media_type=media_type)
    back = SheetReturn.objects.create(sheet=sheet, scan=document, returned_on=on, returned_by=actor)
    names = {one.pk: f"Ligne {number}" for number, one in rows.items()}
    sides = _signed_sides(list(rows.values()))
    became, signed = [], []
    for number, line in sorted(lines.items()):
        appointment = rows[number]
        with refusals_of(names[appointment.pk]):
            presence = _presence(printed[number], appointment, line, sides)
        became.append((appointment, presence))
        if presence.real_start is not None and presence.real_end is not None:
            signed.append((appointment, presence.real_start, presence.real_end))
    note_presences(actor, became, on=on, names=names)
    SignIn.objects.bulk_create(
        _sign_in(actor, one, SignerKind.BENEFICIARY, IdentityCheck.KNOWN, start, end, sheet_return=back)
        for one, start, end in signed
    )
    touch(days={one.on_date for one, _, _ in signed})
    return back


def _presence(printed: SheetLine, appointment: Appointment, line: Line, sides: set[tuple[int, str]]) -> Presence:
    """Return what a line come back says. A signature holds for the day and hours printed, or those written on the line."""
    if (appointment.starts_at, appointment.ends_at) != (printed.starts_at, printed.ends_at) or (
        appointment.outcome == Outcome.MOVED
    ):
        raise Refusal(
            "Ce rendez-vous a été déplacé depuis l’impression : la feuille vaut pour un autre jour ou d’autres heures. "
            "Imprimez-en une nouvelle.",
            code="sheet_of_other_hours",
        )
    if line.outcome != Outcome.HELD:
        return Presence(line.outcome)
    noted = (appointment.real_start, appointment.real_end)
    if line.starts_at is None and line.ends_at is None and noted not in ((None, None), _hours(printed)):
        raise Refusal(
            "D’autres heures sont notées que celles imprimées : écrivez les heures que la personne a signées.",
            code="sheet_hours_to_write",
        )
    starts_at, ends_at = line.starts_at or printed.starts_at, line.ends_at or printed.ends_at
    require_times(starts_at, ends_at)
    _require_signable(appointment, starts_at, ends_at, signed=any(pk == appointment.pk for pk, _ in sides))
    if (appointment.pk, SignerKind.BENEFICIARY) in sides:
        raise Refusal(ONCE, code="sign_in_once")
    return Presence(Outcome.HELD, starts_at, ends_at)


def _hours(printed: SheetLine) -> tuple[datetime, datetime]:
    return printed.starts_at, printed.ends_at
