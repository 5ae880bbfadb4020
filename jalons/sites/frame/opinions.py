"""The opinion of a body, as typed: the three fields go together, on the form of a decision or on their own."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.pathways.models import Opinion
from jalons.pathways.operations import OpinionGiven
from jalons.pathways.reference import bodies
from jalons.ui.forms import FrenchDateField, KitForm

TOGETHER = {
    "opinion_body": "Dites quelle instance a donné l’avis.",
    "opinion_on": "Donnez la date de l’avis.",
    "opinion": "Dites le sens de l’avis.",
}


class OpinionFields(KitForm):
    """Which body, when, which opinion; all three or none."""

    opinion_body = forms.ChoiceField(label="Avis d’une instance", required=False)
    opinion_on = FrenchDateField(label="Avis du", required=False)
    opinion = forms.ChoiceField(label="Sens de l’avis", required=False, choices=[("", "Choisir…"), *Opinion.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opinion_body"].choices = [("", "Aucun avis"), *bodies().items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One field written asks for the two others."""
        data = super().clean() or self.cleaned_data
        if any(data.get(name) for name in TOGETHER):
            for name, sentence in TOGETHER.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return data

    def given(self) -> OpinionGiven | None:
        """Return the opinion written, None when there is none."""
        data = self.cleaned_data
        if not data.get("opinion_body"):
            return None
        return OpinionGiven(data["opinion_body"], data["opinion_on"], Opinion(data["opinion"]))


class OpinionForm(OpinionFields):
    """An opinion on its own: all three are asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sentence in TOGETHER.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = sentence
        self.fields["opinion_body"].choices = [("", "Choisir…"), *bodies().items()]  # type: ignore[attr-defined]
