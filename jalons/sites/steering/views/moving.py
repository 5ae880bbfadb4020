"""The table of an organisation: received, its columns and words explained once, tried, taken, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.models import Move, MoveState, RowStatus
from jalons.exchange.spreadsheets.moving.catalogue import catalogue
from jalons.exchange.spreadsheets.moving.erasing import kept_until
from jalons.exchange.spreadsheets.moving.operations import (
    Received,
    drop_table,
    explain_words,
    map_columns,
    receive_table,
    start_taking,
)
from jalons.exchange.spreadsheets.moving.queries import columns_of, counts_of, field_choices, named, visible_moves
from jalons.exchange.spreadsheets.moving.setting import setting_of
from jalons.exchange.spreadsheets.moving.taking import take_all, undo_all
from jalons.exchange.spreadsheets.moving.undoing import people_left, plan_of_page
from jalons.exchange.spreadsheets.tasks import take_table, undo_table
from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.forms_moving import MovingForm
from jalons.sites.steering.views.caf_files import authorities_for
from jalons.ui.french import typography
from jalons.ui.tables import Column, page_of

AT_ONCE = 200  # rows, or persons, done before the page answers; more goes to the background
ROW_COLUMNS = (
    Column("Ligne", "num"),
    Column("Personne, comme dans le fichier"),
    Column("État"),
    Column("Ce que fait la ligne"),
    Column("À faire"),
)


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
@acts_once
def moving_in(request: HttpRequest) -> HttpResponse:
    """Receive the table: its rows are kept aside, nothing is written in the files of persons."""
    user, on = user_of(request), clock.today()
    authorities = authorities_for(user, Permission.IMPORT_RUN, on=on)
    organisations = Organisation.objects.filter(authority__in=authorities).order_by("name")
    form = MovingForm(request.POST or None, request.FILES or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        received = Received(data["file"].name or "tableau", data["file"].read(), data["sheet"])
        try:
            move = receive_table(
                actor=user, on=on, organisation_id=data["organisation"].pk, name=data["name"], received=received
            )
        except NotAllowed:
            raise
        except (TableRefused, Refusal) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(_next(move), move.key)
    return render(request, "steering/moving_in.html", {"form": form})


def _next(move: Move) -> str:
    return "steering:moving_columns" if move.state == MoveState.COLUMNS else "steering:moving"


def move_of(user: User, key: UUID) -> Move:
    """Return a table the user may bring in; Http404 for any other."""
    found = visible_moves(user, on=clock.today()).filter(key=key).first()
    if found is None:
        raise Http404("move")
    return found


@screen(permission=Permission.IMPORT_RUN, trace="list")
def moving(request: HttpRequest, move_key: UUID) -> HttpResponse:
    """Show what each row would do, or did."""
    found = move_of(user_of(request), move_key)
    if found.state == MoveState.COLUMNS:
        showed(request, 0)
        return redirect("steering:moving_columns", found.key)
    rows = found.rows.select_related("person").order_by("number")
    status = request.GET.get("etat", "")
    if status in RowStatus.values:
        rows = rows.filter(status=status)
    page = page_of(request, rows)
    shown = named(found, list(page.object_list))
    showed(request, len(shown))
    counts = counts_of(found)
    refused = found.rows.filter(taken=False, status=RowStatus.REFUSED).count()
    taken = found.rows.filter(taken=True).count()
    context = {
        "move": found,
        "page": page,
        "rows": shown,
        "columns": ROW_COLUMNS,
        "counts": list(counts.items()),
        "total": sum(counts.values()),
        "taken": taken,
        "refused": refused,
        "waiting": sum(counts.values()) - taken - refused,
        "unknown": sum(len(words) for words in found.unknown.values()),
        "kept_until": kept_until(found) if sum(counts.values()) > taken else None,
        **_what_is_left(found),
        "State": MoveState,
        "Status": RowStatus,
    }
    return render(request, "steering/moving.html", context)


def _what_is_left(move: Move) -> dict[str, Any]:
    """Of an undone table: how many persons keep what it wrote, and whether some could still be taken back."""
    left = people_left(move) if move.state == MoveState.UNDONE else 0
    plan = plan_of_page(move) if left else None
    return {"kept": left, "unfinished": left > 0 and (plan is None or bool(plan.free))}


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"), trace="list")
def moving_columns(request: HttpRequest, move_key: UUID) -> HttpResponse:
    """Say what each column is, once."""
    user, on = user_of(request), clock.today()
    found = move_of(user, move_key)
    columns, refusal = columns_of(found), ""
    chosen = {one.position: one.field for one in columns}
    action, orient = found.layout.action_code, found.layout.orient_on_entry
    showed(request, 1)
    if request.method == "POST":
        chosen = {one.position: request.POST.get(f"column-{one.position}", "") for one in columns}
        action, orient = request.POST.get("action", ""), "orient" in request.POST
        try:
            said = {one.header: chosen[one.position] for one in columns}
            map_columns(actor=user, on=on, move_id=found.pk, columns=said, action_code=action, orient_on_entry=orient)
        except NotAllowed:
            raise
        except Refusal as refused:
            refusal = refused.sentence
        else:
            return redirect("steering:moving", found.key)
    context = {
        "move": found,
        "columns": columns,
        "chosen": chosen,
        "fields": field_choices(),
        "actions": setting_of(found, on=on).choices("action"),
        "action": action,
        "orient": orient,
        "refusal": refusal,
        "table_columns": (Column("Colonne du fichier"), Column("Premières valeurs"), Column("Ce que c’est")),
    }
    return render(request, "steering/moving_columns.html", context)


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
def moving_words(request: HttpRequest, move_key: UUID) -> HttpResponse:
    """Say what the words of the table mean, once."""
    user, on = user_of(request), clock.today()
    found = move_of(user, move_key)
    asked = _asked(found, request.POST)
    refusal = ""
    if request.method == "POST":
        try:
            explain_words(actor=user, on=on, move_id=found.pk, words=_said(asked))
        except NotAllowed:
            raise
        except Refusal as refused:
            refusal = refused.sentence
        else:
            messages.success(request, "Mots retenus. Les lignes ont été essayées à nouveau.")
            return redirect("steering:moving", found.key)
    setting = setting_of(found, on=on)
    context: dict[str, Any] = {
        "move": found,
        "asked": [(label, rows, setting.choices(code)) for code, label, rows in asked],
        "refusal": refusal,
        "table_columns": (Column("Mot du fichier"), Column("Lignes", "num"), Column("Ce qu’il veut dire")),
    }
    return render(request, "steering/moving_words.html", context)


LATER, NOTHING = "", "-"
_Word = tuple[str, int, str, str]  # word, rows, name of its field, what was answered


def _said(asked: list[tuple[str, str, list[_Word]]]) -> dict[str, dict[str, str]]:
    """Return field → word → key for the words answered; « rien » is the empty key."""
    return {
        code: {word: "" if key == NOTHING else key for word, _, _, key in rows if key != LATER}
        for code, _, rows in asked
    }


def _asked(move: Move, answers: QueryDict) -> list[tuple[str, str, list[_Word]]]:
    """Return (field, label, words) for each column with unknown words."""
    found = []
    for code, words in move.unknown.items():
        rows = []
        for position, (word, count) in enumerate(words.items()):
            name = f"{code}-{position}"
            rows.append((word, count, name, answers.get(name, LATER)))
        found.append((code, catalogue().field(code).label, rows))
    return found


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def moving_take(request: HttpRequest, move_key: UUID) -> HttpResponse:
    """Take the rows that can be: at once when they are few, else in the background."""
    user, on = user_of(request), clock.today()
    found = move_of(user, move_key)
    try:
        start_taking(actor=user, on=on, move_id=found.pk)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
        return redirect("steering:moving", found.key)
    waiting = found.rows.filter(taken=False).exclude(status=RowStatus.REFUSED).count()
    if waiting <= AT_ONCE:
        take_all(actor=user, on=on, move_id=found.pk)
        messages.success(request, "Lignes importées.")
    else:
        take_table.enqueue(move_id=found.pk, user_id=user.pk, on=on.isoformat(), once=f"moving:{found.pk}")
    return redirect("steering:moving", found.key)


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def moving_drop(request: HttpRequest, move_key: UUID) -> HttpResponse:
    """Forget a table of which nothing was taken."""
    user, on = user_of(request), clock.today()
    found = move_of(user, move_key)
    with refusals_told(request):
        drop_table(actor=user, on=on, move_id=found.pk)
        messages.info(request, "Tableau écarté. Rien n’a été changé.")
        return redirect("steering:imports")
    return redirect("steering:moving", found.key)


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
def moving_undo(request: HttpRequest, move_key: UUID) -> HttpResponse:
    """Show who would be taken back and who is kept, then do it."""
    user, on = user_of(request), clock.today()
    found = move_of(user, move_key)
    left = people_left(found)
    if request.method == "POST":
        try:
            if left <= AT_ONCE:
                undo_all(actor=user, on=on, move_id=found.pk)
                messages.success(request, "Reprise annulée.")
            else:
                undo_table.enqueue(move_id=found.pk, user_id=user.pk, on=on.isoformat(), once=f"undoing:{found.pk}")
                messages.info(request, "L’annulation se fait à part : rechargez cette page dans un moment.")
        except NotAllowed:
            raise
        except Refusal as refusal:
            messages.error(request, typography(refusal.sentence))
        return redirect("steering:moving", found.key)
    plan = plan_of_page(found)
    reasons: dict[str, int] = {}
    for reason in plan.kept.values() if plan is not None else ():
        reasons[reason] = reasons.get(reason, 0) + 1
    context = {"move": found, "plan": plan, "left": left, "reasons": sorted(reasons.items())}
    return render(request, "steering/moving_undo.html", context)
