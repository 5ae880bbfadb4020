"""The forms of « Courriers »: which model, by which way; the text of a model; why a letter is cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from jalons.documents.letters.composing import LONGEST_BODY, LetterText
from jalons.documents.models import LetterModel
from jalons.exchange.letters.waiting import Waiting
from jalons.network.models import Authority
from jalons.ui.forms import KitForm

USUAL = ""


class SendingForm(KitForm):
    """How the letters previewed are written."""

    model = forms.TypedChoiceField(label="Modèle", coerce=int, required=False, empty_value=None)
    by_email = forms.BooleanField(
        label="Par courriel aux personnes qui l’ont accepté",
        required=False,
        help_text="Les autres reçoivent du papier.",
    )

    def __init__(self, *args: Any, models: Iterable[LetterModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["model"]
        field.choices = [(one.pk, one.name) for one in models] or [(USUAL, "Texte livré avec Jalons")]


class CancelForm(KitForm):
    """Why."""

    reason = forms.CharField(
        label="Pourquoi ce courrier est annulé", max_length=200, help_text="Par exemple : date du rendez-vous changée."
    )


class ModelForm(KitForm):
    """The text of a model. ``seen`` is the version its writer started from."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sender = forms.CharField(
        label="Expéditeur",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="En haut à gauche : le service et son adresse, une ligne par ligne.",
    )
    place = forms.CharField(label="Fait à", required=False, max_length=60)
    heading = forms.CharField(label="Objet", max_length=160)
    body = forms.CharField(
        label="Texte",
        max_length=LONGEST_BODY * 2,  # the operation says the limit, with the length typed
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Une ligne vide sépare deux paragraphes. « # » commence un titre, « - » une liste, « > » une ligne de l’encadré.",
    )
    signatory = forms.CharField(label="Signataire", required=False, max_length=160)
    subject = forms.TypedChoiceField(
        label="Aperçu pour",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="Rien n’est écrit à cette personne.",
    )

    def __init__(self, *args: Any, persons: Sequence[Waiting] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [(one.subject_id, f"{one.person.full_name}, {one.what}") for one in persons]
        field: Any = self.fields["subject"]
        field.choices = [("", "Une personne d’exemple"), *shown]

    def text(self) -> LetterText:
        """Return the text typed."""
        data = self.cleaned_data
        return LetterText(data["heading"], data["body"], data["sender"], data["place"], data["signatory"])


class NewModelForm(ModelForm):
    """A new model: its authority and its name come first."""

    authority = forms.TypedChoiceField(label="Autorité", coerce=int)
    name = forms.CharField(label="Nom du modèle", max_length=80)
    field_order = ("authority", "name")

    def __init__(self, *args: Any, authorities: list[Authority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["authority"]
        field.choices = [(one.pk, one.name) for one in authorities]
        if len(authorities) == 1:
            field.initial = authorities[0].pk
            field.widget = forms.HiddenInput()


class ChangeModelForm(ModelForm):
    """A new version: what changes is said in a few words."""

    change = forms.CharField(label="Ce qui change", required=False, max_length=200)
