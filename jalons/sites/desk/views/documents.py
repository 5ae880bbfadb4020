"""Documents filed in a person's file: put in, opened by those who may, withdrawn with a reason (R-160, R-167)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.casefile.kinds import kinds
from jalons.casefile.models import FiledDocument
from jalons.casefile.operations import file_document, withdraw_document
from jalons.casefile.queries import filed_document, filed_documents
from jalons.documents.models import Document
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.sites.desk.changing import changing
from jalons.sites.desk.forms_casefile import FileForm, WithdrawForm
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.papers import sent
from jalons.ui.forms import refusals_on
from jalons.ui.tables import page_of


@screen(permission=Permission.DOCUMENT_READ, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def documents(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the documents of the file; receive one more."""
    on = clock.today()
    form = FileForm(request.POST or None, request.FILES or None, initial={"dated_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            file_document(
                actor=user_of(request),
                on=on,
                person_id=person.pk,
                raw=data["file"].read(),
                name=data["file"].name or "",
                kind=data["kind"],
                dated_on=data["dated_on"],
                title=data["title"],
                key=data["key"],
            )
        if form.is_valid():
            messages.success(request, "Document versé au dossier.")
            return redirect("desk:documents", person.key)
    return _page(request, person, form)


@screen(permission=Permission.DOCUMENT_READ, trace="file", of_person=True)
def open_document(request: HttpRequest, person: Person, filed_key: UUID) -> HttpResponse:
    """Send the exact bytes kept, under a name that says nothing of the person."""
    found = _of(person, filed_key)
    return sent(Document.objects.get(pk=found.document_id), f"{found.kind}-{found.dated_on:%Y-%m-%d}")


@screen(permission=Permission.DOCUMENT_WRITE, trace="file", of_person=True, methods=("POST",))
def withdraw(request: HttpRequest, person: Person, filed_key: UUID) -> HttpResponse:
    """Take a document out of the file."""
    found, form = _of(person, filed_key), WithdrawForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            withdraw_document(
                actor=user_of(request), on=clock.today(), filed_id=found.pk, reason=form.cleaned_data["reason"]
            )
        if form.is_valid():
            messages.success(request, "Document retiré du dossier.")
            return redirect("desk:documents", person.key)
    return _page(request, person, FileForm(initial={"dated_on": clock.today()}), refused=(found, form))


def _page(
    request: HttpRequest, person: Person, form: FileForm, *, refused: tuple[FiledDocument, WithdrawForm] | None = None
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "page": page_of(request, filed_documents(person.pk)),
        "kinds": kinds(),
        "may_change": changing(request, person, Permission.DOCUMENT_WRITE),
        "withdrawal": lambda one: (
            refused[1] if refused and refused[0].pk == one.pk else WithdrawForm(auto_id=f"id_{one.pk}_%s")
        ),
    }
    return render(request, "desk/documents.html", context)


def _of(person: Person, key: UUID) -> FiledDocument:
    found = filed_document(person.pk, key)
    if found is None:
        raise Http404("document")
    return found
