"""The questions of an exit: only those the class needs, and the class never rests on one that was not asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from jalons.rulebooks.exit_questions import Answers, Question, next_question
from jalons.rulebooks.exits import JobFacts, TrainingFacts, propose
from jalons.rulebooks.loader import load_content
from jalons.rulebooks.schema import Action

ON = date(2020, 9, 1)
Q = Question
ACTIONS = {row.code: one.rulebook.action(row.code) for one in load_content() for row in one.rulebook.actions}


def asked(action: Action, destination: str, **life: object) -> list[Question]:
    """Answer each question from ``life`` until there is none left; return them in order."""
    fields = {
        Q.CONTRACT_KIND: ("contract_kind",),
        Q.EMPLOYER_KIND: ("employer_kind",),
        Q.JOB_DATES: ("start_on", "end_on"),
        Q.WEEKLY_HOURS: ("weekly_hours",),
        Q.QUALIFYING: ("qualifying",),
        Q.TRAINING_DATES: ("training_start_on", "training_end_on"),
        Q.DIPLOMA: ("diploma_on",),
    }
    questions: list[Question] = []
    while True:
        known = {name: life.get(name) for question in questions for name in fields[question]}
        found = next_question(action, Answers(destination, ON, frozenset(questions), **known))  # type: ignore[arg-type]
        if found is None:
            return questions
        assert found not in questions
        questions.append(found)


@pytest.mark.req("R-122")
def test_the_nord_asks_hours_of_nobody_and_dates_of_fixed_terms_only() -> None:
    action = ACTIONS["nord_ii2_coaching"]
    assert asked(action, "job", contract_kind="cdi", employer_kind="siae") == [Q.EMPLOYER_KIND]
    assert asked(action, "job", contract_kind="cdi", employer_kind="ordinary") == [Q.EMPLOYER_KIND, Q.CONTRACT_KIND]
    fixed = asked(
        action,
        "job",
        contract_kind="cdd",
        employer_kind="ordinary",
        start_on=date(2019, 1, 1),
        end_on=date(2019, 3, 31),
    )
    assert fixed == [Q.EMPLOYER_KIND, Q.CONTRACT_KIND, Q.JOB_DATES]
    assert asked(action, "moved") == []
    assert asked(action, "training", qualifying=True) == [Q.QUALIFYING]


@pytest.mark.req("R-125")
def test_the_plie_asks_hours_of_a_job_and_the_diploma_of_a_training() -> None:
    action = ACTIONS["plie_2014_2020"]
    work = asked(action, "job", contract_kind="cdi", employer_kind="ordinary", weekly_hours=Decimal(18))
    assert work == [Q.CONTRACT_KIND, Q.EMPLOYER_KIND, Q.WEEKLY_HOURS]
    assert asked(action, "job", contract_kind="business", employer_kind="ordinary") == [
        Q.CONTRACT_KIND,
        Q.EMPLOYER_KIND,
    ]
    assert asked(action, "training", qualifying=False) == [Q.QUALIFYING]
    learnt = asked(
        action,
        "training",
        qualifying=True,
        training_start_on=date(2020, 1, 1),
        training_end_on=date(2020, 6, 30),
        diploma_on=date(2020, 7, 1),
    )
    assert learnt == [Q.QUALIFYING, Q.TRAINING_DATES, Q.DIPLOMA]
    assert asked(action, "abandoned") == []


@pytest.mark.req("R-131")
def test_the_metropole_defines_no_class_and_asks_nothing() -> None:
    assert asked(ACTIONS["lyon_emploi_diversifie_2020"], "job") == []


LIVES = some.fixed_dictionaries(
    {
        "contract_kind": some.sampled_from(("cdi", "cdd", "interim", "cddi", "aided", "apprenticeship", "business")),
        "employer_kind": some.sampled_from(("ordinary", "siae", "aci", "lending")),
        "start_on": some.dates(date(2019, 6, 1), date(2020, 8, 1)),
        "days": some.sampled_from((30, 150, 180, 181, 182, 183, 184, 200, 400)),
        "weekly_hours": some.sampled_from((None, Decimal("10"), Decimal("17.5"), Decimal("18"), Decimal("35"))),
        "qualifying": some.booleans(),
        "training_start_on": some.dates(date(2019, 6, 1), date(2020, 8, 1)),
        "training_days": some.sampled_from((30, 89, 90, 91, 92, 93, 120)),
        "diploma_on": some.one_of(some.none(), some.dates(date(2020, 1, 1), date(2020, 12, 31))),
    }
)
WITH_CLASSES = sorted(code for code, action in ACTIONS.items() if action.exits is not None)


@settings(max_examples=300)
@given(
    life=LIVES, code=some.sampled_from(WITH_CLASSES), destination=some.sampled_from(("job", "training", "abandoned"))
)
def test_what_was_not_asked_never_changes_the_class(life: dict[str, object], code: str, destination: str) -> None:
    known = dict(life)
    known["end_on"] = known["start_on"] + timedelta(days=known.pop("days"))  # type: ignore[operator]
    known["training_end_on"] = known["training_start_on"] + timedelta(days=known.pop("training_days"))  # type: ignore[operator]
    if known["contract_kind"] in ("cdi", "business"):
        known["end_on"] = None
    questions = asked(ACTIONS[code], destination, **known)
    whole = propose(ACTIONS[code], destination=destination, on=ON, job=_job(known), training=_training(known))
    hidden = {**known}
    if Q.WEEKLY_HOURS not in questions:
        hidden["weekly_hours"] = Decimal("1")
    if Q.EMPLOYER_KIND not in questions:
        hidden["employer_kind"] = "aci"
    if Q.CONTRACT_KIND not in questions:
        hidden["contract_kind"] = "cddi"
    if Q.QUALIFYING not in questions:
        hidden["qualifying"] = not known["qualifying"]
    again = propose(ACTIONS[code], destination=destination, on=ON, job=_job(hidden), training=_training(hidden))
    assert again == whole


def _job(one: dict[str, object]) -> JobFacts:
    names = ("contract_kind", "start_on", "employer_kind", "weekly_hours", "end_on")
    return JobFacts(**{name: one[name] for name in names})  # type: ignore[arg-type]


def _training(one: dict[str, object]) -> TrainingFacts:
    return TrainingFacts(
        bool(one["qualifying"]),
        one["training_start_on"],
        one["training_end_on"],
        one["diploma_on"],  # type: ignore[arg-type]
    )
