"""An action in words, part by part, in the order one reads a framework: who, what is agreed, what is owed, how it ends, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from jalons.rulebooks.french import words
from jalons.rulebooks.french.accompaniment import told_accompaniment
from jalons.rulebooks.french.diagnosis import told_diagnosis, told_final_review
from jalons.rulebooks.french.events import labels_of
from jalons.rulebooks.french.exits import told_exits
from jalons.rulebooks.french.numbers import decimal
from jalons.rulebooks.french.obligations import told_obligation
from jalons.rulebooks.french.tree import Source, Told, cited
from jalons.rulebooks.french.words import either, plain
from jalons.rulebooks.schema import Action, FlatRate, Rulebook, Target
from jalons.rulebooks.schema.framework import ActiveCaseload, ContractPolicy, Document, Precondition, Public
from jalons.rulebooks.schema.price import Variant
from jalons.rulebooks.schema.shapes import PresenceOfPiece
from jalons.ui.french import amount


def told_action(rulebook: Rulebook, code: str) -> Told:
    """Return all that a rulebook says of one action, its common blocks included."""
    action = rulebook.action(code)
    return Told(code, action.label, Source("stated", action.citation), tuple(_parts(rulebook, action)))


def _parts(rulebook: Rulebook, action: Action) -> Iterator[Told]:
    obligations = rulebook.obligations_of(action.code)
    labels = labels_of(action, [one for one in obligations if isinstance(one, PresenceOfPiece)])
    if action.skeleton:
        yield Told("skeleton", "Squelette : ses règles ne sont pas encore toutes écrites")
    if action.accompaniment_type:
        kind = f"accompagnement {words.ACCOMPANIMENTS[action.accompaniment_type]}"
        yield Told("type", words.PARTS["type"], children=(Told("kind", kind),))
    if action.public:
        yield _public(action.public)
    if action.orientation_delay:
        start = words.DELAY_STARTS[action.orientation_delay.starts_from]
        yield cited("orientation_delay", f"Délai d'orientation : compté depuis {start}", action.orientation_delay)
    if action.contract:
        yield _contract(action.contract)
    if obligations:
        yield Told("obligations", "Obligations", None, tuple(told_obligation(one, labels) for one in obligations))
    yield from _taxonomies(action)
    if action.active_caseload:
        yield _caseload(action.active_caseload)
    if action.follow_up:
        follow_up = action.follow_up
        length = f", {follow_up.length.in_french}" if follow_up.length else ""
        yield cited("follow_up", f"Suivi{length} : {follow_up.text}", follow_up)
    if action.exits:
        yield told_exits(action.exits, labels)
    yield from _price(action)
    if action.funding:
        part, rounding = words.PARTS_OF_YEAR[action.funding.part_of_year], words.ROUNDINGS[action.funding.rounding]
        yield cited("funding", f"Partie d'année : {part} compte ; chaque ligne est arrondie {rounding}", action.funding)
    yield from _lists(action)


def _public(public: Public) -> Told:
    conditions = (Told(one, words.CONDITIONS[one]) for one in public.conditions)
    return cited(
        "public", "Public : pour entrer, il faut", public, *conditions, *map(_precondition, public.preconditions)
    )


def _precondition(one: Precondition) -> Told:
    types = [words.ACCOMPANIMENTS[kind] for kind in one.types]
    bodies = [words.BODIES.get(body, plain(body)) for body in one.bodies]
    which = either([*one.actions, *types, *bodies]) if one.kind != "self_employed" else ""
    effect = "sinon, l'entrée est signalée" if one.warns else "sinon, l'entrée est refusée"
    text = f"{words.PRECONDITIONS[one.kind]}{f' : {which}' if which else ''} ; {effect} : « {one.refusal} »"
    return cited(one.code, text, one)


def _contract(policy: ContractPolicy) -> Told:
    needs = []
    if policy.title:
        needs.append(Told("title", f"nom du contrat sur son papier : {policy.title}"))
    if policy.kinds:
        needs.append(Told("kinds", f"instrument : {either([words.CONTRACTS[kind] for kind in policy.kinds])}"))
    if policy.needs_objectives:
        horizons = ", ".join(words.HORIZONS[one] for one in policy.needs_objectives)
        needs.append(Told("objectives", f"objectifs demandés : {horizons}"))
    if policy.needs_dated_steps:
        needs.append(Told("dated_steps", "étapes datées demandées"))
    if policy.renewal_needs_review:
        needs.append(Told("review", "bilan du contrat précédent demandé pour renouveler"))
    if policy.needs_assessment:
        needs.append(Told("assessment", "un bilan de la situation complète le contrat avant sa signature"))
    if policy.approved_by_organisation:
        needs.append(Told("approval", "le responsable de l’organisme l’approuve avant l’autorité"))
    if policy.complete_with:
        parts = ", ".join(words.CONTRACT_PARTS[one] for one in policy.complete_with.parts)
        needs.append(cited("complete_with", f"complet avec : {parts}", policy.complete_with))
    if policy.told:
        items = (Told(one.code, f"{one.label} : « {one.said} »") for one in policy.told.items)
        effect = words.MISSING_INFORMATION[policy.told.missing]
        needs.append(cited("told", f"la personne est informée avant d'adhérer ; {effect}", policy.told, *items))
    if policy.notice:
        needs.append(Told("notice", f"pour le remplir : {policy.notice}"))
    if policy.refusal:
        needs.append(Told("refusal", f"à qui veut un contrat : « {policy.refusal} »"))
    how = words.CONTRACTUALISATION[policy.contractualisation]
    return cited("contract", f"Contrat : contractualisation {how}, {policy.label}", policy, *needs)


def _taxonomies(action: Action) -> Iterator[Told]:
    if action.steps:
        families = (
            Told(
                family.code,
                f"{family.label} : {', '.join(_named(kind.label, kind.sensitive) for kind in family.kinds)}",
            )
            for family in action.steps.families
        )
        yield cited("steps", "Étapes", action.steps, *families)
    if action.obstacles:
        domains = (
            Told(one.code, _named(one.label, one.sensitive), children=tuple(Told(w.code, w.label) for w in one.works))
            for one in action.obstacles.domains
        )
        yield cited("obstacles", "Domaines de freins", action.obstacles, *domains)
    if action.diagnosis:
        yield told_diagnosis(action.diagnosis)
    if action.final_review:
        yield told_final_review(action.final_review)
    yield from told_accompaniment(action)


def _named(label: str, sensitive: bool) -> str:
    return f"{label} (sans texte libre)" if sensitive else label


def _document(one: Document) -> str:
    return f"{one.label} (se note personne par personne)" if one.one_by_one else one.label


def _caseload(caseload: ActiveCaseload) -> Told:
    lines = []
    if caseload.positive_exit_months is not None:
        months = caseload.positive_exit_months
        lines.append(Told("positive_exit", f"une personne en sortie positive compte encore {months} mois"))
    groups = (cited(f"group{rank}", f"compte : {one.text}", one) for rank, one in enumerate(caseload.groups, 1))
    text = f"File active {words.MODES[caseload.mode]}, {words.COUNTED[caseload.mode]}"
    return cited("active_caseload", text, caseload, *lines, *groups)


def _price(action: Action) -> Iterator[Told]:
    price = action.price
    if price is None:
        return
    if not isinstance(price, FlatRate):
        text = "non donné par le texte" if price.kind == "none" else "fixé par décision, sans formule"
        yield cited("price", f"Prix : {text}", price)
        return
    variants = (
        cited(
            f"variant-{'-'.join(one.carrier_kinds)}",
            f"{either([words.CARRIERS[kind] for kind in one.carrier_kinds])} : {_rate(one)}",
            one,
        )
        for one in price.variants
    )
    more = [Told("more", "davantage si l'organisme le justifie")] if price.more_with_justification else []
    yield cited("price", f"Prix : {_rate(price)} par an, au prorata des places", price, *variants, *more)


def _rate(rate: FlatRate | Variant) -> str:
    return f"{amount(rate.unit_cost_eur)} pour {rate.basis_places} places"


def _lists(action: Action) -> Iterator[Told]:
    if action.targets:
        yield Told("targets", "Résultats attendus", None, tuple(_once([_target(one) for one in action.targets])))
    if action.documents:
        documents = [cited(one.kind, _document(one), one) for one in action.documents]
        yield Told("documents", "Pièces demandées", None, tuple(_once(documents)))
    if action.parameters:
        parameters = (
            cited(one.code, f"{one.label} : {decimal(one.value)}{f' {one.unit}' if one.unit else ''}", one)
            for one in action.parameters
        )
        yield Told("parameters", "Paramètres", None, tuple(parameters))
    if action.texts:
        texts = (
            cited(code, f"{text.label or _title(code)} : {text.value}", text) for code, text in action.texts.items()
        )
        yield Told("texts", "Règles en texte", None, tuple(texts))


def _title(code: str) -> str:
    return words.TEXTS.get(code, words.plain(code).capitalize())


def _once(told: list[Told]) -> Iterator[Told]:
    """Give each its own key: an indicator may have two targets."""
    seen: Counter[str] = Counter()
    for one in told:
        seen[one.key] += 1
        yield one if seen[one.key] == 1 else Told(f"{one.key}-{seen[one.key]}", one.text, one.source, one.children)


def _target(target: Target) -> Told:
    if target.threshold is None:
        goal = "sans seuil"
    else:
        goal = f"{words.COMPARISONS[target.comparison]} {decimal(target.threshold)} {words.UNITS[target.unit]}".rstrip()
    below = f" / {target.denominator}" if target.denominator else ""
    details = [Told("formula", f"calcul : {target.numerator}{below}")]
    if target.population != "action":
        details.append(Told("population", f"compté sur les personnes {words.POPULATIONS[target.population]}"))
    if target.other_reading:
        details.append(Told("other_reading", f"autre lecture, montrée aussi : indicateur {target.other_reading}"))
    if target.reserve:
        details.append(Told("reserve", f"réserve : {target.reserve}"))
    return cited(target.indicator, f"{target.label} : {goal}, {words.PERIODS[target.per]}", target, *details)
