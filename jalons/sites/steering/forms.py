"""The steering forms. They read what was typed; rules are the operations' business."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.pathways.models import Channel
from jalons.ui.forms import FrenchDateField, KitForm


class ReasonForm(KitForm):
    """A decision and its reason."""

    reason = forms.CharField(label="Motif de la décision", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class OrientForm(ReasonForm):
    """Where one person goes, why, and how it was decided. The lines are shown by the page, with their places."""

    line = forms.TypedChoiceField(label="Offre", coerce=int, error_messages={"required": "Choisissez une offre."})
    channel = forms.ChoiceField(
        label="Comment la décision a été prise",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.BULK],
    )
    field_order = ("line", "reason", "channel")

    def __init__(self, *args: Any, lines: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines  # type: ignore[attr-defined]


class EnrolForm(KitForm):
    """The first day, and the référent unique for those who may name one."""

    start_on = FrenchDateField(label="Premier jour de l’accompagnement")
    caseworker = forms.TypedChoiceField(
        label="Référent unique",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="Il peut aussi être nommé plus tard, depuis le dossier.",
    )

    def __init__(self, *args: Any, caseworkers: list[tuple[int, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if caseworkers is None:
            del self.fields["caseworker"]
        else:
            self.fields["caseworker"].choices = [("", "Plus tard"), *caseworkers]  # type: ignore[attr-defined]
