"""« Courriers »: what is still to send, the batches, one letter and its exact bytes."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from jalons.documents.models import LetterKind
from jalons.exchange.letters import queries
from jalons.exchange.letters.models import Letter
from jalons.exchange.letters.operations import cancel_letters, mark_sent
from jalons.exchange.letters.permissions import letters_of
from jalons.kernel import clock
from jalons.kernel.outbox import State
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.papers import sent
from jalons.sites.steering.forms_letters import CancelForm
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.french import plural, typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Courrier"), Column("Du"), Column("Voie"), Column("État"))
WAITING, ALL = "a-envoyer", "tous"
MOST = 1000  # numbers of letters of one form


@screen(permission=Permission.LETTER_WRITE, trace="list")
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters to send (or all), filtered by kind; and the last batches."""
    user, on = user_of(request), clock.today()
    kind = chosen(request.GET, "nature", LetterKind.values)
    which = chosen(request.GET, "etat", (WAITING, ALL)) or WAITING
    rows: QuerySet[Letter] = queries.visible(user, on=on)
    rows = rows.filter(kind=kind) if kind else rows
    mine = rows.filter(pk__in=letters_of(user, on=on).values("pk"))  # to send: not what waits on another house's desk
    page = page_of(request, queries.to_send(mine) if which == WAITING else rows)
    page.object_list = queries.looked_at_again(page.object_list, on=on)
    showed(request, len(page.object_list))
    context = {
        "page": page,
        "columns": COLUMNS,
        "which": which,
        "states": Choice("etat", "Quels courriers", [Option(WAITING, "À envoyer"), Option(ALL, "Tous")], which, True),
        "kinds": Choice("nature", "Nature", [Option(one.value, one.label) for one in LetterKind], kind),
        "to_write": list(LetterKind),
        "batches": queries.batches(user, on=on)[:10],
        "state_of": queries.state_of,
    }
    return render(request, "steering/letters.html", context)


@screen(permission=Permission.LETTER_WRITE, methods=("POST",))
def letters_sent(request: HttpRequest) -> HttpResponse:
    """Say that the letters chosen were posted or handed over today."""
    user, on = user_of(request), clock.today()
    numbers = [int(one) for one in request.POST.getlist("chosen") if one.isascii() and one.isdigit() and len(one) < 19][
        :MOST
    ]
    back = request.POST.get("back", "")
    try:
        count = mark_sent(actor=user, on=on, letter_ids=numbers) if numbers else 0
        if count:
            messages.success(request, typography(f"{plural(count, 'courrier')} : départ noté aujourd’hui."))
        else:
            messages.warning(request, "Choisissez au moins un courrier à envoyer.")
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "steering:letters")


@screen(permission=Permission.LETTER_WRITE, trace="file")
def letter(request: HttpRequest, letter_key: str) -> HttpResponse:
    """Show a letter: its paper, what became of it."""
    found = _letter(request, letter_key)
    context = {"letter": found, "state": queries.state_of(found), "form": CancelForm(), "gone": _gone(found)}
    return render(request, "steering/letter.html", context)


@screen(permission=Permission.LETTER_WRITE, trace="file")
def document(request: HttpRequest, letter_key: str) -> HttpResponse:
    """Send the bytes kept: today's print and the first one are the same."""
    found = _letter(request, letter_key)
    if found.document is None:
        raise Http404("document")
    return sent(found.document, f"courrier-{found.number}")


@screen(permission=Permission.LETTER_WRITE, trace="file", methods=("POST",))
def cancel(request: HttpRequest, letter_key: str) -> HttpResponse:
    """Cancel a letter that has not left."""
    found = _letter(request, letter_key)
    form = CancelForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            cancel_letters(
                actor=user_of(request),
                on=clock.today(),
                letter_ids=[found.pk],
                reason=form.cleaned_data["reason"],
            )
        if form.is_valid():
            messages.success(request, "Courrier annulé. Il peut être écrit à nouveau.")
            return redirect("steering:letter", found.key)
    context = {"letter": found, "state": queries.state_of(found), "form": form, "gone": _gone(found)}
    return render(request, "steering/letter.html", context)


def _gone(one: Letter) -> bool:
    mail = getattr(one, "mail_state", None)
    return one.sent_on is not None or mail in (State.SENT, State.SENDING, State.UNKNOWN)


def _letter(request: HttpRequest, key: str) -> Letter:
    rows = queries.visible(user_of(request), on=clock.today()).select_related("document", "batch")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404("letter")
    showed(request, 1, person_id=found.person_id)
    return queries.looked_at_again([found], on=clock.today())[0]
