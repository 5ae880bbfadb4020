"""The forms of « Messages »: what to do with an unknown fate, and how an authority reminds."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.exchange.messages.operations import Decision
from jalons.kernel.outbox import Channel
from jalons.network.models import Authority
from jalons.ui.forms import KitForm

LONGEST, LAST_HOUR = 30, 24


class DecisionForm(KitForm):
    """What becomes of a message nobody knows the fate of."""

    decision = forms.ChoiceField(
        label="Que faire ?",
        widget=forms.RadioSelect,
        choices=[
            (Decision.AGAIN, "Renvoyer : la personne le recevra peut-être deux fois"),
            (Decision.SENT, "Considérer comme envoyé"),
            (Decision.NOT_SENT, "Considérer comme non envoyé, sans le renvoyer"),
        ],
        error_messages={"required": "Choisissez une réponse."},
    )
    reason = forms.CharField(
        label="Sur quoi repose la décision",
        max_length=300,
        help_text="Par exemple : vu au journal du serveur, ou vu avec l’organisme. N’écrivez aucun nom.",
    )


class ReminderForm(KitForm):
    """How long before, by which channel, at what hours, on what ground."""

    authority = forms.TypedChoiceField(label="Autorité", coerce=int)
    channel = forms.ChoiceField(label="Voie", choices=Channel.choices, widget=forms.RadioSelect)
    days_before = forms.IntegerField(label="Jours avant le rendez-vous", min_value=1, max_value=LONGEST)
    first_hour = forms.IntegerField(label="Première heure d’envoi", min_value=0, max_value=LAST_HOUR - 1)
    last_hour = forms.IntegerField(label="Heure où l’envoi s’arrête", min_value=1, max_value=LAST_HOUR)
    basis = forms.CharField(
        label="Fondement", max_length=200, help_text="La décision ou le texte sur lequel repose ce réglage."
    )

    def __init__(self, *args: Any, authorities: list[Authority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["authority"]
        field.choices = [(one.pk, one.name) for one in authorities]
        if len(authorities) == 1:
            field.initial = authorities[0].pk
            field.widget = forms.HiddenInput()
