"""One batch of letters: how far it is, its one PDF to print, its departure, its cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.exchange.letters import batches, queries
from jalons.exchange.letters.models import Letter, LetterBatch, Way
from jalons.exchange.letters.operations import cancel_letters, mark_sent
from jalons.exchange.letters.permissions import readable
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.papers import sent
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.french import plural, typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Voie"), Column("État"))
CANCELLED_AT_ONCE = "Envoi annulé en entier"


@screen(permission=Permission.LETTER_WRITE, trace="list")
def batch(request: HttpRequest, letter_batch: str) -> HttpResponse:
    """Show how far a batch is, and its letters."""
    found = _batch(request, letter_batch)
    way = chosen(request.GET, "voie", Way.values)
    rows = queries.visible(user_of(request), on=clock.today()).filter(batch=found).order_by("pk")
    page = page_of(request, rows.filter(way=way) if way else rows)
    showed(request, len(page.object_list))
    context = {
        "batch": found,
        "progress": queries.progress(found),
        "page": page,
        "columns": COLUMNS,
        "ways": Choice("voie", "Voie", [Option(one.value, one.label) for one in Way], way),
        "state_of": queries.state_of,
    }
    return render(request, "steering/letter_batch.html", context)


@screen(permission=Permission.LETTER_WRITE, trace="list")
def bundle(request: HttpRequest, letter_batch: str) -> HttpResponse:
    """Send the one PDF of a batch: the bytes kept."""
    found = _batch(request, letter_batch)
    if found.bundle is None:
        raise Http404("bundle")
    showed(request, found.total)
    return sent(found.bundle, f"courriers-{found.pk}")


@screen(permission=Permission.LETTER_WRITE, methods=("POST",))
def act(request: HttpRequest, letter_batch: str, act: str) -> HttpResponse:
    """Do one thing to the whole batch: « partis », « annuler », « relancer »."""
    found, user, on = _batch(request, letter_batch), user_of(request), clock.today()
    letters = Letter.objects.filter(batch=found).order_by("pk")
    try:
        if act == "partis":
            waiting = list(queries.to_send(letters).values_list("pk", flat=True))
            count = mark_sent(actor=user, on=on, letter_ids=waiting)
            messages.success(request, typography(f"{plural(count, 'courrier')} : départ noté aujourd’hui."))
        elif act == "annuler":
            numbers = list(letters.values_list("pk", flat=True))
            count = cancel_letters(actor=user, on=on, letter_ids=numbers, reason=CANCELLED_AT_ONCE)
            messages.success(request, f"{plural(count, 'courrier annulé', 'courriers annulés')}.")
        elif act == "relancer":
            batches.restart(actor=user, on=on, batch_id=found.pk)
            messages.success(request, "L’écriture reprend dans la minute.")
        else:
            raise Http404(act)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    return redirect("steering:letter_batch", found.key)


def _batch(request: HttpRequest, key: str) -> LetterBatch:
    """Return a batch whose every letter the user may read: its PDF holds them all."""
    rows = LetterBatch.objects.select_related("version__model", "asked_by", "bundle")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404("batch")
    mine = readable(user_of(request), on=clock.today()).filter(batch=found).count()
    if mine != found.total:
        raise Http404("batch")
    return found
