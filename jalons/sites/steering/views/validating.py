"""« À valider »: contracts sent by the organisations, read whole, then validated or returned with reasons."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, ContractState
from jalons.pathways.operations import return_contract as send_back
from jalons.pathways.operations import validate
from jalons.pathways.queries.contract_papers import document_of, papers_of, text_on_screen
from jalons.pathways.queries.contracts import awaiting_approval, contracts_to_validate
from jalons.people.models import Person
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.papers import sent
from jalons.sites.frame.returning import ReturnForm
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Personne"),
    Column("Organisme"),
    Column("Contrat"),
    Column("Durée"),
    Column("Transmis le"),
    Column("Attente", "num"),
)


@screen(permission=Permission.CONTRACT_VALIDATE, trace="list")
def to_validate(request: HttpRequest) -> HttpResponse:
    """Show the contracts that wait, the longest waiting first."""
    user, on = user_of(request), clock.today()
    page = page_of(request, contracts_to_validate(user, on=on))
    showed(request, len(page.object_list))
    return render(request, "steering/to_validate.html", {"page": page, "columns": COLUMNS, "labels": Labels(on=on)})


@screen(permission=Permission.CONTRACT_VALIDATE, trace="file", of_person=True)
def contract(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Show a contract as it is read aloud, and the decision beside it."""
    return _page(request, _of(person, contract_key), ReturnForm())


def _page(request: HttpRequest, found: Contract, form: ReturnForm) -> HttpResponse:
    labels = Labels(on=clock.today())
    labels.rules(found.enrolment.action_code)
    waiting, papers = bool(awaiting_approval([found], on=labels.on, shelf=labels.shelf)), papers_of(found)
    context = {
        "person": found.person,
        "contract": found,
        "text": text_on_screen(found, papers, on=labels.on, shelf=labels.shelf),
        "returns": list(found.returns.select_related("returned_by").order_by("-returned_on", "-pk")),
        "papers": papers,
        "waits": found.state == ContractState.SUBMITTED and not waiting,
        "waits_for_head": waiting,
        "form": form,
        "labels": labels,
    }
    return render(request, "steering/contract.html", context)


def _of(person: Person, key: UUID) -> Contract:
    rows = Contract.objects.select_related(
        "person", "enrolment__organisation", "enrolment__authority", "validated_by", "drafted_by"
    )
    # A draft belongs to its author: the authority reads what it was sent.
    found = rows.filter(key=key, person=person, submitted_on__isnull=False).first()
    if found is None:
        raise Http404("contract")
    return found


@screen(permission=Permission.CONTRACT_VALIDATE, trace="file", of_person=True)
def contract_document(request: HttpRequest, person: Person, contract_key: UUID, document_key: UUID) -> HttpResponse:
    """Send a document of a contract that was sent: always the bytes that were kept."""
    found = _of(person, contract_key)
    document = document_of(found, document_key)
    if document is None:
        raise Http404("document")
    return sent(document, f"contrat-{found.rank}")


@screen(permission=Permission.CONTRACT_VALIDATE, of_person=True, methods=("POST",))
def contract_validate(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Validate."""
    found = _of(person, contract_key)
    with refusals_told(request):
        validate(actor=user_of(request), on=clock.today(), contract_id=found.pk)
        messages.success(request, "Contrat validé. Ses étapes sont prévues dans le parcours.")
        return redirect("steering:to_validate")
    return redirect("steering:contract", person.key, found.key)


@screen(permission=Permission.CONTRACT_VALIDATE, trace="file", of_person=True, methods=("POST",))
def contract_return(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Send back with the reasons; nothing typed is lost when they are refused."""
    found = _of(person, contract_key)
    form = ReturnForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            send_back(actor=user_of(request), on=clock.today(), contract_id=found.pk, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Contrat renvoyé à son auteur, avec vos motifs.")
            return redirect("steering:to_validate")
    return _page(request, found, form)
