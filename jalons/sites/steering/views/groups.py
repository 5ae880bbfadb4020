"""« Groupements »: organisations that answer together, their members, their places for the group and per member (R-008)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalons.agreements.groups import answer_with_group, report_of
from jalons.agreements.models import Agreement
from jalons.agreements.permissions import readable_agreements, readable_groups
from jalons.kernel import clock
from jalons.kernel.refusals import Refusal
from jalons.network.groups import add_member, create_group, end_member, groups_of, with_members
from jalons.network.models import GroupMember, Organisation, OrganisationGroup
from jalons.network.permissions import Permission, may
from jalons.network.queries import authorities_of
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms_team import GroupAgreementForm, GroupForm, MemberEndForm, MemberForm
from jalons.ui.forms import refusals_on
from jalons.ui.tables import Column

COLUMNS = (Column("Groupement"), Column("Membres", "num"))
PARTS = (
    Column("Membre"),
    Column("Places du groupement", "num"),
    Column("Occupées", "num"),
    Column("Toutes ses places", "num"),
    Column("Suivis depuis janvier", "num"),
)


def _group(request: HttpRequest, group_id: int) -> OrganisationGroup:
    found = with_members(readable_groups(user_of(request), on=clock.today()).filter(pk=group_id)).first()
    if found is None:
        raise Http404("group")
    return found


def _may_manage(request: HttpRequest, authority_id: int) -> bool:
    return may(user_of(request), Permission.AGREEMENT_MANAGE, on=clock.today(), authority_id=authority_id)


@screen(permission=Permission.AGREEMENT_READ, methods=("GET", "POST"))
@acts_once
def groups(request: HttpRequest) -> HttpResponse:
    """Show the groups of the authority, or those the organisation belongs to; who manages agreements opens one."""
    user, on = user_of(request), clock.today()
    authorities = list(authorities_of(user, on=on).values_list("pk", flat=True))
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and authorities:
        with refusals_on(form):
            made = create_group(actor=user, on=on, authority_id=authorities[0], name=form.cleaned_data["name"])
        if form.is_valid():
            messages.success(request, "Groupement créé : ajoutez ses membres.")
            return redirect("steering:group", made.pk)
    rows = list(groups_of(authorities, on=on).filter(pk__in=readable_groups(user, on=on)))
    may_manage = bool(authorities) and _may_manage(request, authorities[0])
    context = {"rows": rows, "form": form, "columns": COLUMNS, "may_manage": may_manage}
    return render(request, "steering/groups.html", context)


@screen(permission=Permission.AGREEMENT_READ)
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show a group: its members, what it holds and the part of each; all its places to the authority and to the member."""
    found, user, on = _group(request, group_id), user_of(request), clock.today()

    def whole_of(one: Organisation) -> bool:
        return may(user, Permission.AGREEMENT_READ, on=on, organisation_id=one.pk, authority_id=found.authority_id)

    report = report_of(found, on=on, whole_of=whole_of)
    attached = Agreement.objects.filter(group=found).select_related("organisation").order_by("organisation__name", "pk")
    context = {
        "group": found,
        "report": report,
        "columns": PARTS,
        "agreements": list(attached),
        "readable": set(readable_agreements(user, on=on).filter(group=found).values_list("pk", flat=True)),
        "may_manage": _may_manage(request, found.authority_id),
    }
    return render(request, "steering/group.html", context)


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("GET", "POST"))
@acts_once
def group_member(request: HttpRequest, group_id: int) -> HttpResponse:
    """Add a member."""
    found, on = _group(request, group_id), clock.today()
    places = Organisation.objects.filter(authority=found.authority_id).order_by("name").values_list("pk", "name")
    form = MemberForm(request.POST or None, organisations=list(places), initial={"start_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            add_member(
                actor=user_of(request), on=on, group_id=found.pk, organisation_id=data["organisation"],
                start_on=data["start_on"],
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, "Membre ajouté au groupement.")
            return redirect("steering:group", found.pk)
    return _form(request, form, found, "Ajouter un membre", "Ajouter")


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("GET", "POST"))
def group_member_end(request: HttpRequest, member_id: int) -> HttpResponse:
    """Note the last day of a member."""
    member = GroupMember.objects.filter(pk=member_id).select_related("organisation").first()
    found, on = _group(request, member.group_id if member else 0), clock.today()
    assert member is not None
    form = MemberEndForm(request.POST or None, initial={"last_day": member.end_on or on})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            end_member(actor=user_of(request), on=on, member_id=member.pk, last_day=form.cleaned_data["last_day"])
        if form.is_valid():
            messages.success(request, "Dernier jour enregistré.")
            return redirect("steering:group", found.pk)
    return _form(request, form, found, f"Départ de {member.organisation}", "Enregistrer")


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("GET", "POST"))
@acts_once
def group_agreement(request: HttpRequest, group_id: int) -> HttpResponse:
    """Say that a member answers an agreement with the group."""
    found, on = _group(request, group_id), clock.today()
    rows = Agreement.objects.filter(organisation__groups__group=found, group=None, end_on__gte=on).distinct()
    named = [(one.pk, f"{one.organisation} – {one.reference}") for one in rows.select_related("organisation")]
    form = GroupAgreementForm(request.POST or None, agreements=named)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            answer_with_group(
                actor=user_of(request), on=on, agreement_id=form.cleaned_data["agreement"], group_id=found.pk
            )
        if form.is_valid():
            messages.success(request, "Convention rattachée au groupement.")
            return redirect("steering:group", found.pk)
    return _form(request, form, found, "Rattacher une convention", "Rattacher")


@screen(permission=Permission.AGREEMENT_MANAGE, methods=("POST",))
def group_agreement_leave(request: HttpRequest, group_id: int, agreement_id: int) -> HttpResponse:
    """Say that the organisation answers the agreement alone after all."""
    found, on = _group(request, group_id), clock.today()
    agreement = Agreement.objects.filter(pk=agreement_id, group=found).first()
    if agreement is None:
        raise Http404("agreement")
    try:
        answer_with_group(actor=user_of(request), on=on, agreement_id=agreement.pk, group_id=None)
        messages.success(request, "Convention détachée du groupement.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("steering:group", found.pk)


def _form(request: HttpRequest, form: object, found: OrganisationGroup, title: str, submit: str) -> HttpResponse:
    back = reverse("steering:group", args=[found.pk])
    context = {"form": form, "title": title, "lead": "", "back": back, "back_label": found.name, "submit": submit}
    return render(request, "steering/team_form.html", context)
