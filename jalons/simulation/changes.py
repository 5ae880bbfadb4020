"""What happens to a dossier in a month: the chances of each event, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

from jalons.kernel.periods import add_months, first_of_month
from jalons.simulation.beginnings import new_adult, new_home
from jalons.simulation.households import Adult, Dossier, Family
from jalons.simulation.identities import Numbers, fictitious_nir

CORRECTED_SLOT = 400_000  # far from the slots of first numbers
FIRST_OF_MONTH = {"suspend_payment", "suspend_right", "close_after_suspension", "grant"}

# (what, chances in a thousand each month) for an open and payable dossier.
_OPEN_CHANCES: tuple[tuple[str, int], ...] = (
    ("correct_nir", 1),
    ("suspend_payment", 16),
    ("suspend_right", 5),
    ("lose_duties", 12),
    ("regain_duties", 10),
    ("close", 9),
    ("close_earlier", 2),
    ("move_out", 5),
    ("move_home", 9),
    ("separate", 4),
    ("couple", 4),
    ("renew", 4),
    ("rename", 3),
    ("child", 4),
    ("vanish", 2),
)


def choose(random: Random, dossier: Dossier, month: date) -> str | None:
    """Draw what happens to a dossier in a month, or None."""
    if dossier.closed:
        return None
    draw = random.randrange(1000)
    if dossier.state == "0":
        return "grant"
    if dossier.state == "4" and dossier.reason == "06":
        assert dossier.since is not None
        if month >= add_months(dossier.since, 4):
            return "close_after_suspension"
        return "resume" if draw < 450 else None
    if dossier.state in ("3", "4"):
        return "resume" if draw < 350 else "close" if draw < 400 else None
    if dossier.state != "2":
        return None
    for what, chances in _OPEN_CHANCES:
        if draw < chances:
            return what
        draw -= chances
    return None


def _suspend_payment(life: Family, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.event = (
        "4",
        "ZZ" if life.random.random() < 0.03 else "06",
        day,
        "SUS",
    )


def _suspend_right(life: Family, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.event = (
        "3",
        life.random.choice(("DE", "DL", "GR", "GJ")),
        day,
        "SUS",
    )


def _resume(life: Family, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.event = "2", "", None, "REA"


def _grant(life: Family, dossier: Dossier, day: date) -> None:
    dossier.state, dossier.event = "2", "ENTDED"
    for adult in dossier.adults:
        adult.under_duties = adult.newly = True


def _end(dossier: Dossier, state: str, reason: str, on: date, day: date) -> None:
    dossier.state, dossier.reason, dossier.since, dossier.spoken_on, dossier.event = state, reason, on, day, "RAD"
    for adult in dossier.adults:
        adult.under_duties = adult.newly = False


def _close_after_suspension(life: Family, dossier: Dossier, day: date) -> None:
    _end(dossier, "5", "ECH", day, day)


def _close(life: Family, dossier: Dossier, day: date) -> None:
    _end(
        dossier,
        "5",
        life.random.choice(("RFD", "RAU", "PCG", "RGD")),
        max(first_of_month(day), dossier.requested_on),
        day,
    )


def _close_earlier(life: Family, dossier: Dossier, day: date) -> None:
    _end(dossier, "6", "RFD", max(add_months(first_of_month(day), -1), dossier.requested_on), day)


def _move_out(life: Family, dossier: Dossier, day: date) -> None:
    dossier.moved_to, dossier.spoken_on, dossier.event = (
        (life.random.choice(("011", "381", "421", "131", "751")), day),
        day,
        "MUT",
    )


def _lose_duties(life: Family, dossier: Dossier, day: date) -> None:
    adult = life.random.choice(_present(dossier))
    adult.under_duties, adult.newly, adult.resources, adult.activity = (
        False,
        False,
        life.random.randrange(520, 1100),
        "SAL",
    )
    dossier.event = "RESTRIRSA"


def _regain_duties(life: Family, dossier: Dossier, day: date) -> None:
    adult = life.random.choice(_present(dossier))
    adult.newly = not adult.under_duties
    adult.under_duties, adult.resources, adult.activity, dossier.event = True, 0, "SSA", "ENTDED"


def _move_home(life: Family, dossier: Dossier, day: date) -> None:
    dossier.homes = [new_home(life.random, day), *dossier.homes][:3]
    dossier.event = "ADR"


def _separate(life: Family, dossier: Dossier, day: date) -> None:
    present = _present(dossier)
    if len(present) == 2:
        leaving = present[1]
        leaving.left_on, leaving.under_duties, leaving.newly, dossier.family = day, False, False, "SEF"
        dossier.event = "SITFAM"


def _couple(life: Family, dossier: Dossier, day: date) -> None:
    if len(dossier.adults) == 1:
        numbers = Numbers(life.seed, life.serial, given=3)
        head = dossier.adults[0].who
        spouse = new_adult(life.random, numbers.person(life.random, sex="M" if head.sex == "F" else "F"), day)
        spouse.newly = spouse.under_duties
        dossier.adults.append(spouse)
        dossier.family, dossier.event = "VIM", "SITFAM"


def _renew(life: Family, dossier: Dossier, day: date) -> None:
    """The dossier ends and the same people come back under a new number."""
    if len(life.dossiers) > 1 or len(_present(dossier)) != len(dossier.adults):
        return
    _, file_number = Numbers(life.seed, life.serial).dossier()
    number, _ = Numbers(life.seed, life.serial, given=5).dossier()
    adults = [
        Adult(
            adult.who,
            True,
            day,
            newly=True,
            employment_service_number=adult.employment_service_number,
            previous_number=dossier.number,
        )
        for adult in dossier.adults
    ]
    _end(dossier, "5", "RAU", day, day)
    again = Dossier(
        number,
        file_number,
        day,
        dossier.family,
        adults,
        list(dossier.children),
        list(dossier.homes),
        amount=dossier.amount,
    )
    again.changed_on = day
    life.dossiers.append(again)


def _rename(life: Family, dossier: Dossier, day: date) -> None:
    adult = dossier.adults[0]
    adult.who = adult.who.renamed(life.random)
    dossier.event = "ETACIV"


def _child(life: Family, dossier: Dossier, day: date) -> None:
    numbers = Numbers(life.seed, life.serial)
    dossier.children = [
        *dossier.children,
        *numbers.children(life.random, dossier.adults[0].who, 1, born_before=day, newborn=True),
    ]
    dossier.event = "SITENFAUT"


def _vanish(life: Family, dossier: Dossier, day: date) -> None:
    """The dossier is over and no file says so: it is only missing from the next monthly one."""
    _end(dossier, "5", "RAU", day, add_months(day, -2))


def _present(dossier: Dossier) -> list[Adult]:
    return [adult for adult in dossier.adults if adult.left_on is None]


def _correct_nir(life: Family, dossier: Dossier, day: date) -> None:
    """The paying body gives somebody another NIR: whoever reads the file cannot know which of the two is right."""
    adult = dossier.adults[0]
    nir = fictitious_nir(adult.who.sex, adult.who.born_on, life.serial + CORRECTED_SLOT)
    adult.who = replace(adult.who, nir=nir)
    dossier.event = "ETACIV"


CHANGES: dict[str, Callable[[Family, Dossier, date], None]] = {
    "suspend_payment": _suspend_payment,
    "suspend_right": _suspend_right,
    "resume": _resume,
    "grant": _grant,
    "close_after_suspension": _close_after_suspension,
    "close": _close,
    "close_earlier": _close_earlier,
    "move_out": _move_out,
    "lose_duties": _lose_duties,
    "regain_duties": _regain_duties,
    "move_home": _move_home,
    "separate": _separate,
    "couple": _couple,
    "renew": _renew,
    "correct_nir": _correct_nir,
    "rename": _rename,
    "child": _child,
    "vanish": _vanish,
}
