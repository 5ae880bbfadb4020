"""Judges the rows of a table: what each would write, against what is known and what the rows before it write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jalons.exchange.spreadsheets.moving.drafts import Draft, EntryDraft, NamingDraft, PersonDraft
from jalons.exchange.spreadsheets.moving.events import judge_events
from jalons.exchange.spreadsheets.moving.known import Decision, Leading, Life, Stay, lives_of
from jalons.exchange.spreadsheets.moving.matching import Matcher, Who
from jalons.exchange.spreadsheets.moving.reading import ReadRow
from jalons.exchange.spreadsheets.moving.setting import Setting
from jalons.kernel.text import fold
from jalons.pathways.guards import obstacle

FILLED = ("phone", "email", "employment_service_number", "birth_name", "sex")  # completed when empty, never overwritten
NO_ENTRY = "Cette personne n’a pas d’accompagnement connu dans cet organisme : donnez sa date d’entrée."


def order(row: ReadRow) -> tuple[bool, date, int]:
    """Return the place of a row among those to take: entries first, the oldest first, then the others as they come."""
    return (row.get("entry_on") is None, row.get("entry_on") or date.min, row.number)


def in_order(rows: Sequence[ReadRow]) -> list[ReadRow]:
    """Return the rows as they must be taken."""
    return sorted(rows, key=order)


def judge(rows: Sequence[ReadRow], setting: Setting, *, batch: bool = False) -> list[Draft]:
    """Judge rows already in order, in about twenty queries whatever their number.

    ``batch``: the rows are about to be written together; a second entry of a person waits for the first to be written.
    """
    matcher = Matcher(rows, authority_id=setting.authority_id, organisation_id=setting.organisation.pk)
    found = {row.pk: _who(matcher, row) for row in rows}
    persons = {one.person.pk: one.person for one in found.values() if one.person is not None}
    lives: dict[str, Life] = {
        f"p{pk}": life for pk, life in lives_of(list(persons.values()), setting.organisation.pk).items()
    }
    writers: dict[str, ReadRow] = {}
    waiting: set[str] = set()
    drafts = []
    for row in rows:
        draft = _judge_one(row, found[row.pk], lives, writers, setting)
        if batch and draft.person_key and _must_wait(draft, lives, waiting):
            waiting.add(draft.person_key)
            draft.wait = True
        drafts.append(draft)
    return drafts


def _must_wait(draft: Draft, lives: dict[str, Life], waiting: set[str]) -> bool:
    """Only one unwritten entry of a person at a time: the first may have to end before the second begins."""
    if draft.person_key in waiting:
        return True
    unwritten = [stay for stay in lives[draft.person_key].stays if stay.ref < 0]
    return draft.entry is not None and len(unwritten) > 1


def _who(matcher: Matcher, row: ReadRow) -> Who:
    if not row.get("last_name") or not row.get("first_name"):
        return Who()
    return matcher.who(row)


def _judge_one(row: ReadRow, who: Who, lives: dict[str, Life], writers: dict[str, ReadRow], setting: Setting) -> Draft:
    draft = Draft(row.pk, row.number, faults=list(row.faults), remarks=list(row.remarks), person_key=who.key)
    unread = any(code in row.headers and code not in row.values for code in ("born_on", "nir"))
    if who.fault and not unread:  # a date that cannot be read is already told
        draft.faults.append(who.fault)
    if who.remark:
        draft.remarks.append(who.remark)
    if not who.key or draft.faults:
        draft.person_key = ""
        draft.settle()
        return draft
    life = lives.setdefault(who.key, Life())
    draft.own_number = row.get("own_number") or ""
    before = _lengths(life)
    _person(draft, row, who, writers, setting)
    _entry(draft, row, life, setting)
    if not draft.faults:
        _naming(draft, row, life, setting)
        judge_events(draft, row, life, setting)
    if draft.faults:
        _forget(life, before)
    elif draft.person is not None:
        writers.setdefault(who.key, row)
    draft.settle()
    return draft


def _lengths(life: Life) -> tuple[int, ...]:
    return tuple(
        len(one) for one in (life.stays, life.decisions, life.mandates, life.meetings, life.stages, life.posts)
    )


def _forget(life: Life, before: tuple[int, ...]) -> None:
    """A refused row writes nothing: what it would have written is not known to the rows after it."""
    lists: tuple[list[object], ...] = (
        life.stays,
        life.decisions,
        life.mandates,
        life.meetings,
        life.stages,
        life.posts,
    )  # type: ignore[assignment]
    for kept, length in zip(lists, before, strict=True):
        del kept[length:]


def _person(draft: Draft, row: ReadRow, who: Who, writers: dict[str, ReadRow], setting: Setting) -> None:
    if who.person is not None:
        draft.person_id = who.person.pk
        draft.fill = {name: value for name in FILLED if (value := row.get(name)) and not getattr(who.person, name)}
        return
    if who.key in writers:
        return
    draft.person = PersonDraft(
        key=who.key,
        last_name=row.values["last_name"].upper(),
        first_name=_first_name(row.values["first_name"]),
        birth_name=(row.get("birth_name") or row.values["last_name"]).upper(),
        born_on=row.values["born_on"],
        sex=row.get("sex") or "",
        nir=row.get("nir") or "",
        phone=row.get("phone") or "",
        email=row.get("email") or "",
        employment_service_number=row.get("employment_service_number") or "",
        territory_id=_territory(draft, row, setting),
    )


def _first_name(typed: str) -> str:
    """« MARIE-HELENE » and « marie-helene » are written « Marie-Helene »; a name with its own capitals is kept."""
    return typed.title() if typed in (typed.upper(), typed.lower()) else typed


def _territory(draft: Draft, row: ReadRow, setting: Setting) -> int | None:
    for code, known in (("territory", setting.territories), ("commune", setting.communes)):
        typed = row.get(code)
        if typed and (found := known.get(fold(typed))) is not None:
            return found
        if typed:
            what = "Ce territoire" if code == "territory" else "Cette commune"
            draft.remarks.append(
                f"{what} n’est pas connu{'e' if code == 'commune' else ''} de l’autorité : territoire à préciser."
            )
    return None


def _entry(draft: Draft, row: ReadRow, life: Life, setting: Setting) -> None:
    day = row.get("entry_on")
    if day is None:
        return
    action = row.get("action") or setting.action_code
    if not action:
        draft.faults.append(
            "L’action de cette entrée n’est pas dite : reliez la colonne « Action », ou choisissez-en une pour tout le tableau."
        )
        return
    if day > setting.on:
        draft.faults.append(
            row.told("entry_on", "l’entrée n’a pas encore eu lieu : elle se note dans Jalons le moment venu")
        )
        return
    running = [one for one in life.stays if one.action_code == action and (one.covers(day) or one.start_on == day)]
    if running:
        _already(draft, running[0], day, setting)
        return
    _new_entry(draft, row, life, setting, action, day)


def _already(draft: Draft, stay: Stay, day: date, setting: Setting) -> None:
    if stay.organisation_id != setting.organisation.pk:
        draft.faults.append("Cette personne est déjà inscrite dans cette action par un autre organisme à cette date.")
    elif stay.start_on != day:
        draft.remarks.append(
            f"Déjà inscrite depuis le {stay.start_on:%d/%m/%Y} : la date du fichier n’est pas reprise."
        )


def _new_entry(draft: Draft, row: ReadRow, life: Life, setting: Setting, action: str, day: date) -> None:
    line = setting.line_for(action, day)
    if line is None:
        draft.faults.append(
            f"L’organisme n’a pas de places de cette action au {day:%d/%m/%Y} : vérifiez la date, ou la convention."
        )
        return
    later = next((one for one in life.stays if one.action_code == action and one.start_on > day), None)
    leaves_on = row.get("exit_on")
    if later is not None and (leaves_on is None or leaves_on >= later.start_on):
        draft.faults.append(
            f"Une inscription dans cette action commence déjà le {later.start_on:%d/%m/%Y} : donnez la date de sortie de celle-ci."
        )
        return
    rules = setting.shelf.entry_rules_of(action, on=day)
    home = draft.person.territory_id if draft.person else None
    standing = life.standing(day, authority_id=setting.authority_id, territory_id=home)
    refusal = obstacle(standing, rules.conditions, authority_id=setting.authority_id)
    if refusal is not None:
        draft.faults.append(refusal.sentence)
        return
    oriented_on = _orientation(draft, row, life, setting, action, day, asked="orientation" in rules.conditions)
    if draft.faults:
        return
    draft.entry = EntryDraft(line.pk, day, oriented_on)
    life.stays.append(Stay(-row.pk, setting.organisation.pk, action, day, None, line.end_on))
    if oriented_on is not None:
        life.decisions.append(Decision(setting.organisation.pk, action, oriented_on, None))


def _orientation(
    draft: Draft, row: ReadRow, life: Life, setting: Setting, action: str, day: date, *, asked: bool
) -> date | None:
    """Return the day of the orientation to write with the entry, None when one is known or none is needed."""
    mine = (setting.organisation.pk, action)
    covering = [
        one for one in life.decisions if one.decided_on <= day and (one.closed_on is None or day <= one.closed_on)
    ]
    if any((one.organisation_id, one.action_code) == mine for one in covering):
        return None
    wanted = row.get("orientation_on") or (day if setting.orient_on_entry else None)
    if wanted is None:
        if asked:
            draft.faults.append(
                "Cette action demande une orientation et aucune n’est connue : donnez sa date,"
                " ou choisissez de la noter au jour de l’entrée."
            )
        return None
    if wanted > day:
        draft.faults.append(row.told("orientation_on", "l’orientation précède l’entrée"))
        return None
    if any(one.closed_on is None for one in life.decisions):
        draft.faults.append(
            "Cette personne a déjà une orientation en cours ailleurs : une réorientation se décide dans Jalons."
        )
        return None
    return wanted


def _during(mandate: Leading, stay: Stay) -> bool:
    ends_before = mandate.end_on is not None and mandate.end_on < stay.start_on
    return not ends_before and (stay.end_on is None or mandate.start_on <= stay.end_on)


def _naming(draft: Draft, row: ReadRow, life: Life, setting: Setting) -> None:
    typed = row.get("caseworker")
    if typed is None:
        return
    worker = setting.workers[int(typed)]
    said: date | None = row.get("caseworker_since")
    stay = life.stay_on(said or setting.on, setting.organisation.pk)
    if stay is None:
        draft.faults.append(NO_ENTRY)
        return
    mine = [one for one in life.mandates if one.caseworker_id == worker.user_id]
    if any(one.organisation_id == stay.organisation_id and _during(one, stay) for one in mine):
        return
    current = next((one for one in reversed(life.mandates) if one.end_on is None or one.end_on >= stay.start_on), None)
    if current is not None and said is None:
        draft.faults.append(
            "Un autre référent est noté pour cette personne : donnez la date du changement dans une colonne « Référent depuis le »."
        )
        return
    first = worker.first_day(max(said or stay.start_on, stay.start_on))
    leaves_on = row.get("exit_on") or stay.end_on
    if first is None or first > setting.on or (leaves_on is not None and first > leaves_on):
        draft.remarks.append("Le référent n’exerçait pas dans l’organisme à ces dates : il n’est pas repris.")
        return
    if current is not None and current.start_on >= first:
        draft.faults.append(
            f"Un référent est déjà nommé à compter du {current.start_on:%d/%m/%Y} : donnez une date postérieure."
        )
        return
    if first != (said or stay.start_on):
        draft.remarks.append(f"Référent noté à compter du {first:%d/%m/%Y}, début de son activité dans l’organisme.")
    draft.naming = NamingDraft(worker.user_id, first)
    life.mandates.append(Leading(-row.pk, worker.user_id, setting.organisation.pk, first, None))
