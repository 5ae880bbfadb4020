"""A rulebook told in plain French, with where each value is read and on which basis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jalons.rulebooks.schema import Action, Cited, Length, Obligation, Rulebook
from jalons.rulebooks.schema import shapes as shape
from jalons.rulebooks.schema.exits import Condition, ExitRule
from jalons.rulebooks.schema.framework import Target

BASIS = {"stated": "dit par le texte", "derived": "déduit", "chosen": "choisi"}
CONTRACTUALISATION = {
    "mandatory": "obligatoire",
    "possible": "possible",
    "not_planned": "non prévue",
    "by_other_action": "faite par une autre action",
    "possible_for_types": "possible pour certains types",
}
MODES = {"monthly": "mensuelle", "annual": "annuelle", "unspecified": "non précisée"}
ANCHORS = {
    "enrolment_start": "l'entrée",
    "orientation": "l'orientation",
    "reorientation": "la réorientation",
    "duties_end": "la fin des droits et devoirs",
    "registration_end": "la fin de l'inscription à Pôle emploi",
    "contract_end": "la fin du contrat",
    "job_start": "la prise de poste",
    "step_start": "le début de l'étape",
    "exit": "la sortie",
    "period_end": "la fin de la période",
}
UNITS = {
    "percent": "%",
    "per_100_places": "pour 100 places",
    "count": "",
    "days": "jours",
    "hours": "heures",
    "per_fte": "par équivalent temps plein",
    "per_person": "par personne",
    "per_step": "par étape",
}
PERIODS = {
    "year": "par an",
    "month": "par mois",
    "twelve_months": "sur 12 mois",
    "step": "par étape",
    "unspecified": "période non dite",
}
COMPARISONS = {"at_least": "au moins", "at_most": "au plus", "about": "environ"}


def day(value: date) -> str:
    """« 31/01/2020 »."""
    return f"{value:%d/%m/%Y}"


def source(block: Cited) -> str:
    """« [dit par le texte ; 000 §3.1 l.177] », with the silence or contradiction when it is a choice."""
    basis = BASIS[block.basis] + (f" ({block.ref})" if block.ref else "")
    note = f" — {block.note}" if block.note else ""
    return f"[{basis} ; {' ; '.join(block.citation)}]{note}"


def told(rulebook: Rulebook, action_code: str | None = None) -> Iterator[str]:
    """Yield the lines that tell a rulebook, or one of its actions."""
    head = rulebook.framework
    end = f"au {day(head.valid_to)}" if head.valid_to else "sans fin"
    yield f"{head.label} ({head.code}, version {head.version})"
    yield f"{rulebook.authority.label} ; du {day(head.valid_from)} {end} {source(head)}"
    for own in rulebook.actions:
        if action_code in (None, rulebook.code, own.code):
            yield ""
            yield from told_action(rulebook, rulebook.action(own.code))


def told_action(rulebook: Rulebook, action: Action) -> Iterator[str]:
    """Yield the lines that tell one action."""
    yield f"■ {action.label} ({action.code})"
    if action.skeleton:
        yield "  Squelette : ses règles ne sont pas encore toutes écrites."
    if action.contract:
        label = action.contract.label
        how = CONTRACTUALISATION[action.contract.contractualisation]
        yield f"  Contrat : contractualisation {how}, {label} {source(action.contract)}"
    if action.active_caseload:
        yield f"  File active : {MODES[action.active_caseload.mode]} {source(action.active_caseload)}"
        yield from (f"    – {group.text} {source(group)}" for group in action.active_caseload.groups)
    if action.follow_up:
        yield f"  Suivi : {action.follow_up.text} {source(action.follow_up)}"
    yield from _price(action)
    obligations = rulebook.obligations_of(action.code)
    if obligations:
        yield "  Obligations :"
    for obligation in obligations:
        yield from told_obligation(obligation)
    yield from _exits(action)
    yield from _rest(action)


def told_obligation(obligation: Obligation) -> Iterator[str]:
    """Yield the lines of one obligation."""
    nature = " (alerte)" if obligation.nature == "alert" else ""
    yield f"    – {obligation.label}{nature} : {in_short(obligation)} {source(obligation)}"
    yield from (f"      lecture : {reading.text} {source(reading)}" for reading in obligation.readings)


def in_short(one: Obligation) -> str:
    """Return the numbers of an obligation in a few French words."""
    if isinstance(one, shape.DeadlineAfterEvent):
        if one.delay.count == 0:
            return f"le jour de {ANCHORS[one.starts_from]}"
        when = "avant" if one.when == "before" else "après"
        return f"{one.delay.in_french} {when} {ANCHORS[one.starts_from]}"
    if isinstance(one, shape.Continuity):
        return f"sans jour manquant, {one.after.in_french} après {ANCHORS[one.starts_from]}"
    if isinstance(one, shape.CountOrSumInWindow):
        return _window(one)
    if isinstance(one, shape.LastEvent):
        return f"jamais plus de {one.every.in_french}"
    if isinstance(one, shape.ConsecutiveEvents):
        apart = f", à {one.minimum_interval.in_french} d'intervalle au moins" if one.minimum_interval.count else ""
        return f"{one.number} de suite{apart}, sur {one.within.in_french}"
    if isinstance(one, shape.Span):
        bounds = [f"au moins {one.at_least.in_french}"] if one.at_least else []
        bounds += [f"au plus {one.at_most.in_french}"] if one.at_most else []
        return f"{' et '.join(bounds)} depuis {ANCHORS[one.starts_from]}"
    if isinstance(one, shape.Ratio):
        return f"au plus {one.at_most} personnes par {'équivalent temps plein' if one.per == 'fte' else 'place'}"
    pieces = ", ".join(piece.label for piece in one.pieces)
    return f"{pieces}, {_after(one.delay)} {ANCHORS[one.starts_from]}"


def _after(length: Length) -> str:
    return f"{length.in_french} après" if length.count else "dès"


def _window(one: shape.CountOrSumInWindow) -> str:
    if one.window.kind == "milestones":
        levels = [f"{level.at_least} à {level.by.in_french}" for level in one.window.milestones]
        more = (
            f", puis un de plus par {one.window.then_one_more_every.in_french}"
            if one.window.then_one_more_every
            else ""
        )
        return ", ".join(levels) + more
    what = "minutes" if one.measure == "minutes" else "fois"
    where = {
        "from_start": f"par période de {one.window.length.in_french if one.window.length else ''} depuis l'entrée",
        "rolling": f"sur {one.window.length.in_french if one.window.length else ''} glissants",
        "calendar_week": "par semaine",
        "calendar_month": "par mois",
    }[one.window.kind]
    pro_rata = ", au prorata" if one.pro_rata == "down" else ""
    bounds = [f"au moins {one.at_least}"] if one.at_least is not None else []
    bounds += [f"au plus {one.at_most}"] if one.at_most is not None else []
    return f"{' et '.join(bounds)} {what} {where}{pro_rata}"


def _price(action: Action) -> Iterator[str]:
    price = action.price
    if price is None:
        return
    if price.kind == "none":
        yield f"  Prix : non donné {source(price)}"
    elif price.kind == "by_decision":
        yield f"  Prix : fixé par décision {source(price)}"
    else:
        more = " ; davantage avec justification" if price.more_with_justification else ""
        yield f"  Prix : {price.unit_cost_eur} € par an pour {price.basis_places} places{more} {source(price)}"
        for variant in price.variants:
            who = ", ".join(variant.carrier_kinds)
            yield f"    – {who} : {variant.unit_cost_eur} € pour {variant.basis_places} places {source(variant)}"


def _exits(action: Action) -> Iterator[str]:
    if action.exits is None:
        return
    labels = {one.code: one.label for one in action.exits.classes}
    yield f"  Sorties, la première condition qui convient : {source(action.exits)}"
    for rank, rule in enumerate(action.exits.rules, 1):
        yield f"    {rank}. {labels[rule.exit_class]} : {rule.reason}{_exit_notes(rule)} {source(rule)}"
    for group in action.exits.groups:
        members = " + ".join(labels[code] for code in group.classes)
        yield f"    {group.label} = {members} {source(group)}"


def _exit_notes(rule: ExitRule) -> str:
    notes = [f"décidée par {rule.decided_by}"] if rule.decided_by else []
    notes += ["à revoir"] if rule.flagged else []
    notes += ["sinon"] if rule.when == Condition() else []
    return f" ({', '.join(notes)})" if notes else ""


def _rest(action: Action) -> Iterator[str]:
    if action.targets:
        yield "  Résultats attendus :"
    for target in action.targets:
        yield f"    – {_target(target)} {source(target)}"
    if action.steps:
        yield f"  Étapes : {source(action.steps)}"
        for family in action.steps.families:
            yield f"    – {family.label} : {', '.join(kind.label for kind in family.kinds)}"
    if action.documents:
        yield "  Pièces demandées :"
    for document in action.documents:
        yield f"    – {document.label} {source(document)}"
    for parameter in action.parameters:
        yield f"  {parameter.label} : {parameter.value}{_unit(parameter.unit)} {source(parameter)}"
    for text in action.texts.values():
        yield f"  Règle en texte : {text.value} {source(text)}"


def _unit(unit: str | None) -> str:
    return f" ({unit})" if unit else ""


def _target(target: Target) -> str:
    if target.threshold is None:
        goal = "sans seuil"
    else:
        goal = f"{COMPARISONS[target.comparison]} {target.threshold} {UNITS[target.unit]}".rstrip()
    reserve = f", {target.reserve}" if target.reserve else ""
    below = f" / {target.denominator}" if target.denominator else ""
    return f"{target.label} : {goal}, {PERIODS[target.per]} ({target.numerator}{below}){reserve}"
