"""Reads of the models of letters: those of an authority, what a version says, what is shipped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from jalons.documents.letters.composing import LetterText
from jalons.documents.letters.mentions import content
from jalons.documents.models import LetterKind, LetterModel, LetterVersion


@dataclass(frozen=True, slots=True)
class Shipped:
    """The first text of a kind of letter, before an authority writes its own."""

    name: str
    text: LetterText


def shipped(kind: LetterKind) -> Shipped:
    """Return the text shipped for a kind."""
    given = content()["models"][kind]
    text = LetterText(given["object"], given["body"].strip(), given.get("sender", "{{autorite.nom}}"))
    return Shipped(given["name"], text)


def text_of(version: LetterVersion) -> LetterText:
    """Return what a version says."""
    return LetterText(version.heading, version.body, version.sender, version.place, version.signatory)


def models_of(authority_ids: Collection[int]) -> QuerySet[LetterModel]:
    """Return the models of these authorities, each with the number and the day of its last version."""
    last = LetterVersion.objects.filter(model_id=OuterRef("pk")).order_by("-number")
    return (
        LetterModel.objects.filter(authority_id__in=authority_ids)
        .annotate(last_number=Subquery(last.values("number")[:1]), last_on=Subquery(last.values("written_on")[:1]))
        .select_related("authority")
        .order_by("authority__name", "kind", "withdrawn_on", "pk")
    )


def last_version(model_id: int) -> LetterVersion | None:
    """Return the version of a model in use, None for an unknown or withdrawn model."""
    return (
        LetterVersion.objects.filter(model_id=model_id, model__withdrawn_on__isnull=True)
        .select_related("model", "written_by")
        .order_by("number")
        .last()
    )
