"""The référent's missions for a person, and what she brings before a body (R-057, R-142…R-144)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.pathways.models import CaseReview, MissionDone
from jalons.pathways.operations import ask_review as bring
from jalons.pathways.operations import record_missions, withdraw_mission, withdraw_review
from jalons.people.models import Person
from jalons.sites.desk.forms_accompaniment import MissionsForm, ReviewAskForm, with_reviews
from jalons.sites.desk.places import running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.sites.frame.telling import refusals_told
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def missions(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the checklist with the last day of each mission, and tick what was done on a day."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    running = running_enrolments(person, on=on)
    mine = writable(user, running, Permission.SITUATION_WRITE, on=on)
    stays = [*mine, *(one for one in running if one not in mine)]
    enrolment = next((one for one in stays if labels.rules(one.action_code).missions is not None), None)
    if enrolment is None:
        return render(request, "desk/missions.html", {"person": person, "missions": None})
    listed = labels.rules(enrolment.action_code).missions
    assert listed is not None
    form = None
    if enrolment in mine:
        form = MissionsForm(
            request.POST or None, enrolments=[enrolment], labels=labels, missions=listed, initial={"done_on": on}
        )
    if form is not None and request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            record_missions(actor=user, on=on, enrolment_id=enrolment.pk, codes=data["codes"], done_on=data["done_on"])
        if form.is_valid():
            messages.success(request, "Missions enregistrées.")
            return redirect("desk:missions", person.key)
    last = {one.code: one for one in MissionDone.objects.filter(enrolment=enrolment).order_by("done_on")}
    context = {
        "person": person,
        "form": form,
        "missions": listed,
        "rows": [(one.label, last.get(one.code)) for one in listed.items],
        "done": len(last.keys() & {one.code for one in listed.items}),
        "action": labels.action(enrolment.action_code),
        "may_withdraw": form is not None,
    }
    return render(request, "desk/missions.html", context)


@screen(permission=Permission.SITUATION_WRITE, of_person=True, methods=("POST",))
def take_back_mission(request: HttpRequest, person: Person, mission_id: int) -> HttpResponse:
    """Take back a mission noted by mistake."""
    if not MissionDone.objects.filter(pk=mission_id, person=person).exists():
        raise Http404("mission")
    with refusals_told(request):
        withdraw_mission(actor=user_of(request), on=clock.today(), mission_id=mission_id)
        messages.success(request, "Mission retirée.")
    return redirect("desk:missions", person.key)


@screen(permission=Permission.REVIEW_ASK, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def ask_review(request: HttpRequest, person: Person) -> HttpResponse:
    """Bring an accompaniment before a body."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    stays = with_reviews(writable(user, running_enrolments(person, on=on), Permission.REVIEW_ASK, on=on), labels)
    if not stays:
        return render(request, "desk/no_review.html", {"person": person})
    reviews = list({one.code: one for stay in stays for one in labels.rules(stay.action_code).reviews}.values())
    form = ReviewAskForm(request.POST or None, enrolments=stays, labels=labels, reviews=reviews)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_on(form):
            bring(actor=user, on=on, enrolment_id=data.pop("enrolment"), **data)
        if form.is_valid():
            messages.success(request, "Demande d’examen enregistrée.")
            return redirect("desk:person", person.key)
    lead = "L’instance répondra ; rien ne change d’ici là."
    context = {"person": person, "form": form, "title": "Demander un examen", "lead": lead, "submit": "Demander"}
    return render(request, "desk/form.html", context)


@screen(permission=Permission.REVIEW_ASK, of_person=True, methods=("POST",))
def take_back_review(request: HttpRequest, person: Person, review_id: int) -> HttpResponse:
    """Take back a request that was not examined yet."""
    if not CaseReview.objects.filter(pk=review_id, person=person, decision="").exists():
        raise Http404("review")
    try:
        withdraw_review(
            actor=user_of(request), on=clock.today(), review_id=review_id, reason="Retirée par le demandeur"
        )
    except NotAllowed:
        raise
    except Refusal as refusal:  # the body decided meanwhile
        messages.error(request, typography(refusal.sentence))
    else:
        messages.success(request, "Demande retirée.")
    return redirect("desk:person", person.key)
