"""« Cadres »: the rulebooks adopted, told in plain French, each value with its source and its basis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from jalons.kernel import clock
from jalons.network.permissions import Permission, permissions_of
from jalons.rulebooks.french import BASIS, told
from jalons.rulebooks.models import RulebookVersion
from jalons.rulebooks.permissions import visible_proposals
from jalons.rulebooks.queries import adopted
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering.views.rulebook_proposals import yaml_file
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
PROPOSALS_SHOWN = 50
ACTION = "■ "
# « texte [dit par le texte (C-12) ; 000 §3.1 ; 001 l.20] — note », as ``jalons.rulebooks.french.source`` writes it.
_SOURCED = re.compile(
    rf"^(?P<text>.*?) ?\[(?P<basis>{'|'.join(BASIS.values())})(?: \((?P<ref>[^)]*)\))? ; (?P<citation>.*?)\](?: — (?P<note>.*))?$"
)


@dataclass(slots=True)
class Rule:
    """A sentence of a rulebook, where it is read, on which basis, and the sentences under it."""

    text: str
    basis: str = ""
    citation: str = ""
    note: str = ""
    below: list[Rule] = field(default_factory=list)


def rule_of(line: str) -> Rule:
    """Return the sentence and its source, apart."""
    text = line.strip().removeprefix("– ")
    match = _SOURCED.match(text)
    if match is None:
        return Rule(text)
    basis = match["basis"] + (f" ({match['ref']})" if match["ref"] else "")
    return Rule(match["text"], basis, match["citation"], match["note"] or "")


def nested(lines: Iterable[str]) -> list[Rule]:
    """Return the sentences as a tree, by their indentation."""
    roots: list[Rule] = []
    path: list[tuple[int, Rule]] = []
    for line in lines:
        if not line.strip():
            continue
        depth, rule = len(line) - len(line.lstrip(" ")), rule_of(line)
        while path and path[-1][0] >= depth:
            path.pop()
        (path[-1][1].below if path else roots).append(rule)
        path.append((depth, rule))
    return roots


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


@screen(permission=Permission.RULEBOOK_READ)
def rulebook(request: HttpRequest, version_id: int) -> HttpResponse:
    """Tell one version, action by action."""
    version = get_object_or_404(RulebookVersion.objects.defer("raw").select_related("adopted_by"), pk=version_id)
    book = next(one for one in adopted() if (one.code, one.framework.version) == (version.code, version.version))
    _, head, *rest = told(book)  # the first line is the title of the page
    actions = nested(line if line.startswith(ACTION) else f"  {line}" for line in rest)
    context = {"version": version, "head": rule_of(head), "actions": actions, "mark": ACTION}
    return render(request, "steering/rulebook.html", context)


@screen(permission=Permission.RULEBOOK_READ)
def rulebook_file(request: HttpRequest, version_id: int) -> HttpResponse:
    """Send the exact bytes adopted."""
    version = get_object_or_404(RulebookVersion, pk=version_id)
    return yaml_file(bytes(version.raw), f"{version.code}-{version.version}.yaml")
