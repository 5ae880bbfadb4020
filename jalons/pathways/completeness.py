"""What a contract lacks to be signed and sent, by what its rulebook asks (R-079…R-081, R-091). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from jalons.pathways.models import Contract, ContractStep, Horizon
from jalons.pathways.rulebook import ActionRules

Missing = tuple[str, str]  # code, French sentence


def missing_of(
    contract: Contract, rules: ActionRules, horizons: Collection[str], steps: Sequence[ContractStep]
) -> list[Missing]:
    """Return each thing a contract lacks; ``horizons`` are those of its objectives. A step about health says no place (R-106)."""
    nowhere = {code for code, kind in rules.steps.items() if kind.sensitive}
    found = [
        *_asked_everywhere(contract, rules, horizons, steps, nowhere),
        *_parts(contract, rules.contract.parts, horizons, steps, nowhere),
    ]
    return list(dict.fromkeys(found))


def _asked_everywhere(
    contract: Contract,
    rules: ActionRules,
    horizons: Collection[str],
    steps: Sequence[ContractStep],
    nowhere: Collection[str],
) -> Iterator[Missing]:
    needs = rules.contract
    for horizon in needs.horizons:
        if horizon not in horizons:
            label = Horizon(horizon).label.lower()
            yield "contract_without_objective", f"Il manque un objectif à {label}."
    if needs.dated_steps and not steps:
        yield "contract_without_step", "Il manque au moins une étape, avec sa date et son lieu."
    if needs.dated_steps and any(one.planned_on is None or not (one.place or one.kind in nowhere) for one in steps):
        yield "contract_step_without_date_or_place", "Une étape n’a pas sa date ou son lieu."
    if needs.review and contract.rank > 1 and not contract.previous_review.strip():
        yield "contract_without_review", "Il manque le bilan du contrat précédent."


def _parts(
    contract: Contract,
    parts: Collection[str],
    horizons: Collection[str],
    steps: Sequence[ContractStep],
    nowhere: Collection[str],
) -> Iterator[Missing]:
    """What ``complete_with`` of the rulebook lists, in the order of the paper."""
    lacks = {
        "her_words": (not contract.her_words.strip(), "Il manque ce que la personne veut, avec ses mots."),
        "one_objective": (not horizons, "Il manque au moins un objectif."),
        "steps": (not steps, "Il manque au moins une étape."),
        "dates": (any(one.planned_on is None for one in steps), "Une étape n’a pas sa date."),
        "places": (any(not (one.place or one.kind in nowhere) for one in steps), "Une étape n’a pas son lieu."),
        "doers": (any(not one.doer for one in steps), "Une étape ne dit pas qui la fait."),
    }
    for part, (missing, sentence) in lacks.items():
        if part in parts and missing:
            yield f"contract_part_{part}", sentence
