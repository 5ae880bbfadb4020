"""« Signer » : the very document is shown, both sides sign it on the screen or on paper."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.models import Contract, ContractState
from jalons.pathways.operations import prepare_signature, sign_contract_on_paper, sign_contract_on_screen
from jalons.pathways.queries.contract_papers import document_of, paper_in_force, says_the_same
from jalons.pathways.rules import CONTRACT_TRANSITIONS
from jalons.people.models import Person
from jalons.people.permissions import may_reach
from jalons.sites.desk.forms_signing import PaperSignatureForm, ScreenSignatureForm
from jalons.sites.desk.places import require_writable
from jalons.sites.desk.views.contracts import contract_of
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.papers import sent
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on


@screen(permission=Permission.CONTRACT_WRITE, of_person=True, methods=("POST",))
def prepare(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Make the document to sign, or take the one that is ready."""
    found = contract_of(person, contract_key)
    with refusals_told(request):
        prepare_signature(actor=user_of(request), on=clock.today(), contract_id=found.pk)
        return redirect("desk:sign_contract", person.key, found.key)
    return redirect("desk:contract", person.key, found.key)


@screen(permission=Permission.CONTRACT_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def sign_contract(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Show the document; receive the hands drawn under it."""
    found = contract_of(person, contract_key)
    require_writable(user_of(request), found.enrolment, Permission.CONTRACT_WRITE, on=clock.today())
    form = ScreenSignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sign_contract_on_screen(
                actor=user_of(request),
                on=clock.today(),
                contract_id=found.pk,
                sha256=form.cleaned_data["sha256"],
                hands=form.hands(),
            )
        if form.is_valid():
            return _signed(request, person, found)
    return _page(request, person, found, screen_form=form if request.method == "POST" else None)


@screen(permission=Permission.CONTRACT_WRITE, trace="file", of_person=True, methods=("POST",))
def sign_on_paper(request: HttpRequest, person: Person, contract_key: UUID) -> HttpResponse:
    """Receive the scan of the document signed by hand."""
    found = contract_of(person, contract_key)
    form = PaperSignatureForm(request.POST, request.FILES, prefix="paper")
    if form.is_valid():
        with refusals_on(form):
            sign_contract_on_paper(
                actor=user_of(request),
                on=clock.today(),
                contract_id=found.pk,
                sha256=form.cleaned_data["sha256"],
                scan=form.cleaned_data["scan"].read(),
                signed_on=form.cleaned_data["signed_on"],
                identity_check=form.identity_check(),
                signers=form.signers(),
            )
        if form.is_valid():
            return _signed(request, person, found)
    return _page(request, person, found, paper_form=form)


@screen(permission=Permission.PERSON_OPEN, trace="file", of_person=True)
def contract_document(request: HttpRequest, person: Person, contract_key: UUID, document_key: UUID) -> HttpResponse:
    """Send a document of a contract: always the bytes that were kept."""
    user, on, found = user_of(request), clock.today(), contract_of(person, contract_key)
    mine = found.submitted_on is not None or may_reach(user, person.pk, on=on, permission=Permission.CONTRACT_WRITE)
    document = document_of(found, document_key) if mine else None
    if document is None:
        raise Http404("document")
    return sent(document, f"contrat-{found.rank}")


def _signed(request: HttpRequest, person: Person, contract: Contract) -> HttpResponse:
    messages.success(request, "Signature enregistrée.")
    return redirect("desk:contract", person.key, contract.key)


def _page(
    request: HttpRequest,
    person: Person,
    contract: Contract,
    *,
    screen_form: ScreenSignatureForm | None = None,
    paper_form: PaperSignatureForm | None = None,
) -> HttpResponse:
    contract.refresh_from_db(fields=["state"])
    paper = paper_in_force(contract)
    stale = paper is not None and not says_the_same(paper, contract, on=clock.today())
    shown = {"sha256": paper.document.sha256} if paper else {}
    context = {
        "person": person,
        "contract": contract,
        "paper": paper,
        "stale": stale,
        "may_sign": ContractState.SIGNED in CONTRACT_TRANSITIONS[ContractState(contract.state)],
        "screen_form": screen_form or ScreenSignatureForm(initial=shown),
        "paper_form": paper_form or PaperSignatureForm(initial={**shown, "signed_on": clock.today()}, prefix="paper"),
        "on_paper": paper_form is not None,
        "user": user_of(request),
    }
    return render(request, "desk/sign.html", context)
