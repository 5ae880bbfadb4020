"""The papers of a contract: which document was made of it, for what, and since when it no longer speaks for it (R-082, R-084)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from jalons.documents.models import Document
from jalons.kernel.history import tracked
from jalons.pathways.models.contracts import Contract


class PaperPurpose(models.TextChoices):
    """What a paper was made for."""

    SIGNATURE = "signature", "À signer"
    HANDED_OVER = "handed_over", "Exemplaire remis"


@tracked()
class ContractPaper(models.Model):
    """A document made of a contract. Its bytes never change; a contract that changes makes it void, and another is made."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="papers")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField("usage", max_length=12, choices=PaperPurpose.choices)
    words = models.CharField("empreinte du texte", max_length=64)  # without its day and its number: SHA-256
    voided_on = models.DateField("remplacé le", null=True)

    class Meta:
        verbose_name = "papier de contrat"
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "purpose"),
                condition=Q(voided_on__isnull=True),
                name="contract_paper_one_in_force",
                violation_error_message="Un document de ce contrat est déjà prêt.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="contract_paper_only_becomes_void",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.voided_on IS NOT NULL OR (NEW.contract_id, NEW.document_id, NEW.purpose, NEW.words) IS DISTINCT FROM "
                    "(OLD.contract_id, OLD.document_id, OLD.purpose, OLD.words) THEN RAISE EXCEPTION 'a paper only becomes void' "
                    "USING ERRCODE = 'integrity_constraint_violation', "
                    "HINT = 'Un document remplacé le reste : préparez-en un autre.'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.document})"
