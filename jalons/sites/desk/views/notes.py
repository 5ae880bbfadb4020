"""Notes of a person: written while they are kept, changed by two people without losing a word, withdrawn with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.casefile.models import Note, NoteDraft
from jalons.casefile.operations import (
    ChangedMeanwhile,
    change_note,
    forget_draft,
    keep_draft,
    withdraw_note,
    write_note,
)
from jalons.casefile.permissions import require_change
from jalons.casefile.queries import also_writing, draft_of, drafts_of, note_ever, notes_of, text_of_version
from jalons.casefile.rules import together
from jalons.documents.guard import noticed
from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.people.models import Person
from jalons.sites.desk.changing import changing
from jalons.sites.desk.forms_casefile import DraftForm, NoteForm, WithdrawForm
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.writing import in_words
from jalons.ui.forms import refusals_on
from jalons.ui.french import clock_time, typography
from jalons.ui.tables import page_of

CHANGED = 409
WITHDRAWN = "Cette note a été retirée."


@screen(permission=Permission.NOTE_READ, trace="file", of_person=True, methods=("GET", "POST"))
def notes(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the notes of a person, and the one being written."""
    user, on = user_of(request), clock.today()
    drafts = list(drafts_of(user, person.pk))
    mine = None if "nouvelle" in request.GET else _resumed(drafts, request.GET.get("brouillon", ""))
    form = NoteForm(request.POST or None, initial=_begun(mine, on))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            write_note(
                actor=user,
                on=on,
                person_id=person.pk,
                text=data["text"],
                written_on=data["written_on"],
                draft=data["key"],
            )
        if form.is_valid():
            return _saved(request, person, data["text"])
    context = {
        "person": person,
        "form": form,
        "draft": mine,
        "others": [one for one in drafts if mine is None or one.pk != mine.pk],
        "page": page_of(request, notes_of(person.pk)),
        "may_change": changing(request, person, Permission.NOTE_WRITE),
    }
    return render(request, "desk/notes.html", context)


@screen(permission=Permission.NOTE_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
def note(request: HttpRequest, person: Person, note_key: UUID) -> HttpResponse:
    """Change a note; when somebody else saved another text meanwhile, show both and propose one."""
    user, on, found = user_of(request), clock.today(), _of(person, note_key)
    if found.withdrawn_on is not None:
        return _kept_for_another(request, person, found)
    if request.method == "GET":  # what is sent is refused by the operation, the text still on the page
        require_change(user, found.author_id, person.pk, on=on, permission=Permission.NOTE_WRITE)
    mine = drafts_of(user, person.pk).filter(note=found).first()
    form = NoteForm(request.POST or None, initial=_begun(mine, on, found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            try:
                change_note(
                    actor=user,
                    on=on,
                    now=clock.now(),
                    note_id=found.pk,
                    text=data["text"],
                    seen=data["seen"],
                    written_on=data["written_on"],
                    draft=data["key"],
                )
            except ChangedMeanwhile as told:
                return _both_texts(request, person, told, data)
        if form.is_valid():
            return _saved(request, person, data["text"])
    return _page(request, person, found, form, mine)


@screen(permission=Permission.NOTE_WRITE, trace="file", of_person=True, methods=("POST",))
def withdraw(request: HttpRequest, person: Person, note_key: UUID) -> HttpResponse:
    """Take a note out of the file."""
    user, on, found = user_of(request), clock.today(), _of(person, note_key)
    if found.withdrawn_on is not None:
        messages.warning(request, "Cette note est déjà retirée du dossier.")
        return redirect("desk:notes", person.key)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            withdraw_note(
                actor=user,
                on=on,
                note_id=found.pk,
                seen=form.cleaned_data["seen"] or 0,
                reason=form.cleaned_data["reason"],
            )
        if form.is_valid():
            messages.success(request, "Note retirée du dossier.")
            return redirect("desk:notes", person.key)
    mine = drafts_of(user, person.pk).filter(note=found).first()
    return _page(request, person, found, NoteForm(initial=_begun(mine, on, found)), mine, withdrawal=form)


@screen(permission=Permission.NOTE_WRITE, of_person=True, methods=("POST",))
def draft(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep what is being typed; answer with the draft the page now knows of, and who else is writing."""
    user, now, form = user_of(request), clock.now(), DraftForm(request.POST)
    form.is_valid()
    data: dict[str, Any] = form.cleaned_data
    if not {"key", "step", "seen"} <= data.keys():
        return JsonResponse({"refused": "draft"}, status=400)
    found = _of(person, data["note"]) if data.get("note") else None
    kept = keep_draft(
        actor=user,
        on=clock.today(),
        now=now,
        person_id=person.pk,
        key=data["key"],
        step=data["step"],
        text=data.get("text", ""),
        written_on=data.get("written_on"),
        note_id=found.pk if found else None,
        seen=data["seen"],
    )
    return JsonResponse(
        {
            "key": str(kept.key if kept else uuid4()),
            "step": kept.step if kept else 0,
            "at": clock_time(now) if kept else "",
            "others": typography(_company(found, data["seen"], request)),
        }
    )


@screen(permission=Permission.NOTE_WRITE, of_person=True, methods=("POST",))
def drop_draft(request: HttpRequest, person: Person, draft_key: UUID) -> HttpResponse:
    """Throw away one's own draft."""
    user = user_of(request)
    found = draft_of(user, person.pk, draft_key)
    if found is None:
        raise Http404("draft")
    forget_draft(actor=user, on=clock.today(), person_id=person.pk, key=draft_key)
    messages.success(request, "Brouillon effacé.")
    return redirect("desk:notes", person.key)


def _resumed(drafts: list[NoteDraft], key: str) -> NoteDraft | None:
    """The draft of a new note to go on with: the one asked, else the last. One of a note withdrawn since is one of them."""
    new = [one for one in drafts if one.note is None or one.note.withdrawn_on is not None]
    return next((one for one in new if str(one.key) == key), new[0] if new else None)


def _begun(mine: NoteDraft | None, on: Any, found: Note | None = None) -> dict[str, Any]:
    """What the form starts with: the draft left unsaved, else the note, else nothing."""
    if mine is not None:
        day = mine.written_on or (found.written_on if found else on)
        return {"text": mine.text, "written_on": day, "key": mine.key, "step": mine.step, "seen": mine.seen}
    if found is not None:
        return {
            "text": found.text, "written_on": found.written_on, "key": uuid4(), "step": 0, "seen": found.version
        }  # fmt: skip
    return {"written_on": on, "key": uuid4(), "step": 0, "seen": 0}


def _page(
    request: HttpRequest,
    person: Person,
    found: Note,
    form: NoteForm,
    mine: NoteDraft | None,
    *,
    withdrawal: WithdrawForm | None = None,
) -> HttpResponse:
    context = {
        "person": person,
        "note": found,
        "form": form,
        "draft": mine,
        "company": _company(found, mine.seen if mine else found.version, request),
        "withdrawal": withdrawal or WithdrawForm(initial={"seen": found.version}),
    }
    return render(request, "desk/note.html", context)


def _kept_for_another(request: HttpRequest, person: Person, gone: Note) -> HttpResponse:
    """Lead to the notes, with what was typed in a note withdrawn since as the start of a new one."""
    user, form = user_of(request), DraftForm(request.POST)
    mine = drafts_of(user, person.pk).filter(note=gone).first()
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("key", "step", "text", "written_on")}
        mine = keep_draft(
            actor=user, on=clock.today(), now=clock.now(), person_id=person.pk, note_id=gone.pk, **data
        )  # fmt: skip
    messages.warning(request, f"{WITHDRAWN} {'Votre texte est ci-dessous, dans une nouvelle note.' if mine else ''}")
    address = reverse("desk:notes", args=(person.key,))
    return redirect(f"{address}?brouillon={mine.key}" if mine else address)


def _both_texts(request: HttpRequest, person: Person, told: ChangedMeanwhile, data: dict[str, Any]) -> HttpResponse:
    """The page of the second to save: the other's text, one's own, and both in one to correct and save."""
    now = told.note
    base = text_of_version(now, data["seen"])
    proposed = {**data, "text": together(base, now.text, data["text"]), "seen": now.version}
    context = {
        "person": person,
        "note": now,
        "mine": data["text"],
        "sentence": told.sentence,
        "form": NoteForm(initial=proposed),
    }
    return render(request, "desk/note_both.html", context, status=CHANGED)


def _company(found: Note | None, seen: int, request: HttpRequest) -> str:
    """Say who else is writing in this note, or that it changed since it was read."""
    if found is None:
        return ""
    if found.withdrawn_on is not None:
        return f"{WITHDRAWN} Votre texte est gardé pour une nouvelle note."
    if found.version != seen:
        return f"{found.changed_by} a enregistré un autre texte : en enregistrant, vous verrez les deux."
    others = also_writing(found, but=user_of(request), now=clock.now())
    return f"{' et '.join(others)} écrit aussi dans cette note." if others else ""


def _saved(request: HttpRequest, person: Person, text: str) -> HttpResponse:
    messages.success(request, "Note enregistrée.")
    for remark in noticed(text):
        messages.warning(request, in_words(remark)["words"])
    return redirect("desk:notes", person.key)


def _of(person: Person, key: UUID) -> Note:
    found = note_ever(person.pk, key)
    if found is None:
        raise Http404("note")
    return found
