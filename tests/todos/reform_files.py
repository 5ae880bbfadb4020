"""Two rulebooks of one action: « today » and a reform of it, short enough to reckon by hand.

The reform asks for the contract one month after the orientation instead of two, drops the six-month check, adds a first
interview within 30 days, makes the place dearer, and calls durable a fixed-term contract of twelve months instead of six.
"""

from __future__ import annotations

from tests.worlds import ACTION, FRAMEWORK

_HEAD = """format: 1
authority: {{code: metropole_lyon, label: "Métropole de Lyon"}}
framework:
  code: {framework}
  version: "{version}"
  label: "Cadre d'essai"
  valid_from: {valid_from}
  citation: "délibération"
  basis: stated
actions:
  - code: {action}
    label: "Parcours emploi"
    citation: "article 1"
    price: {{kind: flat_rate, unit_cost_eur: {price}, basis_places: 100, citation: "article 9", basis: stated}}
    exits:
      citation: "article 7"
      basis: stated
      classes: [{{code: durable, label: "Emploi durable"}}, {{code: other, label: "Autre sortie"}}]
      rules:
        - when: {{destination: [job], contract_kind: [cdd], contract_months: {{at_least: {months}}}}}
          exit_class: durable
          reason: "CDD d'au moins {months} mois"
          citation: "article 7"
          basis: stated
        - {{when: {{}}, exit_class: other, reason: "autre sortie", citation: "article 7", basis: stated}}
    targets:
      - indicator: place_occupancy_rate
        label: "Occupation des places"
        threshold: {threshold}
        unit: percent
        per: month
        numerator: "places occupées"
        denominator: "places financées"
        citation: "article 10"
        basis: stated
obligations:
  - code: contract_after_orientation
    shape: deadline_after_event
    label: "Contrat après l'orientation"
    starts_from: orientation
    delay: {{count: {contract_months}, unit: months}}
    expects: {{event: contract, milestone: in_force, kinds: [engagement]}}
    even_earlier: true
    do: "Contrat avant le {{due_on}}"
    why: "Le contrat est en vigueur après l'orientation."
    citation: "article 4"
    basis: stated
"""
_INTERVIEW = """  - code: {code}
    shape: deadline_after_event
    label: "{label}"
    starts_from: enrolment_start
    delay: {{count: {count}, unit: {unit}}}
    expects: {{event: appointment, kinds: [individual], outcomes: [held]}}
    do: "Entretien avant le {{due_on}}"
    why: "Un entretien est tenu après l'entrée."
    citation: "article 5"
    basis: stated
"""


def current() -> str:
    """Today's rulebook."""
    head = _HEAD.format(
        framework=FRAMEWORK, action=ACTION, version="1", valid_from="2020-01-01", price=50000, months=6, threshold=95,
        contract_months=2,
    )  # fmt: skip
    return head + _INTERVIEW.format(code="six_month_check", label="Point à six mois", count=6, unit="months")


def proposed(valid_from: str = "2021-01-01") -> str:
    """The reform."""
    head = _HEAD.format(
        framework=FRAMEWORK, action=ACTION, version="2", valid_from=valid_from, price=60000, months=12, threshold=4,
        contract_months=1,
    )  # fmt: skip
    return head + _INTERVIEW.format(code="first_interview", label="Premier entretien", count=30, unit="days")
