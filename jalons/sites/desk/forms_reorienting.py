"""The desk's forms about orientation: ask for another one, take the request back."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.pathways.grids import TYPES
from jalons.ui.forms import KitForm


class ReorientationForm(KitForm):
    """Why another orientation is asked for, and towards what."""

    cause = forms.ChoiceField(label="Cause")
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Des faits : rien sur la santé. La personne peut lire cette phrase.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    wanted_type = forms.ChoiceField(
        label="Accompagnement souhaité", required=False, choices=[("", "Sans avis"), *TYPES.items()]
    )

    def __init__(self, *args: Any, causes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [("", "Choisir…"), *causes]  # type: ignore[attr-defined]
