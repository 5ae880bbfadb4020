"""The form that receives the table of an organisation; its columns and words have pages of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from jalons.network.models import Organisation
from jalons.ui.forms import KitForm

MOST_BYTES = 8 * 1024 * 1024


class MovingForm(KitForm):
    """Whose table it is, the name under which its columns are kept, the file."""

    organisation = forms.ModelChoiceField(
        label="Organisme",
        queryset=Organisation.objects.none(),
        empty_label="Choisir un organisme",
        error_messages={"required": "Choisissez l’organisme à qui est ce tableau."},
    )
    name = forms.CharField(
        label="Nom du tableau",
        max_length=60,
        help_text="Le même nom retrouve les colonnes déjà reliées, par exemple « Suivi des participants ».",
    )
    file = forms.FileField(
        label="Fichier",
        help_text="XLSX, ODS ou CSV, tel que l’organisme le tient.",
        error_messages={"empty": "Ce fichier est vide. Vérifiez l’envoi.", "required": "Choisissez un fichier."},
    )
    sheet = forms.CharField(
        label="Feuille", required=False, max_length=120, help_text="À remplir si le classeur en a plusieurs."
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what a request could not read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                f"Ce tableau dépasse {MOST_BYTES // 1024 // 1024} Mo. Coupez-le en plusieurs fichiers."
            )
        return file
