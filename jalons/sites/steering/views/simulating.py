"""« Simuler »: what a proposed rulebook would change for the dossiers of its authority, before it applies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.facts.engines import PostgresExecutor
from jalons.kernel.refusals import Refusal
from jalons.network.permissions import Permission
from jalons.rulebooks.queries import proposed
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering import simulating, simulation_shown
from jalons.sites.steering.tasks import simulate_proposal
from jalons.todos.comparison import tables, words
from jalons.todos.comparison.caseload import organisation_names
from jalons.ui.exports import Export, csv_response, xlsx_response
from jalons.ui.french import typography

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}


@screen(permission=Permission.RULEBOOK_ADOPT)
def simulate(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Ask which rulebook it replaces and on which day; then show what changes. Writes nothing."""
    proposal, authority = simulating.proposal_of(request, rulebook_id)
    form = simulating.form_of(request.GET, proposed(proposal.pk))
    context: dict[str, Any] = {"proposal": proposal, "form": form, "asked": None, "found": None, "progress": None}
    if not form.is_bound or not form.is_valid():
        return render(request, "steering/simulate.html", context)
    try:
        asked = simulating.asked_with(proposal, authority, form.cleaned_data)
    except Refusal as refusal:
        form.add_error("contre", typography(refusal.sentence))
        return render(request, "steering/simulate.html", context)
    found, known = simulating.result(asked)
    context |= {"asked": asked, "title": words.title(asked.question), "found": found}
    if found is None:
        return render(request, "steering/simulate.html", context | {"progress": known})
    context["counted_at"] = known.at if isinstance(known, simulating.Kept) else ""
    threshold = simulating.threshold_for(user_of(request), authority)
    context |= simulation_shown.context(found, threshold, organisation_names(PostgresExecutor()))
    return render(request, "steering/simulate.html", context)


@screen(permission=Permission.RULEBOOK_ADOPT, methods=("POST",))
def simulate_start(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Put a large simulation in the queue, or count a kept one again; then back to its page."""
    asked = simulating.asked_by(request, rulebook_id)
    question = asked.question
    simulating.forget(asked.key)
    if simulating.is_large(question):
        simulating.note(asked.key, simulating.Progress(0, 0))
        start = question.reform.from_on
        simulate_proposal.enqueue(
            key=asked.key,
            proposal_id=asked.proposal.pk,
            against=asked.against,
            as_of=question.as_of.isoformat(),
            from_on=start.isoformat() if start else None,
            authority_id=asked.authority.pk,
        )
        messages.info(request, "Simulation lancée. Vous pouvez quitter cette page et y revenir.")
    question_asked = urlencode({name: request.POST.get(name, "") for name in simulating.NAMES})
    return redirect(f"{reverse('steering:simulate', args=(rulebook_id,))}?{question_asked}")


@screen(permission=Permission.RULEBOOK_ADOPT)
def simulate_export(request: HttpRequest, rulebook_id: int, layout: str) -> HttpResponseBase:
    """Send one table of the result (« tableau » in the address), small counts hidden: the file leaves the house."""
    asked = simulating.asked_by(request, rulebook_id)
    found, _ = simulating.result(asked)
    if layout not in FORMATS or found is None:
        raise Http404(layout)
    threshold = asked.authority.masking_threshold
    names = organisation_names(PostgresExecutor())
    built: dict[str, Export] = {
        "obligations": tables.obligations(found, threshold),
        "organismes": tables.organisations(found, names, threshold),
        "etats": tables.states(found, threshold),
        "sorties": tables.exit_counts(found, threshold),
        "forfaits": tables.amounts(found),
        "resultats": tables.goals(found),
    }
    wanted = built.get(request.GET.get("tableau", "obligations"))
    if wanted is None:
        raise Http404("tableau")
    return FORMATS[layout](wanted)
