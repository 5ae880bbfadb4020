"""« À orienter »: who waits, since when, the places left, and the decision for one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jalons.agenda.models import GroupSession
from jalons.kernel import clock
from jalons.kernel.periods import add_months
from jalons.network.models import Authority, Membership, RoleCode, Territory, User
from jalons.network.permissions import Permission, may, memberships
from jalons.network.queries import authorities_of
from jalons.pathways.grids import TYPES, weights
from jalons.pathways.guards import standings
from jalons.pathways.models import Channel, Orientation, Preflag
from jalons.pathways.operations import open_beside, orient, orient_and_begin, reorient
from jalons.pathways.orientation_rules import is_under, young_under
from jalons.pathways.queries.delay_starts import DelayStart, delay_starts
from jalons.pathways.queries.evaluations import latest_evaluation, preflags_of, saved_queries
from jalons.pathways.queries.orientation import persons_to_orient
from jalons.pathways.queries.places import Offer, open_offers
from jalons.people.models import Person
from jalons.rulebooks.queries import adopted
from jalons.rulebooks.schema import Rulebook
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms import OrientForm
from jalons.sites.steering.orienting_tabs import counted_from, tabs
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

MOST = 1_000  # persons of one decision: two fields each, under the limit of fields of a form
WAITS = (30, 60, 90)  # days: only what the filter proposes, no rule
COLUMNS = (
    Column("Personne"), Column("Territoire"), Column("Droits et devoirs depuis"), Column("Attente", "num"),
    Column("Suggestion de la CAF"),
)  # fmt: skip
FILTERS = ("territoire", "attente", "public", "caf", "ordre")
YOUNG = "jeunes"
FIRST = "prioritaires"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the address."""

    territory: int | None = None
    waiting: int | None = None
    young: bool = False  # of a priority public by age
    preflag: str = ""
    first: bool = False  # the priority publics before the others

    def any(self) -> bool:
        """Tell whether a filter hides persons."""
        return bool(self.territory or self.waiting or self.young or self.preflag)


def asked_by(query: QueryDict) -> Asked:
    """Read the filters; what is not a number is ignored."""
    return Asked(
        _number(query.get("territoire", "")),
        _number(query.get("attente", "")),
        query.get("public", "") == YOUNG,
        query.get("caf", "")[:40],
        query.get("ordre", "") == FIRST,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def waiting(
    user: User, asked: Asked, *, on: date, years: int | None = None, starts: Sequence[DelayStart] | None = None
) -> QuerySet[Person]:
    """Return who waits for an orientation, filtered, the longest waiting first.

    ``years`` is ``priority_age`` and ``starts`` what the rulebooks count from, when known.
    """
    rows: QuerySet[Any] = persons_to_orient(user, on=on, starts=starts)  # annotated: its type knows bare persons
    if asked.territory is not None:
        rows = rows.filter(territory_id=asked.territory)
    if asked.waiting is not None:
        rows = rows.filter(waiting_since__lt=on - timedelta(days=asked.waiting))
    if asked.preflag:
        last = Preflag.objects.filter(person=OuterRef("pk"), received_on__lte=on).order_by("-received_on")
        rows = rows.annotate(suggested=Subquery(last.values("value")[:1])).filter(suggested=asked.preflag)
    if (asked.young or asked.first) and (years := priority_age(user, on=on) if years is None else years):
        # Priority publics come first, they exclude nobody: only the filter does.
        rows = rows.annotate(prior=Case(When(born_on__gt=add_months(on, -12 * years), then=0), default=1))
        rows = rows.filter(prior=0) if asked.young else rows.order_by("prior", "waiting_since", "folded", "pk")
    return rows


def priority_age(
    user: User,
    *,
    on: date,
    authorities: Iterable[Authority] | None = None,
    rulebooks: Sequence[Rulebook] | None = None,
) -> int:
    """Return the age under which the rulebooks of the user name a priority public; 0 when none does.

    ``authorities``: those of the user, ``rulebooks``: the adopted versions, when they have been read.
    """
    mine = authorities_of(user, on=on) if authorities is None else authorities
    return max(young_under({one.code for one in mine}, on=on, rulebooks=rulebooks).values(), default=0)


def offers_of(user: User, *, on: date, authorities: Iterable[Authority] | None = None) -> list[Offer]:
    """Return what the user may orient to: lines with free places first, then by organisation."""
    mine = authorities_of(user, on=on) if authorities is None else authorities
    rows = [row for authority in mine for row in open_offers(authority.pk, on=on)]
    return sorted(rows, key=lambda row: (row.full, row.line.agreement.organisation.name, row.line.pk))


def territory_choice(user: User, query: QueryDict, *, on: date) -> Choice:
    """The drop-down of the territories of the user; a territory that is not theirs is not chosen."""
    rows = _territories(user, on=on)
    options = [Option(str(one.pk), one.name) for one in rows]
    return Choice(
        "territoire", "Tous les territoires", options, chosen(query, "territoire", [o.value for o in options])
    )


def _territories(user: User, *, on: date) -> QuerySet[Territory]:
    territories = Territory.objects.filter(authority__in=authorities_of(user, on=on)).order_by("name")
    own = [row.territory_id for row in memberships(user, on=on)]
    if None not in own:
        territories = territories.filter(pk__in=filter(None, own))
    return territories


def choices_of(user: User, asked: Asked, years: int, *, on: date) -> list[Choice]:
    """The drop-downs: territories, how long persons wait, the priority public by age, what the CAF suggests."""
    values = Preflag.objects.filter(person__authority__in=authorities_of(user, on=on)).order_by("value")
    return [
        Choice(
            "territoire",
            "Tous les territoires",
            [Option(str(one.pk), one.name) for one in _territories(user, on=on)],
            str(asked.territory or ""),
        ),
        Choice(
            "attente",
            "Toutes les attentes",
            [Option(str(days), f"Attend depuis plus de {days} jours") for days in WAITS],
            str(asked.waiting or ""),
        ),
        *([Choice("public", "Tous les publics", [Option(YOUNG, f"Moins de {years} ans")], YOUNG if asked.young else ""),
           Choice("ordre", "La plus longue attente d’abord", [Option(FIRST, f"Moins de {years} ans d’abord")],
                  FIRST if asked.first else "")]
          if years else []),
        *([Choice("caf", "Toutes les suggestions de la CAF", [Option(one, one) for one in found], asked.preflag)]
          if (found := list(values.values_list("value", flat=True).distinct()[:20])) else []),
    ]  # fmt: skip


@screen(permission=Permission.ORIENTATION_DECIDE, trace="list")
def to_orient(request: HttpRequest) -> HttpResponse:
    """Show who waits beside the places left; a selection goes to the preview."""
    user, on = user_of(request), clock.today()
    asked = asked_by(request.GET)
    mine = list(authorities_of(user, on=on))
    rulebooks = adopted()
    years = priority_age(user, on=on, authorities=mine, rulebooks=rulebooks)
    starts = delay_starts(mine, rulebooks=rulebooks)
    page = page_of(request, waiting(user, asked, on=on, years=years, starts=starts))
    showed(request, len(page.object_list))
    offers = offers_of(user, on=on, authorities=mine)
    context = {
        "preflags": preflags_of([one.pk for one in page.object_list], on=on),
        "young": {one.pk for one in page.object_list if years and is_under(one.born_on, years, on=on)},
        "years": years,
        "saved": list(saved_queries(authorities_of(user, on=on))),
        "kept": [(name, request.GET[name]) for name in FILTERS if request.GET.get(name)],
        "tabs": tabs(user, "steering:to_orient", on=on),
        "page": page,
        "counted": counted_from(mine, first=on, last=on, starts=starts),
        "asked": asked,
        "choices": choices_of(user, asked, years, on=on),
        "offers": offers,
        "free": sum(max(row.free, 0) for row in offers),
        "columns": COLUMNS,
        "labels": Labels(on=on),
        "most": MOST,
    }
    return render(request, "steering/to_orient.html", context)


@screen(permission=Permission.ORIENTATION_DECIDE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def orient_one(request: HttpRequest, person: Person) -> HttpResponse:
    """Decide for one person; who is already oriented is oriented elsewhere, the former decision ends on the eve.

    ``?seance=``: at the end of an information session; whoever may name a référent may also begin the same day (R-035).
    """
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    present = _present(person, on=on)
    session = _session(request, person)
    offers = sorted(
        (row for row in open_offers(person.authority_id, on=on) if present is None or row.line.pk != present.line_id),
        key=lambda row: (row.full, row.line.territory_id != person.territory_id, row.line.agreement.organisation.name),
    )
    names = [
        (row.line.pk, f"{row.line.agreement.organisation} – {labels.action(row.line.action_code)}") for row in offers
    ]
    form = OrientForm(
        request.POST or None, lines=names, caseworkers=_caseworkers(user, person, offers, on=on),
        oriented=present is not None,
        initial={"channel": Channel.INFORMATION_SESSION if session else Channel.INDIVIDUAL},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _decide(user, person, present, form)
        if form.is_valid():
            messages.success(request, "Orientation enregistrée.")
            return redirect("steering:session", session.pk) if session else redirect("steering:to_orient")
    evaluation = latest_evaluation(person.pk)
    context = {
        "person": person,
        "present": present,
        "offers": offers,
        "form": form,
        "labels": labels,
        "session": session,
        "evaluation": evaluation,
        "weights": weights(evaluation.answers) if evaluation else [],
        "proposed": TYPES.get(evaluation.proposed_type, "") if evaluation else "",
        "types": {row.line.pk: labels.rules(row.line.action_code).accompaniment_type for row in offers},
        "preflag": preflags_of([person.pk], on=on).get(person.pk, ""),
        "since": standings([person.pk], on=on)[person.pk].subject_since,
    }
    return render(request, "steering/orient_one.html", context)


def _decide(user: User, person: Person, present: Orientation | None, form: OrientForm) -> None:
    data = form.cleaned_data
    given: dict[str, Any] = {
        "actor": user, "on": clock.today(), "person_id": person.pk, "line_id": data["line"], "reason": data["reason"],
        "channel": data["channel"], "opinion": form.given(),
    }  # fmt: skip
    with refusals_on(form):
        if data.get("beside"):
            kept = {name: given[name] for name in ("actor", "on", "person_id", "line_id")}
            open_beside(**kept, start_on=given["on"])
        elif data["begins"] or data.get("caseworker"):
            orient_and_begin(**given, caseworker_id=data.get("caseworker"))
        elif present is None:
            orient(**given)
        else:
            reorient(**given)


def _session(request: HttpRequest, person: Person) -> GroupSession | None:
    number = _number(request.GET.get("seance", ""))
    return GroupSession.objects.filter(pk=number, appointments__person=person).first() if number else None


def _caseworkers(user: User, person: Person, offers: list[Offer], *, on: date) -> list[tuple[str, Any]] | None:
    """Return whom the user may name, by organisation; None when naming is not theirs."""
    place = {"authority_id": person.authority_id, "territory_id": person.territory_id}
    if not may(user, Permission.MANDATE_NAME, on=on, **place):
        return None
    rows = Membership.objects.filter(
        organisation__in={row.line.agreement.organisation_id for row in offers}, role=RoleCode.CASEWORKER,
        start_on__lte=on, user__is_active=True,
    ).exclude(end_on__lt=on)  # fmt: skip
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows.select_related("user", "organisation").order_by("organisation__name", "user__last_name", "pk"):
        found.setdefault(str(row.organisation), []).append((row.user_id, str(row.user)))
    return list(found.items())


def _present(person: Person, *, on: date) -> Orientation | None:
    rows = Orientation.objects.filter(person=person, authority_id=person.authority_id, closed_on__isnull=True)
    return rows.select_related("organisation", "line").first()
