"""The door by which an authority writes the models of its letters."""

from __future__ import annotations

from datetime import date
from itertools import chain, count

from jalons.documents.letters.composing import LetterText, checked
from jalons.documents.letters.queries import shipped
from jalons.documents.models import LetterKind, LetterModel, LetterVersion
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.operations import system_user
from jalons.network.permissions import Permission, require

FIRST_CHANGE = "Texte livré avec Jalons"


@operation
def write_model(
    *, actor: User, on: date, authority_id: int, kind: LetterKind, name: str, text: LetterText
) -> LetterVersion:
    """Add a model to those of an authority. Refused: a name already taken, a mention that is not of this kind."""
    require(actor, Permission.LETTER_MODEL, on=on, authority_id=authority_id)
    name = " ".join(name.split())
    if not name:
        raise Refusal("Donnez un nom au modèle.", code="letter_model_name")
    if LetterModel.objects.filter(authority_id=authority_id, name=name).exists():
        raise Refusal("Un modèle porte déjà ce nom : donnez-en un autre.", code="letter_model_name_once")
    model = LetterModel.objects.create(authority_id=authority_id, kind=kind, name=name)
    return _version(model, 1, checked(text, kind), "Première version", actor, on)


@operation
def change_model(
    *, actor: User, on: date, model_id: int, seen: int, text: LetterText, change: str = ""
) -> LetterVersion:
    """Write the next version of a model. ``seen`` is the number of the version its writer started from.

    Refused: another version came in between (both texts are then shown to the writer), nothing changed, a model withdrawn.
    """
    model = _locked(actor, on, model_id)
    if model.withdrawn_on is not None:
        raise Refusal("Ce modèle est retiré : remettez-le en service pour le modifier.", code="letter_model_withdrawn")
    last = model.versions.order_by("number").last()
    assert last is not None
    if last.number != seen:
        raise Refusal(
            f"{last.written_by} a enregistré la version {last.number} pendant que vous écriviez. "
            "Votre texte est gardé ci-dessous : comparez, puis enregistrez à nouveau.",
            code="letter_version_number_once",
        )
    clean = checked(text, LetterKind(model.kind))
    if clean == LetterText(last.heading, last.body, last.sender, last.place, last.signatory):
        raise Refusal("Ce texte est celui de la version en service : rien n’a changé.", code="letter_version_same")
    return _version(model, last.number + 1, clean, change.strip(), actor, on)


@operation
def withdraw_model(*, actor: User, on: date, model_id: int) -> LetterModel:
    """Write no more letter with a model. Those written keep it."""
    model = _locked(actor, on, model_id)
    model.withdrawn_on = on
    model.save(update_fields=("withdrawn_on",))
    return model


@operation
def restore_model(*, actor: User, on: date, model_id: int) -> LetterModel:
    """Put a withdrawn model back in use."""
    model = _locked(actor, on, model_id)
    model.withdrawn_on = None
    model.save(update_fields=("withdrawn_on",))
    return model


@operation
def usual_version(*, actor: User, on: date, authority_id: int, kind: LetterKind) -> LetterVersion:
    """Return the version in use of the usual model of a kind; where none is in use, the shipped text becomes one.

    It is no decision of ``actor``: the system signs the version shipped. A model withdrawn stays so.
    """
    model = LetterModel.objects.filter(authority_id=authority_id, kind=kind, withdrawn_on__isnull=True)
    first = model.order_by("pk").first()
    if first is None:
        first, _ = LetterModel.objects.get_or_create(
            authority_id=authority_id, name=_free_name(authority_id, shipped(kind).name), defaults={"kind": kind}
        )
    last = first.versions.order_by("number").last()
    return last or _version(first, 1, shipped(kind).text, FIRST_CHANGE, system_user(), on)


def _free_name(authority_id: int, name: str) -> str:
    """Return ``name``, or ``name`` said to be the shipped text when a model (withdrawn, of another kind) has it."""
    taken = set(LetterModel.objects.filter(authority_id=authority_id).values_list("name", flat=True))
    others = (f"{name} (texte livré{f' {number}' if number > 1 else ''})" for number in count(1))
    return next(one for one in chain((name,), others) if one not in taken)


def _locked(actor: User, on: date, model_id: int) -> LetterModel:
    model = LetterModel.objects.select_for_update().get(pk=model_id)
    require(actor, Permission.LETTER_MODEL, on=on, authority_id=model.authority_id)
    return model


def _version(model: LetterModel, number: int, text: LetterText, change: str, writer: User, on: date) -> LetterVersion:
    return LetterVersion.objects.create(
        model=model,
        number=number,
        heading=text.heading,
        body=text.body,
        sender=text.sender,
        place=text.place,
        signatory=text.signatory,
        change=change,
        written_on=on,
        written_by=writer,
    )
