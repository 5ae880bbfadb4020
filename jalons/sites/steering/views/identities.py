"""Identities in conflict: the file beside the persons it may be about; a human says who is who, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.exchange.caf.models import IdentityConflict, IdentityDecision, RecordState
from jalons.exchange.caf.operations import resolve_conflict
from jalons.exchange.caf.queries import candidates_of, open_conflicts
from jalons.kernel import clock
from jalons.kernel.text import fold
from jalons.network.permissions import Permission
from jalons.people.models import HouseholdRole, Person
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.steering.forms_exchange import IdentityForm
from jalons.ui.forms import refusals_on
from jalons.ui.french import date_short, typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne du fichier"), Column("Née le"), Column("Pourquoi"), Column("Demande"), Column("Fichier"))
OTHER = "autre"


@dataclass(frozen=True, slots=True)
class Line:
    """One trait: what the file says, and for each candidate what is known and whether it differs."""

    label: str
    in_file: str
    known: tuple[tuple[str, bool], ...]


@screen(permission=Permission.IDENTITY_RESOLVE, trace="list")
def identities(request: HttpRequest) -> HttpResponse:
    """Show the identities that wait, the oldest first."""
    page = page_of(request, open_conflicts(user_of(request), on=clock.today()))
    showed(request, len(page.object_list))
    return render(request, "steering/identities.html", {"page": page, "columns": COLUMNS})


@screen(permission=Permission.IDENTITY_RESOLVE, trace="file", methods=("GET", "POST"))
def identity(request: HttpRequest, conflict_id: int) -> HttpResponse:
    """Show the file beside each candidate, and take the decision."""
    user, on = user_of(request), clock.today()
    conflict = open_conflicts(user, on=on).filter(pk=conflict_id).first()
    if conflict is None:
        raise Http404("conflict")
    candidates = list(candidates_of(conflict).select_related("territory").prefetch_related("stays__household"))
    for person in candidates:
        showed(request, 1, person_id=person.pk)
    if not candidates:
        showed(request, 0)
    form = IdentityForm(request.POST if request.method == "POST" else None, choices=_choices(candidates))
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data["choice"]
        with refusals_on(form):
            resolve_conflict(
                actor=user,
                on=on,
                conflict_id=conflict.pk,
                decision=IdentityDecision.OTHER if choice == OTHER else IdentityDecision.SAME,
                person_id=None if choice == OTHER else int(choice),
            )
        if form.is_valid():
            messages.success(request, typography(_told(conflict)))
            return redirect("steering:identities")
    context = {"conflict": conflict, "candidates": candidates, "lines": lines(conflict, candidates), "form": form}
    return render(request, "steering/identity.html", context)


def _choices(candidates: Sequence[Person]) -> list[tuple[str, str]]:
    known = [(str(one.pk), f"C’est la personne {letter(at)}, {one.full_name}") for at, one in enumerate(candidates)]
    return [*known, (OTHER, "C’est une autre personne, encore inconnue")]


def letter(position: int) -> str:
    """Return A, B, C… to name the candidates beside one another."""
    return chr(ord("A") + position)


def _told(conflict: IdentityConflict) -> str:
    record = conflict.record
    record.refresh_from_db()
    if record.state == RecordState.PENDING:
        return "Décision enregistrée. Le foyer attend encore une autre décision."
    return "Décision enregistrée. Le foyer est importé."


def lines(conflict: IdentityConflict, candidates: Sequence[Person]) -> list[Line]:
    """Compare trait by trait; case and accents are not a difference."""
    role = HouseholdRole(conflict.role).label if conflict.role in HouseholdRole.values else conflict.role
    return [
        _line("Nom", conflict.last_name, (one.last_name for one in candidates)),
        _line("Nom de naissance", conflict.birth_name, (one.birth_name for one in candidates)),
        _line("Prénom", conflict.first_name, (one.first_name for one in candidates)),
        _line("Naissance", date_short(conflict.born_on), (date_short(one.born_on) for one in candidates)),
        _line("Rang de naissance", str(conflict.birth_rank or ""), (str(one.birth_rank or "") for one in candidates)),
        Line(
            "NIR",
            "donné" if conflict.nir_match else "absent du fichier",
            tuple(_nir(conflict, one) for one in candidates),
        ),
        _line("Numéro de demande", conflict.request_number, (_requests(one) for one in candidates)),
        Line("Rôle dans le foyer", role, tuple(("", False) for _ in candidates)),
        Line("Territoire", "", tuple((one.territory.name if one.territory else "", False) for one in candidates)),
    ]


def _line(label: str, in_file: str, known: Iterable[str]) -> Line:
    return Line(label, in_file, tuple((text, fold(text) != fold(in_file)) for text in known))


def _nir(conflict: IdentityConflict, person: Person) -> tuple[str, bool]:
    """Tell whether the numbers agree; the number itself is never shown."""
    if person.nir_match is None:
        return "inconnu", False
    if conflict.nir_match is None:
        return "connu", False
    same = bytes(person.nir_match) == bytes(conflict.nir_match)
    return ("identique", False) if same else ("différent", True)


def _requests(person: Person) -> str:
    return ", ".join(sorted({stay.household.request_number for stay in person.stays.all()}))
