"""The forms of « Échanges »: files that come in, and who is who."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from jalons.network.models import Authority
from jalons.ui.forms import FrenchDateField, KitForm

MOST_CAF_BYTES = 64 * 1024 * 1024  # what a request reads in reasonable time; larger files go through the command line
MOST_TABLE_BYTES = 8 * 1024 * 1024


class FileForm(KitForm):
    """A file for one authority; which one is not asked when there is only one."""

    authority = forms.TypedChoiceField(label="Autorité", coerce=int)
    file = forms.FileField(
        label="Fichier",
        error_messages={"empty": "Ce fichier est vide. Vérifiez l’envoi.", "required": "Choisissez un fichier."},
    )
    most_bytes = MOST_CAF_BYTES
    too_large = "Ce fichier dépasse {size} Mo. Importez-le avec la commande « jalons import caf »."

    def __init__(self, *args: Any, authorities: list[Authority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["authority"]
        field.choices = [(one.pk, one.name) for one in authorities]
        if len(authorities) == 1:
            field.initial = authorities[0].pk
            field.widget = forms.HiddenInput()

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what a request could not read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > self.most_bytes:
            raise forms.ValidationError(self.too_large.format(size=self.most_bytes // 1024 // 1024))
        return file


class TableForm(FileForm):
    """A table of agreements: its name, and the dates of the lines that give none."""

    most_bytes = MOST_TABLE_BYTES
    too_large = "Ce tableau dépasse {size} Mo. Coupez-le en plusieurs fichiers."
    dataset = forms.CharField(
        label="Nom du tableau",
        max_length=40,
        help_text="Le même nom met à jour le même tableau, par exemple annexe2_2020.",
    )
    start_on = FrenchDateField(label="Conventions du")
    end_on = FrenchDateField(label="Au")


class IdentityForm(KitForm):
    """Who the person of the file is."""

    choice = forms.ChoiceField(
        label="Qui est cette personne ?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]
