"""The table of ports and owners, and the reactions of a write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction

from jalons.agenda.cited import reported
from jalons.agenda.followed import followed
from jalons.exchange.letters import mail as letters
from jalons.exchange.letters.queries import SUBJECT as LETTER
from jalons.exchange.messages import contents as reminders
from jalons.exchange.messages.gateways import gateway
from jalons.indicators import operations as indicators
from jalons.kernel.operation import Actor, Touched, after_write
from jalons.kernel.outbox import Content, Message, gateway_of, still_right
from jalons.network.models import User
from jalons.network.operations import post_ended
from jalons.pathways.operations.closures import EndedRights, propose_closures, withdraw_closures
from jalons.pathways.operations.teams import leave_teams
from jalons.pathways.queries.followed import followed_between
from jalons.pathways.queries.reports import reported_among
from jalons.people.merge import RightsEnd, rights_ended, rights_restored
from jalons.rulebooks.operations import rulebook_adopted
from jalons.todos import operations as todos
from jalons.todos.tasks import lines_changed, refresh_all


def react(*, touched: Touched) -> None:
    """After a write, in its transaction: the persons' to-dos are computed again, the months' figures are marked.

    The lines' to-dos wait for the commit: two enrolments on one line, written together, would count over each other.
    """
    todos.refresh(as_of=touched.on, person_ids=touched.persons)
    indicators.mark_months(months=touched.months)
    if touched.lines:
        transaction.on_commit(lines_changed, robust=True)


def propose(*, actor: Actor, on: date, ended: Sequence[RightsEnd]) -> None:
    """The end of rights proposes closures; a human decides."""
    assert isinstance(actor, User)
    endings = [EndedRights(person_id=end.person_id, ended_on=end.last_day, cause=end.cause) for end in ended]
    propose_closures(actor=actor, on=on, endings=endings)


def withdraw(*, actor: Actor, on: date, person_ids: Collection[int]) -> None:
    """Rights that come back withdraw the closures they had proposed."""
    assert isinstance(actor, User)
    withdraw_closures(actor=actor, on=on, person_ids=person_ids)


def content_now(*, message: Message, at: datetime) -> Content | str:
    """Who asked for a message says whether it is still right: letters of theirs, reminders of the rest."""
    if message.subject_kind == LETTER:
        return letters.content_now(message=message, at=at)
    return reminders.content_now(message=message, at=at)


def recompute() -> None:
    """An adoption asks for everybody's to-dos to be computed again, in the background."""
    refresh_all.enqueue(timestamp=0)


def bind_all() -> None:
    """Give every port its owner; called once at start-up."""
    after_write.bind(react)
    rights_ended.bind(propose)
    rights_restored.bind(withdraw)
    rulebook_adopted.bind(recompute)
    post_ended.bind(leave_teams)
    gateway_of.bind(gateway)
    still_right.bind(content_now)
    followed.bind(followed_between)
    reported.bind(reported_among)
