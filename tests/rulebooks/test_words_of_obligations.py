"""The words of obligations: what may be written, what is refused and how it is said."""

from __future__ import annotations

import pytest

from jalons.rulebooks.loader import BadRulebook, load
from jalons.rulebooks.schema import Rulebook

HEAD = """format: 1
authority: {code: essai, label: Essai}
framework: {code: essai, version: "1", label: Essai, valid_from: 2020-01-01, citation: essai, basis: stated}
actions:
  - {code: accueil, label: Accueil, citation: essai}
obligations:
"""
ABOUT = "code: one, label: x, do: x, why: x, citation: x, basis: stated"
APPOINTMENT = "counts: {event: appointment}"
WEEKS = "counts: {event: weekly_activity}, window: {kind: calendar_week}"


def read(words: str) -> Rulebook:
    return load(f"{HEAD}  - {{{ABOUT}, {words}}}\n".encode(), file="essai.yaml")


@pytest.mark.parametrize(
    "words",
    [
        "shape: span, at_least: {count: 4, unit: months}",
        "shape: ratio, per: places, at_least: 1",
        "shape: presence_of_piece, starts_from: exit, delay: {count: 0, unit: days}, only_destinations: [job, training], "
        "pieces: [{code: review, label: x, any_of: [review]}]",
        "shape: span, starts_from: job_start, at_least: {count: 1, unit: months}, at_most: {count: 6, unit: months}",
        "shape: span, starts_from: job_start, only_job_contracts: [cdi, cdd], only_employers: [ordinary], "
        "at_most: {count: 6, unit: months}",
        f"shape: count_or_sum_in_window, {APPOINTMENT}, at_most: 3, window: {{kind: calendar_month}}",
        f"shape: count_or_sum_in_window, {WEEKS}, measure: minutes, at_least: 900, at_most: 1200",
        f"shape: last_event, starts_from: step_start, {APPOINTMENT}, every: {{count: 1, unit: months}}",
        "shape: continuity, starts_from: enrolment_start, after: {count: 0, unit: days}, "
        "covered_by: [{event: registration}, {event: contract, of: person, milestone: in_force, kinds: [engagement]}]",
        "shape: deadline_after_event, starts_from: period_end, period: month, delay: {count: 10, unit: days}, "
        "expects: {event: report, kinds: [monthly]}",
        "shape: deadline_after_event, starts_from: reorientation, delay: {count: 0, unit: days}, even_earlier: true, "
        "expects: {event: opinion, bodies: [itt]}",
        "shape: deadline_after_event, starts_from: registration_end, delay: {count: 0, unit: days}, "
        "expects: [{event: obstacle, milestone: lifted}, {event: information, kinds: [risks]}, {event: assessment}]",
    ],
)
@pytest.mark.req("R-001")
def test_these_words_may_be_written(words: str) -> None:
    assert read(words).obligations_of("accueil")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("shape: span", "une durée a une borne : ajoutez at_most"),
        ("shape: ratio, per: fte", "un rapport a une seule borne"),
        ("shape: ratio, per: fte, at_least: 1, at_most: 2", "un rapport a une seule borne"),
        (
            "shape: presence_of_piece, starts_from: enrolment_start, delay: {count: 0, unit: days}, "
            "only_destinations: [job], pieces: [{code: review, label: x, any_of: [review]}]",
            "only_destinations s'écrit avec starts_from: exit",
        ),
        (
            "shape: span, at_most: {count: 4, unit: months}, only_job_contracts: [cdi]",
            "only_job_contracts et only_employers s'écrivent avec starts_from: job_start",
        ),
        (
            "shape: span, at_least: {count: 4, unit: months}, exceptions: [{kind: disabled_worker}]",
            "exceptions s'écrit avec at_most",
        ),
        (
            "shape: maximum_span, at_most: {count: 4, unit: months}",
            "valeurs admises : deadline_after_event, continuity",
        ),
        (
            f"shape: count_or_sum_in_window, {APPOINTMENT}, at_least: 4, at_most: 3, window: {{kind: calendar_month}}",
            "at_most est plus petit que at_least",
        ),
        (
            f"shape: count_or_sum_in_window, {APPOINTMENT}, at_least: 1, at_most: 3, "
            "window: {kind: rolling, length: {count: 1, unit: months}}",
            "sans pro rata ni at_most",
        ),
        (
            f"shape: count_or_sum_in_window, starts_from: exit, {APPOINTMENT}, at_least: 1, window: {{kind: calendar_month}}",
            "la fenêtre a une fin : kind: milestones",
        ),
        (f"shape: count_or_sum_in_window, {WEEKS}, at_least: 900", "measure: minutes et window: {kind: calendar_week}"),
        (
            "shape: deadline_after_event, starts_from: period_end, delay: {count: 10, unit: days}, "
            "expects: {event: report, kinds: [monthly]}",
            "period (month ou year) s'écrit avec starts_from: period_end",
        ),
        (
            "shape: deadline_after_event, starts_from: exit, delay: {count: 10, unit: days}, "
            "expects: {event: report, kinds: [monthly]}",
            "event: report s'écrit avec starts_from: period_end",
        ),
        (
            "shape: deadline_after_event, starts_from: period_end, period: month, delay: {count: 10, unit: days}, "
            "expects: {event: appointment}",
            "n'attend que des comptes rendus",
        ),
        (
            "shape: deadline_after_event, starts_from: exit, delay: {count: 1, unit: months}, "
            "expects: {event: assessment, kinds: [first]}",
            "valeur « first » inconnue ; valeurs admises : initial, reassessment, final",
        ),
        (
            "shape: continuity, starts_from: enrolment_start, after: {count: 0, unit: days}, "
            "covered_by: {event: piece, kinds: [a]}",
            "« event » doit dire lequel ; valeurs admises : contract, registration",
        ),
    ],
)
def test_these_are_refused_in_words_that_help(words: str, said: str) -> None:
    with pytest.raises(BadRulebook) as refused:
        read(words)
    assert said in str(refused.value)
    assert "essai.yaml, ligne 7" in str(refused.value)
