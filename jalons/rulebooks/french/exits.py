"""Exit classes in words: the rules in their order, the condition of each, the classes counted together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from jalons.rulebooks.french import words
from jalons.rulebooks.french.events import Labels
from jalons.rulebooks.french.numbers import decimal
from jalons.rulebooks.french.tree import Told, cited
from jalons.rulebooks.french.words import either
from jalons.rulebooks.schema.exits import Comparison, Condition, ExitRule, Exits


def told_exits(exits: Exits, labels: Labels) -> Told:
    """Return the rules of exits: the first that fits decides."""
    seen: Counter[str] = Counter()
    rules = []
    for rank, rule in enumerate(exits.rules, 1):
        key = f"{rule.exit_class}-{_condition(rule.when, labels)}"
        seen[key] += 1
        rules.append(_rule(rule, labels, key=key if seen[key] == 1 else f"{key}-{seen[key]}", marker=f"{rank}."))
    groups = (
        cited(
            f"group-{group.code}",
            f"{group.label} = {' + '.join(labels.classes[code] for code in group.classes)}",
            group,
        )
        for group in exits.groups
    )
    return cited("exits", "Sorties, la première condition qui convient", exits, *rules, *groups)


def _rule(rule: ExitRule, labels: Labels, *, key: str, marker: str) -> Told:
    text = f"{labels.classes[rule.exit_class]} : {rule.reason}{_notes(rule)}"
    condition = Told("when", f"si : {_condition(rule.when, labels) or 'aucune autre condition ne convient'}")
    return cited(key, text, rule, condition, marker=marker, family=rule.exit_class)


def _notes(rule: ExitRule) -> str:
    notes = [f"acquise après {rule.after.in_french} d'emploi"] if rule.after else []
    notes += [f"décidée par {rule.decided_by}"] if rule.decided_by else []
    notes += ["à revoir"] if rule.flagged else []
    return f" ({', '.join(notes)})" if notes else ""


def _condition(when: Condition, labels: Labels) -> str:
    return " ; ".join(_clauses(when, labels))


def _clauses(when: Condition, labels: Labels) -> Iterator[str]:
    if when.destination:
        yield f"sortie vers {either([words.DESTINATIONS[one] for one in when.destination])}"
    if when.contract_kind:
        yield either([words.JOBS[one] for one in when.contract_kind])
    if when.employer_kind:
        yield f"chez {either([words.EMPLOYERS[one] for one in when.employer_kind])}"
    for name, what in words.MEASURED.items():
        comparison: Comparison | None = getattr(when, name)
        if comparison is not None:
            yield f"{what} : {_compared(comparison, labels)}"
    for name, (yes, no) in words.FLAGS.items():
        flag: bool | None = getattr(when, name)
        if flag is not None:
            yield yes if flag else no


def _compared(comparison: Comparison, labels: Labels) -> str:
    operand = comparison.operand
    number = f"« {labels.parameters.get(operand, operand)} »" if isinstance(operand, str) else decimal(operand)
    return words.OPERATORS[comparison.operator].format(number)
