"""What keeps a readable rulebook from being adopted: each obstacle in a French sentence that says what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jalons.rulebooks.models import RulebookVersion, RuleValue
from jalons.rulebooks.obligations.binding import reshaped
from jalons.rulebooks.queries import in_force_before
from jalons.rulebooks.schema import Rulebook


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason to refuse; ``code`` is stable."""

    code: str
    sentence: str


def obstacles(rulebook: Rulebook, *, on: date) -> tuple[Obstacle, ...]:
    """Return all that keeps ``rulebook`` from being adopted on the day ``on``; empty when nothing does (R-001)."""
    return (
        *_same_version(rulebook),
        *_other_authority(rulebook),
        *_past(rulebook, on),
        *_overlaps(rulebook),
        *_reshaped(rulebook),
    )


def already_adopted(raw: bytes) -> RulebookVersion | None:
    """Return the version adopted from exactly these bytes."""
    return RulebookVersion.objects.filter(sha256=hashlib.sha256(raw).hexdigest()).defer("raw").first()


def _same_version(rulebook: Rulebook) -> Iterator[Obstacle]:
    if RulebookVersion.objects.filter(code=rulebook.code, version=rulebook.version).exists():
        yield Obstacle(
            "rulebook_changed",
            f"La version {rulebook.version} du cadre {rulebook.code} est déjà adoptée avec un autre contenu : "
            "donnez au fichier un nouveau numéro de version.",
        )


def _other_authority(rulebook: Rulebook) -> Iterator[Obstacle]:
    others = RulebookVersion.objects.exclude(authority_code=rulebook.authority.code)
    owner = others.filter(code=rulebook.code).first()
    if owner is not None:
        yield Obstacle(
            "rulebook_of_other",
            f"Le code de cadre {rulebook.code} appartient à l’autorité « {owner.authority_code} » : choisissez-en un autre.",
        )
    codes = [action.code for action in rulebook.actions]
    taken = RuleValue.objects.filter(rulebook__in=others, action_code__in=codes)
    for code, authority in sorted(set(taken.values_list("action_code", "rulebook__authority_code"))):
        yield Obstacle(
            "action_of_other",
            f"Le code d’action {code} appartient à l’autorité « {authority} » : choisissez-en un autre.",
        )


def _past(rulebook: Rulebook, on: date) -> Iterator[Obstacle]:
    """A version never starts before the one it succeeds, nor takes back days that one already governed."""
    start = rulebook.framework.valid_from
    last = RulebookVersion.objects.filter(code=rulebook.code).order_by("-valid_from").first()
    if last is None:
        return
    since = f"la version {last.version} du cadre {rulebook.code} vaut depuis le {last.valid_from:%d/%m/%Y}"
    if start <= last.valid_from:
        yield Obstacle(
            "rulebook_past",
            f"Une nouvelle version ne réécrit pas le passé : {since}, la nouvelle doit commencer après.",
        )
    elif start < on:  # ended or not, the last version goes on for what it governed (ADR 8)
        yield Obstacle(
            "rulebook_past",
            f"Une nouvelle version ne réécrit pas le passé : {since} et a réglé les jours depuis le {start:%d/%m/%Y} ; "
            f"la nouvelle commence au plus tôt le {on:%d/%m/%Y}.",
        )


def _reshaped(rulebook: Rulebook) -> Iterator[Obstacle]:
    """An obligation that keeps its code keeps its shape: both versions would answer for the same thing otherwise."""
    former = in_force_before(rulebook)
    for action_code, code in reshaped(former, rulebook) if former is not None else ():
        yield Obstacle(
            "obligation_reshaped",
            f"L’obligation {code} de l’action {action_code} change de forme (shape), de point de départ (starts_from) ou de "
            "genre de fenêtre : donnez-lui un autre code, pour que les échéances de l’ancienne version restent les siennes.",
        )


def _overlaps(rulebook: Rulebook) -> Iterator[Obstacle]:
    """Another framework that gives rules to one of its actions on one of its days: nobody could say which holds."""
    head = rulebook.framework
    others = RulebookVersion.objects.exclude(code=rulebook.code).filter(authority_code=rulebook.authority.code)
    others = others.filter(Q(applies_to__isnull=True) | Q(applies_to__gte=head.valid_from))
    if head.valid_to is not None:
        others = others.filter(valid_from__lte=head.valid_to)
    codes = [action.code for action in rulebook.actions]
    taken = RuleValue.objects.filter(rulebook__in=others, action_code__in=codes)
    names = ("action_code", "rulebook__code", "rulebook__valid_from", "rulebook__applies_to")
    for code, framework, start, end in sorted(set(taken.values_list(*names)), key=lambda row: row[:3]):
        until = f"au {end:%d/%m/%Y}" if end else "sans fin"
        yield Obstacle(
            "rulebook_overlap",
            f"L’action {code} a déjà des règles du {start:%d/%m/%Y} {until} dans le cadre {framework} : "
            "les validités se chevauchent.",
        )
