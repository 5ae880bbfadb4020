"""The desk's forms about what is written and filed: notes, documents, their withdrawal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from jalons.casefile.kinds import kinds
from jalons.sites.desk.forms_received import SIZE, PaperField
from jalons.ui.forms import FrenchDateField, KitForm


class NoteForm(KitForm):
    """A note, its date, and which draft and version the page knows of."""

    text = forms.CharField(
        label="Note",
        strip=False,
        help_text="Des faits et des décisions. La personne peut lire son dossier ; rien sur la santé ni la vie privée.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Écrivez la note avant d’enregistrer."},
    )
    written_on = FrenchDateField(label="Date")
    key = forms.UUIDField(widget=forms.HiddenInput())
    step = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)


class DraftForm(KitForm):
    """What the page sends every few seconds: nothing is required, a date being typed is not one yet."""

    text = forms.CharField(required=False, strip=False)
    written_on = FrenchDateField(required=False)
    key = forms.UUIDField()
    step = forms.IntegerField(min_value=0)
    seen = forms.IntegerField(min_value=0)
    note = forms.UUIDField(required=False)


class WithdrawForm(KitForm):
    """Why something leaves the file, and the version that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, required=False)
    reason = forms.CharField(label="Motif du retrait", max_length=200)


class FileForm(KitForm):
    """A file received, what it is, the day written on it."""

    kind = forms.ChoiceField(label="Nature")
    file = PaperField(label="Fichier", help_text=f"PDF, JPEG ou PNG, {SIZE} Mo au plus. Aucun document médical.")
    dated_on = FrenchDateField(label="Daté du")
    title = forms.CharField(label="Intitulé", max_length=120, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput(), required=False, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choisir…"), *kinds().items()]  # type: ignore[attr-defined]
