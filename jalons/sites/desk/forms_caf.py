"""The desk's forms about questions to the CAF: asked on a subject of the list, answered on a day. No free text (R-044)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from jalons.casefile.caf_questions import subjects
from jalons.ui.forms import FrenchDateField, KitForm


class CafQuestionForm(KitForm):
    """A question asked through the « boîte de dialogue »."""

    subject = forms.ChoiceField(label="Sujet", error_messages={"required": "Choisissez le sujet."})
    asked_on = FrenchDateField(label="Posée le")
    key = forms.UUIDField(widget=forms.HiddenInput(), required=False, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", "Choisir…"), *subjects().items()]  # type: ignore[attr-defined]


class CafAnswerForm(KitForm):
    """The day the answer was received."""

    answered_on = FrenchDateField(label="Réponse reçue le")
