"""The steering forms. They read what was typed; rules are the operations' business."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.agreements.models import ReportKind
from jalons.pathways.models import Channel
from jalons.sites.frame.opinions import OpinionFields
from jalons.ui.forms import FrenchDateField, KitForm


class ReasonForm(KitForm):
    """A decision and its reason."""

    reason = forms.CharField(label="Motif de la décision", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class OrientForm(OpinionFields, ReasonForm):
    """Where one person goes, why, how it was decided, and the opinion that came before (R-042).

    The lines are shown by the page, with their places.
    """

    line = forms.TypedChoiceField(label="Offre", coerce=int, error_messages={"required": "Choisissez une offre."})
    channel = forms.ChoiceField(
        label="Comment la décision a été prise",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.BULK],
    )
    beside = forms.BooleanField(
        label="Positionner en plus : l’orientation en cours continue",
        required=False,
        help_text="L’accompagnement dans cette action commence aujourd’hui.",
    )
    begins = forms.BooleanField(label="L’accompagnement commence aujourd’hui", required=False)
    caseworker = forms.TypedChoiceField(
        label="Référent unique, nommé aujourd’hui",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="Un professionnel de l’organisme choisi : l’accompagnement commence alors aujourd’hui.",
    )
    field_order = (
        "line",
        "reason",
        "channel",
        "opinion_body",
        "opinion_on",
        "opinion",
        "beside",
        "begins",
        "caseworker",
    )

    def __init__(
        self,
        *args: Any,
        lines: list[tuple[int, str]],
        caseworkers: list[tuple[str, Any]] | None = None,
        oriented: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        if not oriented:
            del self.fields["beside"]
        if caseworkers is None:
            del self.fields["caseworker"]
        else:
            self.fields["caseworker"].choices = [("", "Plus tard"), *caseworkers]  # type: ignore[attr-defined]


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


CLOSE, MAINTAIN = "clore", "maintenir"


class ClosureForm(KitForm):
    """Close on a day, or maintain up to a day; maintaining is offered to those who may."""

    decision = forms.ChoiceField(label="Décision", widget=forms.RadioSelect)
    last_day = FrenchDateField(label="Dernier jour d’accompagnement", required=False, help_text="Pour une clôture.")
    until = FrenchDateField(
        label="Maintenu jusqu’au", required=False, help_text="Pour un maintien ; vide : sans terme."
    )
    reason = forms.CharField(label="Motif de la décision", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, may_maintain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(CLOSE, "Clore l’accompagnement")]
        if may_maintain:
            choices.append((MAINTAIN, "Maintenir au-delà des droits et devoirs"))
        else:
            del self.fields["until"]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A date not asked is a date not given."""
        data = super().clean() or self.cleaned_data
        data.setdefault("until", None)
        return data


class ReceivedForm(KitForm):
    """The day a report came."""

    received_on = FrenchDateField(label="Reçu le")


class ReportForm(ReceivedForm):
    """Which report came: for which line, of which kind, about which month or year."""

    line = forms.TypedChoiceField(label="Ligne", coerce=int)
    kind = forms.ChoiceField(label="Rapport", choices=ReportKind.choices)
    month = forms.ChoiceField(
        label="Période", help_text="Pour un bilan annuel ou financier, n’importe quel mois de l’année."
    )
    field_order = ("line", "kind", "month", "received_on")

    def __init__(self, *args: Any, lines: list[tuple[int, str]], months: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        self.fields["month"].choices = months  # type: ignore[attr-defined]
