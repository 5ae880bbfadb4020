"""The forms of the acts done for several persons at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from jalons.agenda.models import Mode
from jalons.network.models import Organisation, RoleCode
from jalons.network.queries import members
from jalons.pathways.models import InformationKind
from jalons.sites.desk.acts import Target, same_organisation
from jalons.sites.desk.forms import MandateForm, WhenForm
from jalons.sites.frame.labels import Labels
from jalons.ui.forms import FrenchDateField, KitForm


class RemindForm(KitForm):
    """A day to come back to it."""

    remind_on = FrenchDateField(
        label="Me le rappeler le",
        help_text="Pour vous seulement, et l’échéance ne bouge pas : ce qui devient en retard d’ici là revient de lui-même.",
    )


class DocumentForm(KitForm):
    """A document received for each."""

    kind = forms.ChoiceField(label="Document")
    dated_on = FrenchDateField(label="Daté du")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choisir…"), *kinds]  # type: ignore[attr-defined]


class InformationForm(KitForm):
    """An information given to each."""

    kind = forms.ChoiceField(label="Information donnée", choices=InformationKind.choices)
    given_on = FrenchDateField(label="Donnée le")
    documents = forms.CharField(label="Documents remis", max_length=200, required=False)


class AppointmentsForm(WhenForm):
    """A time for each, one after the other, or one time for all."""

    mode = forms.ChoiceField(label="Modalité", choices=Mode.choices)
    place = forms.CharField(label="Lieu", max_length=120, required=False)
    together = forms.BooleanField(
        label="Toutes les personnes ensemble (temps collectif)",
        required=False,
        help_text="Sinon, chaque personne a son rendez-vous individuel, à la suite, dans l’ordre de la liste.",
    )
    theme = forms.CharField(label="Thème du temps collectif", max_length=120, required=False)


Maker = Callable[[Any, Sequence[Target], date], KitForm]


def _document(data: Any, targets: Sequence[Target], on: date) -> KitForm:
    enrolments = [one.enrolment for one in targets if one.enrolment is not None]
    kinds = Labels(on=on).piece_choices(enrolments, in_number=True)
    return DocumentForm(data, kinds=kinds, initial={"dated_on": on})


def _referent(data: Any, targets: Sequence[Target], on: date) -> KitForm:
    place = same_organisation(targets)
    workers = members(Organisation.objects.get(pk=place), on=on, role=RoleCode.CASEWORKER) if place else ()
    return MandateForm(data, caseworkers=[(one.pk, str(one)) for one in workers], initial={"start_on": on})


FORMS: dict[str, Maker] = {
    "rappel": lambda data, targets, on: RemindForm(data, initial={"remind_on": on + timedelta(days=7)}),
    "document": _document,
    "information": lambda data, targets, on: InformationForm(data, initial={"given_on": on}),
    "rendez-vous": lambda data, targets, on: AppointmentsForm(
        data, initial={"day": on + timedelta(days=1), "minutes": 45}
    ),
    "referent": _referent,
}
