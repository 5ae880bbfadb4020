"""The forms of « Cadres »: a rulebook to propose, its examples, the decision that adopts it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from jalons.rulebooks.yaml_nodes import MAX_BYTES
from jalons.ui.forms import FrenchDateField, KitForm

_EMPTY = {"empty": "Ce fichier est vide. Vérifiez l’envoi.", "required": "Choisissez un fichier."}
_ABOVE = f"Ce fichier dépasse {MAX_BYTES // 1024} Ko : un cadre tient en moins. Vérifiez que c’est le bon fichier."


def _small(upload: UploadedFile[Any] | None) -> UploadedFile[Any] | None:
    if upload is not None and (upload.size or 0) > MAX_BYTES:
        raise forms.ValidationError(_ABOVE)
    return upload


class ProposeForm(KitForm):
    """A rulebook file and, if there is one, its file of examples."""

    file = forms.FileField(label="Fichier du cadre (YAML)", error_messages=_EMPTY)
    examples = forms.FileField(
        label="Fichier d’exemples (YAML)",
        required=False,
        help_text="Rejoués à chaque ouverture de la proposition ; vous pouvez les ajouter plus tard.",
        error_messages=_EMPTY,
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        """Refuse what is far too big to be a rulebook."""
        return _small(self.cleaned_data["file"])

    def clean_examples(self) -> UploadedFile[Any] | None:
        """Refuse what is far too big to be examples."""
        return _small(self.cleaned_data["examples"])


class ExamplesForm(KitForm):
    """The file of examples of a proposal."""

    examples = forms.FileField(label="Fichier d’exemples (YAML)", error_messages=_EMPTY)

    def clean_examples(self) -> UploadedFile[Any] | None:
        """Refuse what is far too big to be examples."""
        return _small(self.cleaned_data["examples"])


class AdoptForm(KitForm):
    """The decision: its date, and the sentence one agrees to."""

    decided_on = FrenchDateField(
        label="Date de la décision", help_text="La date de la délibération ou de l’arrêté qui adopte ce cadre."
    )
    confirmed = forms.BooleanField(
        label="J’ai relu ce cadre et je l’adopte",
        error_messages={"required": "Cochez la case pour adopter ce cadre."},
    )
