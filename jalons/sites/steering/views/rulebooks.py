"""« Cadres »: the rulebooks adopted, told in plain French, each value with its source and its basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from jalons.kernel import clock
from jalons.network.permissions import Permission, permissions_of
from jalons.rulebooks.french import Told, anchor, choices_only, told_action, told_head
from jalons.rulebooks.french.words import PARTS
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.permissions import visible_proposals
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.register import choices, grouped, register
from jalons.rulebooks.schema import Rulebook
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering.views.rulebook_proposals import visible_proposal, yaml_file
from jalons.todos.models import Round
from jalons.todos.operations.rounds import rulebooks_digest
from jalons.todos.queries import last_round
from jalons.ui.filters import Choice as Filter
from jalons.ui.filters import Option
from jalons.ui.tables import Column

COLUMNS = (
    Column("Cadre"),
    Column("Version"),
    Column("Autorité"),
    Column("Appliqué du"),
    Column("Au"),
    Column("Adopté le"),
)
PROPOSAL_COLUMNS = (
    Column("Proposition"),
    Column("Version"),
    Column("État"),
    Column("Valable du"),
    Column("Proposée le"),
    Column("Par"),
)
ACTION_COLUMNS = (
    Column("Action"),
    Column("Obligations", "num"),
    Column("Résultats attendus", "num"),
    Column("Choix", "num"),
)
PROPOSALS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action in the contents of a rulebook."""

    code: str
    label: str
    obligations: int
    targets: int
    choices: int


@screen(permission=Permission.RULEBOOK_READ)
def rulebooks(request: HttpRequest) -> HttpResponse:
    """Show the versions in force, the others, and the proposals of the officer's authority."""
    user, on = user_of(request), clock.today()
    now = Q(valid_from__lte=on) & (Q(applies_to__isnull=True) | Q(applies_to__gte=on))
    versions = RulebookVersion.objects.defer("raw").order_by("label", "valid_from")
    adopter = Permission.RULEBOOK_ADOPT in permissions_of(user, on=on)
    context = {
        "present": versions.filter(now),
        "others": versions.exclude(now),
        "columns": COLUMNS,
        "adopter": adopter,
        "proposals": visible_proposals(user, on=on)[:PROPOSALS_SHOWN] if adopter else (),
        "proposal_columns": PROPOSAL_COLUMNS,
    }
    return render(request, "steering/rulebooks.html", context)


def _version(version_id: int) -> tuple[RulebookVersion, Rulebook]:
    version = get_object_or_404(
        RulebookVersion.objects.defer("raw").select_related("adopted_by", "proposal"), pk=version_id
    )
    book = next(one for one in adopted() if (one.code, one.version) == (version.code, version.version))
    return version, book


@screen(permission=Permission.RULEBOOK_READ)
def rulebook(request: HttpRequest, version_id: int) -> HttpResponse:
    """Tell one adopted version: its contents, or all of it at once (« tout »)."""
    version, book = _version(version_id)
    adoption = getattr(version, "proposal", None)
    context = {
        "version": version,
        "proposal": None,
        "adoption": adoption,
        "recomputed": _recomputed() if adoption else None,
        "name": f"v{version_id}",
    }
    return render(request, "steering/rulebook.html", {**context, **_contents(request, book)})


def _recomputed() -> Round | None:
    """How far everybody's to-dos are under the rulebooks adopted now; None while it has not begun."""
    current = last_round()
    return current if current is not None and current.rulebooks == rulebooks_digest() else None


@screen(permission=Permission.RULEBOOK_READ)
def rulebook_action(request: HttpRequest, version_id: int, action_code: str) -> HttpResponse:
    """Tell one action of an adopted version."""
    version, book = _version(version_id)
    context = {"version": version, "proposal": None, "name": f"v{version_id}"}
    return render(request, "steering/rulebook_action.html", {**context, **_action(request, book, action_code)})


@screen(permission=Permission.RULEBOOK_ADOPT)
def proposal_text(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Tell a proposal as it would read once adopted."""
    found, book = visible_proposal(request, rulebook_id)
    context = {"version": None, "proposal": found, "adoption": None, "name": f"p{rulebook_id}"}
    return render(request, "steering/rulebook.html", {**context, **_contents(request, book)})


@screen(permission=Permission.RULEBOOK_ADOPT)
def proposal_action(request: HttpRequest, rulebook_id: int, action_code: str) -> HttpResponse:
    """Tell one action of a proposal."""
    found, book = visible_proposal(request, rulebook_id)
    context = {"version": None, "proposal": found, "name": f"p{rulebook_id}"}
    return render(request, "steering/rulebook_action.html", {**context, **_action(request, book, action_code)})


def _contents(request: HttpRequest, book: Rulebook) -> dict[str, object]:
    told = [told_action(book, action.code) for action in book.actions]
    lines = [
        ActionLine(one.key, one.text, len(_part(one, "obligations")), len(_part(one, "targets")), _chosen(one))
        for one in told
    ]
    only = request.GET.get("choix") == "1"
    whole = request.GET.get("tout") == "1" or only
    return {
        "book": book,
        "head": told_head(book),
        "lines": lines,
        "columns": ACTION_COLUMNS,
        "whole": whole,
        "actions": _kept(told, only=only) if whole else (),
        "filter": _filter(request, sum(one.choices for one in lines)),
        "register": register(),
        "anchor": anchor,
    }


def _action(request: HttpRequest, book: Rulebook, action_code: str) -> dict[str, object]:
    if all(action_code != one.code for one in book.actions):
        raise Http404(action_code)
    told = told_action(book, action_code)
    return {
        "book": book,
        "action": told,
        "titles": PARTS,
        "actions": _kept([told], only=request.GET.get("choix") == "1"),
        "filter": _filter(request, _chosen(told)),
        "register": register(),
        "anchor": anchor,
    }


def _kept(told: Sequence[Told], *, only: bool) -> list[Told]:
    return [one for one in map(choices_only, told) if one is not None] if only else list(told)


def _filter(request: HttpRequest, count: int) -> Filter:
    chosen = "1" if request.GET.get("choix") == "1" else ""
    return Filter("choix", "Règles montrées", [Option("1", "Seulement les choix", count)], chosen)


def _part(action: Told, key: str) -> tuple[Told, ...]:
    return next((part.children for part in action.children if part.key == key), ())


def _chosen(action: Told) -> int:
    return sum(told.source is not None and told.source.is_choice for _, told in action.walk())


@screen(permission=Permission.RULEBOOK_READ)
def rulebook_file(request: HttpRequest, version_id: int) -> HttpResponse:
    """Send the exact bytes adopted."""
    version = get_object_or_404(RulebookVersion, pk=version_id)
    return yaml_file(bytes(version.raw), f"{version.code}-{version.version}.yaml")


@screen(permission=Permission.RULEBOOK_READ)
def rulebook_register(request: HttpRequest) -> HttpResponse:
    """List every silence and contradiction, and where each is decided in the adopted rulebooks."""
    keys = {(code, version): pk for pk, code, version in RulebookVersion.objects.values_list("pk", "code", "version")}
    found = sorted(choices(adopted()), key=lambda one: one.ref)
    decided = {ref: grouped(list(some)) for ref, some in groupby(found, key=lambda one: one.ref)}
    context = {"register": register(), "decided": decided, "unverified": decided.get("", []), "keys": keys}
    return render(request, "steering/rulebook_register.html", context)
