"""docs/indicators.md: the definitions, in French, for those who read the figures."""

from __future__ import annotations

from jalons.indicators.definitions import Catalogue, Indicator, Side, catalogue

HEAD = """# Les indicateurs

<!-- Écrit par « jalons docs » : ne pas modifier. « jalons docs --check » échoue quand cette page n’est plus à jour. -->

Chaque indicateur est écrit une fois, dans `jalons/indicators/content/`, et calculé à l’identique par PostgreSQL et par un
moteur en colonnes sur un instantané. Un dénominateur vide donne « non calculable », jamais 0. Tout chiffre s’ouvre sur sa
définition et, pour qui en a le droit, sur les lignes comptées.

« Année » veut dire : depuis le 1er janvier jusqu'à la fin du mois affiché ; décembre donne l’année entière.
"""
INTERVALS = {"month": "mois", "year": "année"}


def text() -> str:
    """Return the page."""
    known = catalogue()
    return "\n".join([HEAD, *(_section(known, indicator) for indicator in known.indicators.values()), _measures(known)])


def _section(known: Catalogue, indicator: Indicator) -> str:
    lines = [
        f"\n## {indicator.label}",
        "",
        f"`{indicator.code}`, version {indicator.version}, en {indicator.unit}, par"
        f" {' ou '.join(INTERVALS[i] for i in indicator.intervals)}.",
        "",
        f"- Population : {indicator.population}",
        f"- Numérateur : {_side(indicator.numerator)}",
    ]
    if indicator.denominator:
        lines.append(f"- Dénominateur : {_side(indicator.denominator)}")
    lines.append(f"- Rendu compte pour : {', '.join(f'`{code}`' for code in indicator.reported_for)}")
    points = ", ".join((*indicator.requirements, *indicator.open_points))
    lines.append(f"- Sources : {' ; '.join(indicator.citation)} ({points})")
    if indicator.note:
        lines.append(f"- Note : {indicator.note}")
    return "\n".join(lines)


def _side(side: Side) -> str:
    terms = " ".join(f"{'+' if term.sign > 0 else '−'} `{term.measure}`" for term in side.terms)
    return f"{side.meaning} ({terms.removeprefix('+ ')})"


def _measures(known: Catalogue) -> str:
    lines = ["\n## Mesures de base", "", "| Mesure | Ce qu’elle compte | Lignes | Genre |", "|---|---|---|---|"]
    for family in known.families.values():
        for name, measure in family.measures.items():
            lines.append(f"| `{name}` | {measure.meaning} | {family.rows} | {measure.kind} |")
    lines += ["", "Paramètres que les documents laissent ouverts :", ""]
    for family in known.families.values():
        for name, parameter in family.parameters.items():
            lines.append(f"- `{name}` = {parameter.value} ({parameter.citation})")
    return "\n".join(lines)
