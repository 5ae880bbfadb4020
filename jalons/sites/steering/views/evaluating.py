"""Fill the grid of criteria with a person, and write the grid of the authority (R-029)."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.kernel import clock
from jalons.network.models import Authority, User
from jalons.network.permissions import Permission, may
from jalons.network.queries import authorities_of
from jalons.pathways.grids import TYPES, Criterion, carried, criteria_of, fingerprint, stored
from jalons.pathways.operations import adopt_grid, evaluate
from jalons.pathways.queries.evaluations import current_grid, grid_of, preflags_of
from jalons.people.models import Person
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms_orienting import GridFillForm, GridForms, typed
from jalons.ui.forms import refusals_on

SALT = "jalons.orientation.grid"


def session_asked(request: HttpRequest) -> int | None:
    """Return the information session the address speaks of."""
    text = request.GET.get("seance", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@screen(permission=Permission.ORIENTATION_DECIDE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def orient_evaluate(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask the questions; the answers lead to the decision, with what they propose."""
    user, on, session_id = user_of(request), clock.today(), session_asked(request)
    criteria = grid_of(person.authority_id, on=on)
    form = GridFillForm(request.POST or None, criteria=criteria)
    changed: list[tuple[str, str]] | None = None
    if request.method == "POST" and (shown := _shown(request)) != criteria:
        form, changed = _carried(request, shown or (), criteria)
    elif request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = evaluate(
                actor=user, on=on, person_id=person.pk, chosen=form.chosen(), session_id=session_id,
                grid=fingerprint(criteria),
            )  # fmt: skip
        if form.is_valid():
            words = TYPES.get(made.proposed_type, "")
            messages.success(
                request, f"La grille propose : {words}." if words else "La grille est partagée : elle ne propose rien."
            )
            return redirect(reverse("steering:orient_one", args=[person.key], query=_query(session_id)))
    context = {
        "person": person,
        "form": form,
        "shown": signing.dumps(stored(criteria), salt=SALT, compress=True),
        "changed": changed,
        "preflag": preflags_of([person.pk], on=on).get(person.pk, ""),
        "own": current_grid(person.authority_id, on=on),
        "session_id": session_id,
    }
    return render(request, "steering/orient_evaluate.html", context)


def _shown(request: HttpRequest) -> tuple[Criterion, ...] | None:
    """Return the grid that the page answered to had shown; None when it does not say."""
    try:
        return criteria_of(signing.loads(request.POST.get("grid", ""), salt=SALT))
    except signing.BadSignature:
        return None


def _carried(
    request: HttpRequest, shown: tuple[Criterion, ...], criteria: tuple[Criterion, ...]
) -> tuple[GridFillForm, list[tuple[str, str]]]:
    """Return the form of the grid in use with the answers given to the same questions, and those it has no place for."""
    typed = GridFillForm(request.POST, criteria=shown)
    typed.is_valid()
    given = [typed.cleaned_data.get(f"q{number}") for number in range(len(shown))]
    numbers, lost = carried(shown, given, criteria)
    initial = {f"q{number}": rank for number, rank in enumerate(numbers) if rank is not None}
    return GridFillForm(criteria=criteria, initial=initial), lost


def _query(session_id: int | None) -> dict[str, int]:
    return {"seance": session_id} if session_id else {}


@screen(permission=Permission.RULEBOOK_ADOPT, methods=("GET", "POST"))
def orientation_grid(request: HttpRequest) -> HttpResponse:
    """Show the grid in use and write the next one: a question per block, an answer per line."""
    user, on = user_of(request), clock.today()
    authority = _authority(user)
    initial = [typed(one) for one in grid_of(authority.pk, on=on)]
    forms = GridForms(request.POST or None, initial=initial, prefix="g")
    refused = ""
    if request.method == "POST" and forms.is_valid():
        first = forms.forms[0]
        criteria = [found for one in forms.forms if (found := one.criterion()) is not None]
        with refusals_on(first):
            adopt_grid(actor=user, on=on, authority_id=authority.pk, criteria=criteria)
        if not first.non_field_errors():
            messages.success(request, "Grille enregistrée. Elle sert dès maintenant.")
            return redirect("steering:orientation_grid")
        refused = str(first.non_field_errors()[0])
    context = {
        "authority": authority,
        "forms": forms,
        "own": current_grid(authority.pk, on=on),
        "refused": refused,
    }
    return render(request, "steering/orientation_grid.html", context)


def _authority(user: User) -> Authority:
    on = clock.today()
    for one in authorities_of(user, on=on):
        if may(user, Permission.RULEBOOK_ADOPT, on=on, authority_id=one.pk):
            return one
    raise Http404("authority")
