"""The form of where a person agrees to be written to."""

from __future__ import annotations

from django import forms

from jalons.people.models import ContactKind
from jalons.ui.forms import FrenchDateField, KitForm


class ContactForm(KitForm):
    """An address or a number, and the day of the agreement."""

    kind = forms.ChoiceField(label="Par quelle voie", choices=ContactKind.choices, widget=forms.RadioSelect)
    value = forms.CharField(
        label="Adresse ou numéro",
        max_length=254,
        help_text="Par exemple nom@exemple.fr, ou 06 12 34 56 78.",
        widget=forms.TextInput(attrs={"data-guard": "off"}),
    )
    agreed_on = FrenchDateField(label="Accord donné le")
