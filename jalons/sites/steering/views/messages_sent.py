"""« Messages »: what waits, left, was refused, or left nobody knows; and how each authority reminds. No person is named."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.exchange.messages import queries
from jalons.exchange.messages.models import ReminderRule
from jalons.exchange.messages.operations import Decision, decide_unknown, set_reminder, stop_reminder
from jalons.exchange.messages.texts import KINDS
from jalons.kernel import clock
from jalons.kernel.outbox import Channel, Message, MessageEvent, State, gateway_of
from jalons.network.models import Organisation
from jalons.network.permissions import Permission
from jalons.sites.frame.access import screen, user_of
from jalons.sites.steering.forms_messages import DecisionForm, ReminderForm
from jalons.sites.steering.views.caf_files import authorities_for
from jalons.ui.filters import Choice, Option, chosen
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column, page_of

COLUMNS = (
    Column("Demandé le"),
    Column("Message"),
    Column("Voie"),
    Column("Organisme"),
    Column("État"),
    Column("Motif"),
)
LOOKS = {
    State.QUEUED: ("", "clock"),
    State.SENDING: ("", "clock"),
    State.SENT: ("done", "check"),
    State.REFUSED: ("late", "cross"),
    State.UNKNOWN: ("soon", "warning"),
    State.CANCELLED: ("", "cross"),
}


@screen(permission=Permission.IMPORT_READ)
def messages_sent(request: HttpRequest) -> HttpResponse:
    """List the messages of the user's authorities, newest first, filtered by state."""
    user, on = user_of(request), clock.today()
    visible = queries.visible(user, on=on)
    numbers = queries.counts(visible)
    state = chosen(request.GET, "etat", State.values)
    page = page_of(request, (visible.filter(state=state) if state else visible).defer("body", "attachment"))
    context = {
        "page": page,
        "columns": COLUMNS,
        "states": Choice("etat", "État", [Option(one, State(one).label, numbers[one]) for one in State.values], state),
        "unknown": numbers[State.UNKNOWN],
        "waiting": _without_way_out() if numbers[State.QUEUED] else [],
        "organisations": Organisation.objects.in_bulk({one.organisation_id for one in page.object_list}),
        "kinds": KINDS,
        "looks": LOOKS,
    }
    return render(request, "steering/messages.html", context)


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show the story of a message, and take the decision when nobody knows its fate."""
    user, on = user_of(request), clock.today()
    found = queries.visible(user, on=on).defer("body", "attachment").filter(pk=message_id).first()
    if found is None:
        raise Http404("message")
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            decide_unknown(
                actor=user, on=on, message_id=found.pk, decision=Decision(data["decision"]), reason=data["reason"]
            )
        if form.is_valid():
            messages.success(request, "Décision enregistrée.")
            return redirect("steering:messages")
    context = {
        "message": found,
        "kind": KINDS.get(found.kind, found.kind),
        "address": masked(found),
        "organisation": Organisation.objects.filter(pk=found.organisation_id or 0).first(),
        "events": MessageEvent.objects.filter(message=found).order_by("at", "pk"),
        "form": form if found.state == State.UNKNOWN or form.errors else None,
        "look": LOOKS[State(found.state)],
    }
    return render(request, "steering/message.html", context)


@screen(permission=Permission.IMPORT_RUN, methods=("GET", "POST"))
def reminders(request: HttpRequest) -> HttpResponse:
    """Show and set how the user's authorities remind of appointments."""
    user, on = user_of(request), clock.today()
    authorities = authorities_for(user, Permission.IMPORT_RUN, on=on)
    form = ReminderForm(request.POST if request.method == "POST" else None, authorities=authorities)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            set_reminder(
                actor=user,
                on=on,
                authority_id=data["authority"],
                channel=Channel(data["channel"]),
                **{name: data[name] for name in ("days_before", "first_hour", "last_hour", "basis")},
            )
        if form.is_valid():
            messages.success(request, "Réglage enregistré.")
            return redirect("steering:reminders")
    rules = ReminderRule.objects.filter(authority__in=authorities).select_related("authority")
    context = {"form": form, "rules": rules.order_by("authority__name", "channel")}
    return render(request, "steering/reminders.html", context)


@screen(permission=Permission.IMPORT_RUN, methods=("POST",))
def reminder_stop(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Remind no more by one channel."""
    user, on = user_of(request), clock.today()
    authorities = authorities_for(user, Permission.IMPORT_RUN, on=on)
    if not ReminderRule.objects.filter(pk=rule_id, authority__in=authorities).exists():
        raise Http404("rule")
    stop_reminder(actor=user, on=on, rule_id=rule_id)
    messages.success(request, "Plus aucun rappel ne sera demandé par cette voie.")
    return redirect("steering:reminders")


def masked(found: Message) -> str:
    """Return enough of an address to recognise a wrong one, not to write to it: « a…@exemple.fr », « …56 78 »."""
    name, sign, domain = found.address.rpartition("@")
    return f"{name[:1]}…@{domain}" if sign else f"…{found.address[-4:-2]} {found.address[-2:]}"


def _without_way_out() -> list[str]:
    return [Channel(one).label for one in Channel.values if gateway_of(channel=one) is None]
