"""The two ways to sign a contract: hands on the screen, or the scan of the signed paper."""

from __future__ import annotations

from typing import Any

from django import forms

from jalons.documents.models import IdentityCheck, SignerKind
from jalons.pathways.operations import Drawn
from jalons.sites.desk.forms_received import PaperField
from jalons.ui.forms import FrenchDateField, KitForm

_CHECKS = [(one.value, one.label) for one in (IdentityCheck.KNOWN, IdentityCheck.IDENTITY_PAPER)]


class _OfDocumentForm(KitForm):
    """A form about the very bytes shown: their hash comes back with the answer."""

    sha256 = forms.CharField(widget=forms.HiddenInput())
    identity = forms.ChoiceField(
        label="Comment avez-vous vérifié l’identité de la personne ?",
        choices=_CHECKS,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment l’identité a été vérifiée."},
    )

    def identity_check(self) -> IdentityCheck:
        """Return how the identity of the person was checked."""
        return IdentityCheck(self.cleaned_data["identity"])


class ScreenSignatureForm(_OfDocumentForm):
    """The strokes of both sides, drawn on the pads of the page."""

    person = forms.CharField(required=False, widget=forms.HiddenInput(), strip=False)
    professional = forms.CharField(required=False, widget=forms.HiddenInput(), strip=False)

    def clean(self) -> dict[str, Any]:
        """Both pads hold a hand; the one that does not is named."""
        data = super().clean() or self.cleaned_data
        for name, words in (("person", "la personne accompagnée"), ("professional", "le professionnel")):
            if not data.get(name):
                self.add_error(None, f"Il manque une signature : {words} signe dans son cadre.")
        return data

    def hands(self) -> list[Drawn]:
        """Return the two hands; the professional is known by the session."""
        data = self.cleaned_data
        return [
            Drawn(SignerKind.BENEFICIARY, self.identity_check(), data["person"]),
            Drawn(SignerKind.PROFESSIONAL, IdentityCheck.ACCOUNT, data["professional"]),
        ]


class PaperSignatureForm(_OfDocumentForm):
    """The scan of the printed document, signed by hand, and the day written on it."""

    scan = PaperField(label="Papier signé", error_messages={"required": "Choisissez le fichier du papier signé."})
    signed_on = FrenchDateField(label="Signé le")
    both = forms.BooleanField(label="Le professionnel a signé aussi", required=False, initial=True)

    def signers(self) -> list[SignerKind]:
        """Return the sides that signed the paper."""
        sides = [SignerKind.BENEFICIARY]
        return [*sides, SignerKind.PROFESSIONAL] if self.cleaned_data["both"] else sides
