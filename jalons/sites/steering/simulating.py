"""What the screens of a simulation share: the question read from the address, and its result, counted at once or by a job.

Nothing of a simulation is written in the casework tables. A job keeps its counts (no person) in the cache until they are asked
for again; a small caseload is counted while the page is drawn, and its counts serve the exports that follow.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache, caches
from django.http import Http404, HttpRequest, QueryDict

from jalons.facts.engines import PostgresExecutor
from jalons.kernel import clock
from jalons.network.models import Authority, User
from jalons.network.permissions import Permission, permissions_of
from jalons.rulebooks.models import RulebookProposal
from jalons.rulebooks.permissions import visible_proposals
from jalons.rulebooks.queries import adopted, proposed, version_key
from jalons.rulebooks.schema import Rulebook
from jalons.sites.frame.access import user_of
from jalons.sites.steering.forms_simulating import SimulateForm
from jalons.todos.comparison.caseload import Question, Told, persons_of, read_only
from jalons.todos.comparison.finding import versions_named
from jalons.todos.comparison.reform import reform
from jalons.todos.comparison.simulation import Simulation, simulate
from jalons.ui.french import clock_time, date_short, typography

LARGE = 2_000  # persons from which a page would make one wait more than a few seconds
A_MOMENT = 60  # seconds the counts of a small caseload are kept by the process that made them
NAMES = ("contre", "le", "depuis")  # the question in the address; the rest filters its lists


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal, the rulebook it would replace, and the question: the address says it all."""

    proposal: RulebookProposal
    authority: Authority
    against: str
    question: Question

    @property
    def key(self) -> str:
        """Names the result in the cache: the same question on the same adopted versions."""
        day, start = self.question.as_of, self.question.reform.from_on
        asked = (self.proposal.pk, self.proposal.sha256, self.authority.pk, self.against, day, start, version_key())
        return "simulation:" + hashlib.sha256(repr(asked).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: persons done of those to ask about; ``failed`` holds the sentence of a failure."""

    done: int
    total: int
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A result kept, by a job or for a moment: the counts, and when they were made (« 15/10/2020 à 9 h 05 »)."""

    values: tuple[Any, ...]
    at: str


def proposal_of(request: HttpRequest, rulebook_id: int) -> tuple[RulebookProposal, Authority]:
    """Return a proposal of the user's authority and that authority; raises Http404 for any other."""
    found = visible_proposals(user_of(request), on=clock.today()).filter(pk=rulebook_id).first()
    if found is None:
        raise Http404("proposal")
    return found, Authority.objects.get(code=found.authority_code)


def against_choices(rulebook: Rulebook) -> list[tuple[str, str]]:
    """Return the adopted rulebooks that share an action with this one: a framework whole, then its versions one by one."""
    actions = {action.code for action in rulebook.actions}
    near = [book for book in adopted() if actions & {action.code for action in book.actions}]
    near.sort(key=lambda book: (book.code != rulebook.code, book.code, book.framework.valid_from))
    choices: list[tuple[str, str]] = []
    for code in dict.fromkeys(book.code for book in near):
        versions = [book for book in near if book.code == code]
        label = typography(versions[-1].framework.label)
        if len(versions) == 1:
            choices.append((code, f"{label}, version {versions[0].version}"))
            continue
        choices.append((code, f"{label}, toutes ses versions"))
        choices += [(f"{code}@{one.version}", f"{label}, version {one.version} seule") for one in versions]
    return choices


def form_of(query: QueryDict, rulebook: Rulebook) -> SimulateForm:
    """Return the form of the question; unbound, with the likely answers, while nothing is asked."""
    asked = "contre" in query
    initial = {"le": date_short(clock.today())}
    choices = against_choices(rulebook)
    return SimulateForm(query if asked else None, against=choices, initial=initial)


def asked_by(request: HttpRequest, rulebook_id: int) -> Asked:
    """Return the question asked, by address or by button; Http404 when it is not whole (the page tells what to correct)."""
    proposal, authority = proposal_of(request, rulebook_id)
    form = form_of(request.POST if request.method == "POST" else request.GET, proposed(proposal.pk))
    if not form.is_bound or not form.is_valid():
        raise Http404("question")
    return asked_with(proposal, authority, form.cleaned_data)


def asked_with(proposal: RulebookProposal, authority: Authority, data: dict[str, Any]) -> Asked:
    """Return the question of a valid form."""
    question = question_of(proposal.pk, data["contre"], data["le"], data["depuis"], authority.pk)
    return Asked(proposal, authority, data["contre"], question)


def question_of(proposal_id: int, against: str, as_of: date, from_on: date | None, authority_id: int) -> Question:
    """Build the question from plain values, as a job receives them."""
    tried = reform(proposed(proposal_id), versions_named(against, adopted()), from_on=from_on)
    return Question(tried, as_of, authority_id)


def threshold_for(user: User, authority: Authority) -> int:
    """Return under how many small counts are hidden from the user: none from who may open lists down to persons."""
    drills = Permission.FIGURE_DRILL in permissions_of(user, on=clock.today())
    return 0 if drills else authority.masking_threshold


def is_large(question: Question) -> bool:
    """Tell whether the caseload is for a job."""
    return len(persons_of(question, PostgresExecutor())) > LARGE


def result(asked: Asked) -> tuple[Simulation | None, Kept | Progress | None]:
    """Return the result with its hour, or how far its job is; (None, None) when a large one was not asked for yet."""
    known: Kept | Progress | None = cache.get(asked.key)
    if isinstance(known, Kept):
        return Simulation(asked.question, *known.values), known
    if known is not None:
        return None, known
    recent: Kept | None = caches["process"].get(asked.key)
    if recent is None:
        if is_large(asked.question):
            return None, None
        recent = _kept(count_now(asked.question))
        caches["process"].set(asked.key, recent, timeout=A_MOMENT)
    return Simulation(asked.question, *recent.values), recent


def count_now(question: Question, tell: Told | None = None) -> Simulation:
    """Count in a transaction that cannot write."""
    with read_only():
        return simulate(question, PostgresExecutor(), tell)


def keep(key: str, found: Simulation) -> None:
    """Keep the counts of a simulation: no person, nothing in the casework tables."""
    note(key, _kept(found))


def _kept(found: Simulation) -> Kept:
    now = clock.now()
    return Kept((found.counted, found.exits, found.lines, found.goals), f"{date_short(now)} à {clock_time(now)}")


def note(key: str, what: Kept | Progress) -> None:
    """Write in the cache, without end: reading an entry that has expired would try to delete it, which a page may not."""
    cache.set(key, what, timeout=None)


def forget(key: str) -> None:
    """Drop a result, to count it again."""
    cache.delete(key)
    caches["process"].delete(key)
