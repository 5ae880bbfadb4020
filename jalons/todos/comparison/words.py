"""A simulation in French words: states, moves, thresholds, the title of the question, each side's rule and source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.rulebooks.french import COMPARISONS, UNITS, in_short
from jalons.rulebooks.funding import YearlyAmount
from jalons.rulebooks.schema import Rulebook
from jalons.rulebooks.schema.framework import Target
from jalons.todos.comparison.caseload import Question
from jalons.todos.comparison.reform import Reform
from jalons.ui.french import number, plural

# In the order of a reading: what goes well first.
STATES = {
    "met": "respectée",
    "met_late": "respectée en retard",
    "coming": "à venir",
    "suspended": "suspendue",
    "late": "en retard",
    "breached": "non respectée",
}
NOTHING = "rien n’est demandé"
NO_CLASS = "aucune classe"
EXIT_STATES = {"proposed": "proposée", "confirmed": "confirmée"}


def state(code: str) -> str:
    """Return a state in words; none: nothing is asked."""
    return STATES.get(code, NOTHING)


def touched(persons: int) -> str:
    """« 1 dossier touché », « 1 200 dossiers touchés »."""
    return plural(persons, "dossier touché", "dossiers touchés")


def moved(days: Decimal | None) -> str:
    """« 31 jours plus tôt », « 12,5 jours plus tard »; empty when nothing moves."""
    if not days:
        return ""
    shown = number(abs(days), 0 if days == int(days) else 1)
    return f"{shown} jour{'s' if abs(days) >= 2 else ''} plus {'tôt' if days < 0 else 'tard'}"


def rule(reform: Reform, action_code: str, obligation_code: str) -> tuple[str, str]:
    """Return what each side asks, in a few words: « 2 mois après l’orientation », or that it asks nothing."""
    before, after = reform.obligation(action_code, obligation_code)
    return (in_short(before) if before else NOTHING, in_short(after) if after else NOTHING)


@dataclass(frozen=True, slots=True)
class Source:
    """Where one side's obligation is read: its version and its citations."""

    version: str
    citation: str


def sources(reform: Reform, action_code: str, obligation_code: str) -> tuple[Source | None, Source | None]:
    """Return where the latest version of each side reads an obligation, None when it does not have it."""
    before, after = reform.obligation(action_code, obligation_code)
    return (
        Source(versions(reform.before), " ; ".join(before.citation)) if before else None,
        Source(version(reform.new), " ; ".join(after.citation)) if after else None,
    )


def version(book: Rulebook) -> str:
    """« lyon_2020, version 2 »."""
    return f"{book.code}, version {book.version}"


def versions(books: tuple[Rulebook, ...]) -> str:
    """« lyon_2020, versions 1 et 2 »."""
    names = [book.version for book in books]
    if len(names) == 1:
        return version(books[0])
    return f"{books[0].code}, versions {', '.join(names[:-1])} et {names[-1]}"


def title(question: Question) -> str:
    """Say what is tried in the place of what, on which day and from when."""
    tried = question.reform
    when = "comme s’il s’était toujours appliqué" if tried.from_on is None else f"à partir du {day(tried.from_on)}"
    return f"{version(tried.new)}, à la place de {versions(tried.before)}, au {day(question.as_of)}, {when}"


def day(value: date | None) -> str:
    """« 31/12/2020 », empty for none."""
    return "" if value is None else f"{value:%d/%m/%Y}"


def threshold(target: Target | None) -> str:
    """« au moins 95 % », or that there is no target."""
    if target is None or target.threshold is None:
        return "sans seuil"
    places = 0 if target.threshold == target.threshold.to_integral_value() else 1
    return f"{COMPARISONS[target.comparison]} {number(target.threshold, places)} {UNITS[target.unit]}".rstrip()


def goal(target: Target | None, reached: bool | None) -> str:
    """« au moins 95 % (non atteint) »."""
    said = verdict(reached)
    return f"{threshold(target)} ({said})" if said else threshold(target)


def value(figure: Decimal | None, *, computed: bool) -> str:
    """Return the figure of a target in words; none is not zero."""
    if figure is not None:
        return number(figure, 1)
    return "non calculable" if computed else "pas encore calculé"


def verdict(reached: bool | None) -> str:
    """« atteint », « non atteint », or nothing."""
    return {True: "atteint", False: "non atteint", None: ""}[reached]


def euros(amount: YearlyAmount) -> str:
    """« 52 500,00 € », or that no formula gives it."""
    return f"{number(amount.euros, 2)} €" if amount.euros is not None else "sans formule"


def formula(amount: YearlyAmount) -> str:
    """Return the lines of a calculation, or why there is none."""
    return " ; ".join(f"{part.what} : {part.formula}" for part in amount.parts) or amount.explanation


def moved_days(days: int) -> str:
    """« 31 jours plus tôt » for one deadline; empty when it does not move."""
    return moved(Decimal(days))
