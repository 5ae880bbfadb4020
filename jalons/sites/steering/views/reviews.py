"""« À examiner »: what waits for a body, the pathways old enough to be looked at, and the decision noted (R-142…R-144)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.permissions import Permission
from jalons.pathways.models import CaseReview, ReviewDecision
from jalons.pathways.operations import decide_review
from jalons.pathways.operations.reviews import DECISIONS, review_of
from jalons.pathways.queries.reviews import in_full, long_pathways, reviews_to_decide
from jalons.sites.frame.access import screen, showed, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.steering.forms_team import ReviewDecisionForm
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Examen"), Column("Instance"), Column("Demandé"), Column("Motif"))
LONG = (Column("Personne"), Column("Organisme"), Column("Action"), Column("Entrée"), Column("Examen dû depuis"))


@screen(permission=Permission.REVIEW_DECIDE, trace="list")
def reviews(request: HttpRequest) -> HttpResponse:
    """Show the requests that wait, then the pathways to present that nobody asked for yet."""
    user, on = user_of(request), clock.today()
    page = page_of(request, reviews_to_decide(user, on=on))
    pathways = page_of(request, long_pathways(user, on=on), named="parcours")
    found = in_full(pathways.object_list, on=on)
    labels = Labels(on=on)
    showed(request, len(page.object_list) + len(found))
    context = {
        "page": page,
        "columns": COLUMNS,
        "long": found,
        "long_page": pathways,
        "long_columns": LONG,
        "labels": labels,
        "kind": lambda row: _kind(row, labels),
    }
    return render(request, "steering/reviews.html", context)


def _kind(row: CaseReview, labels: Labels) -> str:
    rules = labels.rules(row.enrolment.action_code)
    return next((one.label for one in rules.reviews if one.code == row.kind), row.kind)


@screen(permission=Permission.REVIEW_DECIDE, trace="file", methods=("GET", "POST"))
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Note what the body decided."""
    user, on = user_of(request), clock.today()
    row = reviews_to_decide(user, on=on).filter(pk=review_id).first()
    if row is None:
        raise Http404("review")
    showed(request, 1, person_id=row.person_id)
    try:
        rule = review_of(row.enrolment, row.kind, on=row.requested_on)
    except Refusal as refusal:  # the rulebook changed since
        messages.error(request, typography(refusal.sentence))
        return redirect("steering:reviews")
    pause = rule.purpose == "pause"
    form = ReviewDecisionForm(
        request.POST or None,
        decisions=DECISIONS[rule.purpose],
        pause=pause,
        initial={"examined_on": on, "start_on": row.start_on, "end_on": row.end_on},
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        decision = ReviewDecision(data.pop("decision"))
        with refusals_on(form):
            decide_review(actor=user, on=on, review_id=row.pk, decision=decision, **data)
        if form.is_valid():
            messages.success(request, "Décision de l’instance enregistrée.")
            return redirect("steering:reviews")
    labels = Labels(on=on)
    context = {"row": row, "form": form, "title": rule.label, "body": labels.body(row.body), "labels": labels}
    return render(request, "steering/review.html", context)
