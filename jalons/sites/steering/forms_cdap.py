"""The forms of CDAP accesses: who holds one and since when, and its last day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from jalons.ui.forms import FrenchDateField, KitForm


class CdapAccessForm(KitForm):
    """An access the CAF opened to a professional. ``posts``: « organisation-user » → the name of the professional."""

    post = forms.ChoiceField(label="Professionnel", error_messages={"required": "Choisissez le professionnel."})
    start_on = FrenchDateField(label="Ouvert le", help_text="Le jour où la CAF l’a ouvert.")

    def __init__(self, *args: Any, posts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [("", "Choisir…"), *posts]  # type: ignore[attr-defined]


class CdapAccessEndForm(KitForm):
    """The last day an access was held."""

    last_day = FrenchDateField(label="Dernier jour")
