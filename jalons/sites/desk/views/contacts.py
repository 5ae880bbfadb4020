"""Where a person agrees to receive messages: noted with her agreement, ended when she withdraws it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.people.models import Contact, ContactKind, Person
from jalons.people.operations import agree_to_messages, withdraw_from_messages
from jalons.sites.desk.forms_contacts import ContactForm
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.ui.forms import refusals_on
from jalons.ui.french import typography


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("GET", "POST"))
@acts_once
def contacts(request: HttpRequest, person: Person) -> HttpResponse:
    """Show where the person agrees to be written to, and note another address."""
    user, on = user_of(request), clock.today()
    form = ContactForm(request.POST or None, initial={"kind": ContactKind.MOBILE, "agreed_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            agree_to_messages(
                actor=user,
                on=on,
                person_id=person.pk,
                kind=ContactKind(data["kind"]),
                value=data["value"],
                agreed_on=data["agreed_on"],
            )
        if form.is_valid():
            messages.success(request, "Coordonnée notée. Les rappels de rendez-vous partiront là.")
            return redirect("desk:contacts", person.key)
    rows = list(Contact.objects.filter(person=person).order_by("withdrawn_on", "-agreed_on", "-pk"))
    context = {
        "person": person,
        "form": form,
        "current": [one for one in rows if one.withdrawn_on is None],
        "former": [one for one in rows if one.withdrawn_on is not None],
    }
    return render(request, "desk/contacts.html", context)


@screen(permission=Permission.SITUATION_WRITE, trace="file", of_person=True, methods=("POST",))
def withdraw_contact(request: HttpRequest, person: Person, contact_id: int) -> HttpResponse:
    """Note that the person does not want messages there any more."""
    if not Contact.objects.filter(pk=contact_id, person=person).exists():
        raise Http404("contact")
    try:
        withdraw_from_messages(actor=user_of(request), on=clock.today(), contact_id=contact_id)
        messages.success(request, "Accord retiré. Plus aucun message ne partira là.")
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    return redirect("desk:contacts", person.key)
