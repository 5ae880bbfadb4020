"""The form that sends a contract back to its author, for the organisation as for the authority (R-083)."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.pathways.reference import return_reasons
from jalons.ui.forms import KitForm


class ReturnForm(KitForm):
    """Why a contract goes back: reasons of the list, and words."""

    codes = forms.MultipleChoiceField(
        label="Ce qui manque", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    reasons = forms.CharField(
        label="Motifs du renvoi",
        required=False,
        help_text="Dites ce qui manque et ce qu’il faut écrire : l’auteur lira ces phrases.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = list(return_reasons().items())  # type: ignore[attr-defined]
