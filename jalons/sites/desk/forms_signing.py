"""The two ways to sign a contract: hands on the screen, or the scan of the signed paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from jalons.documents.models import IdentityCheck, SignerKind
from jalons.documents.uploads import MOST_BYTES
from jalons.pathways.operations import Drawn
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

    scan = forms.FileField(
        label="Papier signé",
        help_text="PDF, JPEG ou PNG, 10 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        error_messages={
            "empty": "Ce fichier est vide : numérisez le papier à nouveau.",
            "required": "Choisissez le fichier du papier signé.",
        },
    )
    signed_on = FrenchDateField(label="Signé le")
    both = forms.BooleanField(label="Le professionnel a signé aussi", required=False, initial=True)

    def clean_scan(self) -> UploadedFile[Any]:
        """Refuse a file too large before it is read; its bytes are judged by the operation."""
        file: UploadedFile[Any] = self.cleaned_data["scan"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                f"Ce fichier dépasse {MOST_BYTES // 1024 // 1024} Mo : numérisez en noir et blanc ou à 150 points par pouce."
            )
        return file

    def signers(self) -> list[SignerKind]:
        """Return the sides that signed the paper."""
        sides = [SignerKind.BENEFICIARY]
        return [*sides, SignerKind.PROFESSIONAL] if self.cleaned_data["both"] else sides
