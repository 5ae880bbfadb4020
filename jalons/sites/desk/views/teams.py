"""The team of a person: professionals beside the référent unique, from here or from elsewhere (R-056, R-065, R-066)."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.network.models import Membership, RoleCode
from jalons.network.permissions import Permission
from jalons.pathways.models import Enrolment, EnrolmentProfessional
from jalons.pathways.operations import add_professional as put_beside
from jalons.pathways.operations import end_professional as let_go
from jalons.pathways.operations.teams import partners
from jalons.pathways.queries.handovers import running
from jalons.people.models import Person
from jalons.rulebooks.schema.accompaniment import Team
from jalons.sites.desk.forms_accompaniment import TeamEndForm, TeamForm
from jalons.sites.desk.places import require_writable, running_enrolments, writable
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.labels import Labels
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on

NO_HEALTH = "Aucune information de santé n’entre dans ce dossier, ni par l’un ni par l’autre professionnel."


@screen(permission=Permission.MANDATE_NAME, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def join_team(request: HttpRequest, person: Person) -> HttpResponse:
    """Give a role of the rulebook's team to a professional."""
    user, on = user_of(request), clock.today()
    labels = Labels(on=on)
    stays = writable(user, running_enrolments(person, on=on), Permission.MANDATE_NAME, on=on)
    enrolment = next((one for one in stays if labels.rules(one.action_code).team is not None), None)
    if enrolment is None:
        return redirect("desk:add_professional", person.key)
    team = labels.rules(enrolment.action_code).team
    assert team is not None
    roles = [(one.code, one.label) for one in team.roles if not one.lead]
    form = TeamForm(request.POST or None, roles=roles, users=_users(enrolment, team, on=on), initial={"start_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user_id, organisation_id = (int(part) for part in data["user"].split("-"))
        with refusals_on(form):
            put_beside(
                actor=user,
                on=on,
                enrolment_id=enrolment.pk,
                user_id=user_id,
                organisation_id=organisation_id,
                role=data["role"],
                start_on=data["start_on"],
            )
        if form.is_valid():
            messages.success(request, "Professionnel ajouté à l’équipe.")
            return redirect("desk:person", person.key)
    lead = f"{labels.action(enrolment.action_code)}. Le référent unique reste le même."
    if any(one.sensitive for one in team.roles):
        lead += f" {NO_HEALTH}"
    context = {"person": person, "form": form, "title": team.label, "lead": lead, "submit": "Ajouter à l’équipe"}
    return render(request, "desk/form.html", context)


def _users(enrolment: Enrolment, team: Team, *, on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The professionals one may choose, by organisation: those the roles admit; one query."""
    rows = Membership.objects.filter(running(on), user__is_active=True, organisation__isnull=False)
    rows = rows.filter(role__in=(RoleCode.CASEWORKER, RoleCode.ORGANISATION_HEAD))
    if any(one.seat == "anywhere" for one in team.roles):
        rows = rows.filter(organisation__authority=enrolment.authority_id)
    else:
        rows = rows.filter(organisation__in={enrolment.organisation_id, *partners(enrolment, on=on)})
    found: dict[str, dict[str, str]] = {}
    for one in rows.select_related("user", "organisation").order_by(
        "organisation__name", "user__last_name", "user__first_name", "pk"
    ):
        found.setdefault(str(one.organisation), {})[f"{one.user_id}-{one.organisation_id}"] = str(one.user)
    return [(name, list(users.items())) for name, users in found.items()]


@screen(permission=Permission.MANDATE_NAME, trace="file", of_person=True, methods=("GET", "POST"))
def end_professional(request: HttpRequest, person: Person, professional_id: int) -> HttpResponse:
    """Note the last day of a professional beside the référent unique."""
    user, on = user_of(request), clock.today()
    row = (
        EnrolmentProfessional.objects.filter(pk=professional_id, enrolment__person=person)
        .select_related("user", "enrolment__person")
        .first()
    )
    if row is None:
        raise Http404("professional")
    require_writable(user, row.enrolment, Permission.MANDATE_NAME, on=on)
    form = TeamEndForm(request.POST or None, initial={"last_day": row.end_on or on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            let_go(actor=user, on=on, professional_id=row.pk, last_day=form.cleaned_data["last_day"])
        if form.is_valid():
            messages.success(request, "Dernier jour enregistré.")
            return redirect("desk:person", person.key)
    lead = f"{row.user} n’ouvrira plus ce dossier ensuite, sauf par son organisme."
    context = {"person": person, "form": form, "title": "Départ de l’équipe", "lead": lead, "submit": "Enregistrer"}
    return render(request, "desk/form.html", context)
