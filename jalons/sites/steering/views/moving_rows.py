"""One row of a table: corrected on the screen, or left out; and the refused ones sent back in their own layout."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from jalons.exchange.spreadsheets.models import Move, MoveRow, RowStatus
from jalons.exchange.spreadsheets.moving.operations import correct_row, is_large, leave_row_out
from jalons.exchange.spreadsheets.moving.queries import cells_of, refused_export
from jalons.exchange.spreadsheets.tasks import retry_table
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.views.moving import move_of
from jalons.ui.exports import csv_response, xlsx_response
from jalons.ui.french import typography

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
LONGEST_CELL = 2000


def _row(move: Move, number: int) -> MoveRow:
    found = move.rows.filter(number=number, taken=False).first()
    if found is None:
        raise Http404("row")
    return found


def _retry_large(move: Move, user: User, on: date) -> None:
    """A large table was answered for one row only: the others are tried again in the background."""
    if is_large(move):
        retry_table.enqueue(move_id=move.pk, user_id=user.pk, on=on.isoformat(), once=f"retrying:{move.pk}")


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"), trace="list")
def moving_row(request: HttpRequest, move_key: UUID, number: int) -> HttpResponse:
    """Correct the cells of a row; what is refused is said again, and nothing typed is lost."""
    user, on = user_of(request), clock.today()
    move = move_of(user, move_key)
    row = _row(move, number)
    showed(request, 1)
    refusal = ""
    if request.method == "POST":
        shown = {one.position: one for one in cells_of(move, row)}
        typed = {
            position: text[:LONGEST_CELL]
            for position, one in shown.items()
            if (text := request.POST.get(f"cell-{position}")) is not None
            and text != one.text
            and not (one.hidden and not text)
        }
        try:
            row = correct_row(actor=user, on=on, move_id=move.pk, number=number, cells=typed)
        except NotAllowed:
            raise
        except Refusal as refused:
            refusal = refused.sentence
        else:
            _retry_large(move, user, on)
            if row.status != RowStatus.REFUSED:
                messages.success(request, typography(f"Ligne {number} : {row.summary.lower()}."))
                return redirect("steering:moving", move.key)
            messages.warning(request, typography(f"Ligne {number} : encore refusée."))
            return redirect("steering:moving_row", move.key, number)
    return render(
        request,
        "steering/moving_row.html",
        {"move": move, "row": row, "cells": cells_of(move, row), "refusal": refusal},
    )


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def moving_leave_out(request: HttpRequest, move_key: UUID, number: int) -> HttpResponse:
    """Leave out a row that is about nobody."""
    user = user_of(request)
    move = move_of(user, move_key)
    _row(move, number)
    with refusals_told(request):
        leave_row_out(actor=user, on=clock.today(), move_id=move.pk, number=number)
        _retry_large(move, user, clock.today())
        messages.info(request, typography(f"Ligne {number} écartée."))
    return redirect("steering:moving", move.key)


@screen(permission=Permission.IMPORT_RUN, trace="export")
def moving_refused(request: HttpRequest, move_key: UUID, layout: str) -> HttpResponseBase:
    """Send the refused rows in the columns they came in, with the reason: to correct and send again."""
    if layout not in FORMATS:
        raise Http404(layout)
    move = move_of(user_of(request), move_key)
    showed(request, move.rows.filter(taken=False, status=RowStatus.REFUSED).count())
    return FORMATS[layout](refused_export(move))
