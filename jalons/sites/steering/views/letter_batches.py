"""One batch of letters: how far it is, its one PDF to print, its departure, its cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from jalons.exchange.letters import batches, queries
from jalons.exchange.letters.models import Letter, LetterBatch, Way
from jalons.exchange.letters.operations import cancel_letters, mark_sent
from jalons.exchange.letters.permissions import readable
from jalons.exchange.letters.standing import not_to_send
from jalons.exchange.letters.unfit import unfit_export, unfit_of
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.papers import sent
from jalons.ui.exports import csv_response, xlsx_response
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.french import plural, typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Voie"), Column("État"))
UNFIT_COLUMNS = (Column("Personne"), Column("Motif"), Column("Depuis"))
SHOWN = 50  # letters not written listed on the page; the export has them all
FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
CANCELLED_AT_ONCE = "Envoi annulé en entier"


@screen(permission=Permission.LETTER_WRITE, trace="list")
def batch(request: HttpRequest, letter_batch: str) -> HttpResponse:
    """Show how far a batch is, and those of its letters the user may read; its PDF and its acts to who may read all."""
    found, user, on = _batch(request, letter_batch), user_of(request), clock.today()
    way = chosen(request.GET, "voie", Way.values)
    rows = queries.visible(user, on=on).filter(batch=found).order_by("pk")
    page = page_of(request, rows.filter(way=way) if way else rows)
    page.object_list = queries.looked_at_again(page.object_list, on=on)
    right, outdated = _waiting(found) if found.finished else ([], 0)
    unfit = unfit_of(user, found, on=on) if found.unfit else []
    showed(request, len(page.object_list) + len(unfit[:SHOWN]))
    context = {
        "unfit": unfit,
        "unfit_shown": unfit[:SHOWN],
        "unfit_columns": UNFIT_COLUMNS,
        "batch": found,
        "whole": _whole(request, found),
        "progress": queries.progress(found),
        "right": len(right),
        "outdated": outdated,
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
    if found.bundle is None or not _whole(request, found):
        raise Http404("bundle")
    showed(request, found.total)
    return sent(found.bundle, f"courriers-{found.pk}")


@screen(permission=Permission.LETTER_WRITE, trace="export")
def not_written(request: HttpRequest, letter_batch: str, layout: str) -> HttpResponseBase:
    """Send what the batch could not write and why, at any time, of the persons the user reaches."""
    if layout not in FORMATS:
        raise Http404(layout)
    found = _batch(request, letter_batch)
    unfit = unfit_of(user_of(request), found, on=clock.today())
    showed(request, len(unfit))
    return FORMATS[layout](unfit_export(found, unfit))


@screen(permission=Permission.LETTER_WRITE, methods=("POST",))
def act(request: HttpRequest, letter_batch: str, act: str) -> HttpResponse:
    """Do one thing to the whole batch: « partis », « annuler », « relancer »."""
    found, user, on = _batch(request, letter_batch), user_of(request), clock.today()
    if not _whole(request, found):
        raise Http404("batch")
    letters = Letter.objects.filter(batch=found).order_by("pk")
    try:
        if act == "partis":
            right, _ = _waiting(found)
            count = mark_sent(actor=user, on=on, letter_ids=right)
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
    """Return a batch of which the user may read one letter at least."""
    rows = queries.batches(user_of(request), on=clock.today()).select_related("version__model", "asked_by", "bundle")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404("batch")
    return found


def _whole(request: HttpRequest, batch: LetterBatch) -> bool:
    """Say whether the user may read every letter of a batch: its PDF holds them all, its acts are for all."""
    return readable(user_of(request), on=clock.today()).filter(batch=batch).count() == batch.total


def _waiting(batch: LetterBatch) -> tuple[list[int], int]:
    """Return the numbers of the letters of a batch still to send, and how many wait but are right no more."""
    rows = list(queries.to_send(Letter.objects.filter(batch=batch)).order_by("pk"))
    why = not_to_send(rows, on=clock.today())
    return [one.pk for one in rows if one.pk not in why], len(why)
