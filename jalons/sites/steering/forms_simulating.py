"""What a simulation asks: the rulebook replaced, the day, and from when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from jalons.ui.forms import FrenchDateField, KitForm


class SimulateForm(KitForm):
    """Sent by GET: the address tells the whole question."""

    contre = forms.ChoiceField(label="À la place de")
    le = FrenchDateField(label="Situation au", help_text="Les dossiers sont lus comme ils sont, à cette date.")
    depuis = FrenchDateField(
        label="Appliqué à partir du", required=False, help_text="Vide : comme s’il s’était toujours appliqué."
    )

    def __init__(self, *args: Any, against: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contre"].choices = list(against)  # type: ignore[attr-defined]
