"""The state machine: acts drawn at random, done by the application and on the oracle's sheet, compared after each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jalons.kernel.refusals import Refusal
from jalons.pathways import operations as act
from jalons.pathways.models import Contract, Destination, Enrolment, Exit, Horizon, Mandate, Orientation, Pause, Step
from jalons.people.models import AccessReason, DossierAccess
from tests.pathways.life.oracle import FAR, FIRST, HOUSE, LAST, NEIGHBOUR, ONE_DAY, Life, Written, days
from tests.worlds import World

STEP_KIND = "qualifying_training"
NEXT = {"draft": "signed", "signed": "submitted", "submitted": "validated", "validated": "handed_over"}
few = st.integers(0, 21)
which = st.integers(0, 99)


class Dossier(RuleBasedStateMachine):
    """One person's life in ``world``, from the first orientation on; ``world`` is given by the test."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.person = self.world.person(subject_since=date(2020, 1, 6))
        self.day = FIRST
        self.lines = {HOUSE: self.world.line.pk, NEIGHBOUR: self.world.neighbour_line.pk}
        self.stays: list[int] = []
        self.contracts: list[int] = []
        self.steps: list[int] = []
        self.exits: list[int] = []
        self.pause: int | None = None

    # The acts

    @rule(passed=st.integers(1, 35))
    def time_passes(self, passed: int) -> None:
        self.day = min(self.day + timedelta(days=passed), LAST)

    @rule(place=st.sampled_from([HOUSE, HOUSE, HOUSE, NEIGHBOUR]))
    def orient(self, place: str) -> None:
        officer = self.world.orientation_officer
        self._same(
            self.life.orient(self.day, place),
            lambda: act.orient(
                actor=officer, on=self.day, person_id=self.person.pk, line_id=self.lines[place], reason="Emploi"
            ),
        )

    @precondition(lambda self: self._decided_before_today())
    @rule(place=st.sampled_from([HOUSE, NEIGHBOUR]))
    def reorient(self, place: str) -> None:
        officer = self.world.orientation_officer
        done = self._same(
            self.life.reorient(self.day, place),
            lambda: act.reorient(
                actor=officer, on=self.day, person_id=self.person.pk, line_id=self.lines[place], reason="Change d’avis"
            ),
        )
        if done:
            self._new_chapter()

    @rule()
    def enrol(self) -> None:
        place = self.life.oriented[self.day] or HOUSE
        officer = self.world.orientation_officer
        done = self._same(
            self.life.enrol(self.day),
            lambda: act.enrol(
                actor=officer, on=self.day, person_id=self.person.pk, line_id=self.lines[place], start_on=self.day
            ),
        )
        if done:
            self._new_chapter()
            self.stays.append(done.pk)

    @rule(who=st.sampled_from(["caseworker", "colleague"]))
    def name_the_referent(self, who: str) -> None:
        if not self.life.house_opens(self.day):
            return  # the head no longer sees the file: the access tests tell it
        person, head, named = self.person.pk, self.world.head, getattr(self.world, who)
        self._same(
            self.life.name(self.day, who),
            lambda: act.name_lead_caseworker(
                actor=head,
                on=self.day,
                person_id=person,
                caseworker_id=named.pk,
                organisation_id=self.world.house.pk,
                start_on=self.day,
                reason="Passation",
            ),
        )

    # A hold without end is refused once the stay has its last day.
    @precondition(lambda self: self._in_the_house() and self.life.stay[FAR] and self.pause is None)
    @rule()
    def put_on_hold(self) -> None:
        pause = act.start_pause(
            actor=self.world.head, on=self.day, enrolment_id=self.stays[-1], start_on=self.day, reason="Congé maternité"
        )
        self.pause = pause.pk
        self.life.hold(self.day)

    @precondition(lambda self: self._in_the_house() and self.day in self.life.on_hold and (self.pause or 0) > 0)
    @rule()
    def resume(self) -> None:
        assert self.pause is not None
        act.end_pause(actor=self.world.head, on=self.day, pause_id=self.pause, last_day=self.day)
        self.life.resume(self.day)
        self.pause = -1  # no second one the same day: the calendar of holds has tests of its own

    @precondition(lambda self: self._in_the_house())
    @rule(ahead=few, length=st.integers(60, 150))
    def draft_a_contract(self, ahead: int, length: int) -> None:
        first = self.day + timedelta(days=ahead)
        last = first + timedelta(days=length)
        draft = act.Draft(
            self.stays[-1],
            first,
            last,
            objectives=[act.Objective(horizon, "Avancer") for horizon in Horizon],
            steps=[act.PlannedStep(STEP_KIND, planned_on=first, place="Maison des parcours")],
            her_words="Travailler près de chez moi.",
            previous_review="Les démarches prévues ont été faites.",
        )
        contract = act.draft_contract(actor=self.world.caseworker, on=self.day, draft=draft)
        self.contracts.append(contract.pk)
        self.life.contracts.append(Written("draft", days(first, last)))

    @precondition(lambda self: self._in_the_house() and self.contracts)
    @rule(
        number=which,
        wanted=st.sampled_from(["signed", "submitted", "validated", "returned", "handed_over", "cancelled"]),
    )
    def move_a_contract(self, number: int, wanted: str) -> None:
        self._try_to_move(number % len(self.contracts), wanted)

    @precondition(lambda self: self._in_the_house() and self._going_on())
    @rule(number=which)
    def bring_a_contract_forward(self, number: int) -> None:
        """Without this one, one life in hundreds sees a contract validated."""
        going_on = self._going_on()
        number = going_on[number % len(going_on)]
        self._try_to_move(number, NEXT[self.life.contracts[number].state])

    def _going_on(self) -> list[int]:
        return [number for number, one in enumerate(self.life.contracts) if one.state in NEXT]

    def _try_to_move(self, number: int, wanted: str) -> None:
        done = self._same(self.life.move_contract(number, wanted), lambda: self._move(self.contracts[number], wanted))
        if done and wanted == "validated":  # the step agreed becomes a planned step of the pathway
            self.steps.append(Step.objects.get(contract_step__contract=self.contracts[number]).pk)
            self.life.steps.append("proposed")

    def _move(self, contract_id: int, wanted: str) -> Any:
        given: dict[str, Any] = {"on": self.day, "contract_id": contract_id}
        writer, officer = self.world.caseworker, self.world.social_head
        moves: dict[str, Callable[[], Any]] = {
            "signed": lambda: act.sign(actor=writer, **given),
            "submitted": lambda: act.submit(actor=writer, **given),
            "validated": lambda: act.validate(actor=officer, **given),
            "returned": lambda: act.return_contract(actor=officer, reasons="Objectifs à préciser", **given),
            "handed_over": lambda: act.hand_over(actor=writer, **given),
            "cancelled": lambda: act.cancel_contract(actor=writer, **given),
        }
        return moves[wanted]()

    @precondition(lambda self: self._in_the_house())
    @rule()
    def propose_a_step(self) -> None:
        step = act.propose_step(actor=self.world.caseworker, on=self.day, enrolment_id=self.stays[-1], kind=STEP_KIND)
        self.steps.append(step.pk)
        self.life.steps.append("proposed")

    @precondition(lambda self: self._in_the_house() and self.steps)
    @rule(number=which, wanted=st.sampled_from(["positioned", "started", "completed", "interrupted", "cancelled"]))
    def move_a_step(self, number: int, wanted: str) -> None:
        number %= len(self.steps)
        given: dict[str, Any] = {"actor": self.world.caseworker, "on": self.day, "step_id": self.steps[number]}
        moves: dict[str, Callable[[], Any]] = {
            "positioned": lambda: act.position(**given),
            "started": lambda: act.start_step(**given),
            "completed": lambda: act.complete_step(**given),
            "interrupted": lambda: act.interrupt_step(reason="Garde d’enfant", **given),
            "cancelled": lambda: act.cancel_step(reason="Complet", **given),
        }
        self._same(self.life.move_step(number, wanted), moves[wanted])

    @precondition(lambda self: self._in_the_house())
    @rule(ago=few)
    def propose_an_exit(self, ago: int) -> None:
        exited_on = self.day - timedelta(days=ago)
        done = self._same(
            self.life.propose_exit(exited_on),
            lambda: act.propose_exit(
                actor=self.world.caseworker,
                on=self.day,
                enrolment_id=self.stays[-1],
                exited_on=exited_on,
                destination=Destination.MOVED,
            ),
        )
        if done:
            self.exits.append(done.pk)

    @precondition(lambda self: self.exits)
    @rule()
    def confirm_the_exit(self) -> None:
        if self.life.departures[-1].state == "confirmed" and not self.life.house_opens(self.day):
            return
        done = self._same(
            self.life.confirm(-1), lambda: act.confirm_exit(actor=self.world.head, on=self.day, exit_id=self.exits[-1])
        )
        if done and self.pause is not None:
            self.pause = -1

    @precondition(lambda self: self.exits and self.life.house_opens(self.day))
    @rule()
    def reverse_the_exit(self) -> None:
        self._same(
            self.life.reverse(-1),
            lambda: act.reverse_exit(
                actor=self.world.head, on=self.day, exit_id=self.exits[-1], reason="Contrat rompu avant de commencer"
            ),
        )

    @precondition(lambda self: self.exits and self.life.departures[-1].state in ("proposed", "confirmed"))
    @rule()
    def carry_the_exit_on(self) -> None:
        """Without this one, one life in hundreds sees an exit confirmed, then reversed."""
        if self.life.departures[-1].state == "proposed":
            self.confirm_the_exit()
        elif self.life.house_opens(self.day):
            self.reverse_the_exit()

    # What must hold after each of them

    @invariant()
    def every_day_says_the_same(self) -> None:
        sheets = {
            "orientation": (Orientation, "decided_on", "closed_on", "organisation_id", self.life.oriented),
            "inscription": (Enrolment, "start_on", "end_on", "organisation_id", self.life.stay),
            "référent": (Mandate, "start_on", "end_on", "caseworker_id", self.life.referent),
        }
        for what, (model, start, end, who, expected) in sheets.items():
            found = dict.fromkeys(expected, "")
            for first, last, key in model.objects.filter(person=self.person).values_list(start, end, who):
                for day in days(first, last or FAR):
                    assert not found[day], f"{what} : deux le {day}"
                    found[day] = self._called(key)
            assert found == expected, f"{what} : {_first_difference(found, expected)}"

    @invariant()
    def holds_are_inside_the_stay(self) -> None:
        stay = {day for day, place in self.life.stay.items() if place}
        found = {
            day
            for one in Pause.objects.filter(enrolment__person=self.person).select_related("enrolment")
            for day in days(one.start_on, min(one.end_on or FAR, one.enrolment.end_on or FAR))
        }
        assert found & stay == self.life.on_hold & stay, "veille"

    @invariant()
    def the_file_opens_for_whom_it_should(self) -> None:
        for place, organisation in ((HOUSE, self.world.house), (NEIGHBOUR, self.world.neighbour)):
            rows = DossierAccess.objects.filter(
                Q(reason=AccessReason.ORIENTATION) | Q(reason=AccessReason.ENROLMENT),
                person=self.person,
                organisation=organisation,
            ).values_list("start_on", "end_on")
            found = {day for first, last in rows for day in days(first, last or FAR)}
            expected = self.life.opened_by_decision[place] | self.life.opened_by_stay[place]
            assert found == expected, f"accès de {place} : {min(found ^ expected)}"

    @invariant()
    def papers_steps_and_exits_are_where_they_should(self) -> None:
        for model, keys, expected in (
            (Contract, self.contracts, [one.state for one in self.life.contracts]),
            (Step, self.steps, self.life.steps),
            (Exit, self.exits, [one.state for one in self.life.departures]),
        ):
            rows = model.objects.in_bulk(keys)
            assert [rows[key].state for key in keys] == expected, model._meta.verbose_name

    # Helpers

    def _same(self, expected: bool, do: Callable[[], Any]) -> Any:
        """Do it; the application refuses when, and only when, the oracle does. Return what was made."""
        try:
            done = do()
        except Refusal as refusal:
            if expected:
                raise AssertionError(f"refusé à tort le {self.day} : {refusal}") from refusal
            return None
        assert expected, f"accepté à tort le {self.day}"
        return done

    def _called(self, key: int) -> str:
        names = {
            self.world.house.pk: HOUSE,
            self.world.neighbour.pk: NEIGHBOUR,
        }
        people = {getattr(self.world, who).pk: who for who in ("caseworker", "colleague")}
        return people[key] if key in people else names[key]

    def _in_the_house(self) -> bool:
        return bool(self.stays) and self.life.stay[self.day] == HOUSE

    def _decided_before_today(self) -> bool:
        """A decision or an entry of the very day keeps that day: its own tests tell it."""
        if self.day == FIRST or (self.life.stay[self.day] and self.life.entered == self.day):
            return False
        place = self.life.oriented[self.day]
        return bool(place) and self.life.oriented[self.day - ONE_DAY] == place

    def _new_chapter(self) -> None:
        """Another stay: what was written in the former one is not touched any more."""
        self.contracts, self.steps, self.exits, self.pause = [], [], [], None
        self.life.contracts, self.life.steps, self.life.departures = [], [], []


def _first_difference(found: dict[date, str], expected: dict[date, str]) -> str:
    day = min(day for day in expected if found[day] != expected[day])
    return f"le {day}, « {found[day]} » au lieu de « {expected[day]} »"
