"""Information given to the person: rights and duties, risks, declarations to make (R-060, R-061, R-151), adhesion (R-020)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.models import Enrolment, Information, InformationKind
from jalons.pathways.operations._door import open_enrolment, open_enrolments
from jalons.pathways.reference import told
from jalons.pathways.rulebook import Shelf
from jalons.pathways.rules import require_during, require_not_after


@dataclass(frozen=True, slots=True)
class NewInformation:
    """What was told on a day, and the documents handed over."""

    enrolment_id: int
    kind: str  # of InformationKind, or of the list of the rulebook of the action
    given_on: date
    documents: str = ""


@operation
def record_informations(*, actor: User, on: date, informations: Collection[NewInformation]) -> list[Information]:
    """Write many informations at once, each with the words that are said (R-060)."""
    enrolments = open_enrolments(
        actor, {one.enrolment_id for one in informations}, on=on, permission=Permission.SITUATION_WRITE
    )
    words = _words(enrolments, on=on)
    for one in informations:
        if one.kind not in words[one.enrolment_id]:
            raise Refusal("Cette information n’est pas dans la liste de l’action.", code="information_unknown")
        require_not_after(one.given_on, on=on, what="L’information")
        require_during(enrolments[one.enrolment_id], one.given_on, what="L’information")
    rows = Information.objects.bulk_create(
        [
            Information(
                enrolment_id=one.enrolment_id,
                person_id=enrolments[one.enrolment_id].person_id,
                kind=one.kind,
                given_on=one.given_on,
                documents=one.documents.strip(),
                told=words[one.enrolment_id][one.kind],
                recorded_by=actor,
            )
            for one in informations
        ],
        batch_size=2000,
    )
    touch(days={one.given_on for one in informations})
    return rows


@operation
def give_information(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    kinds: Collection[str],
    given_on: date,
    documents: str = "",
) -> list[Information]:
    """Say what was told to one person on a day: one kind or several at once."""
    if not kinds:
        raise Refusal("Dites ce qui a été expliqué : cochez au moins une information.", code="information_nothing")
    news = [NewInformation(enrolment_id, str(kind), given_on, documents) for kind in kinds]
    return record_informations(actor=actor, on=on, informations=news)


@operation
def withdraw_information(*, actor: User, on: date, information_id: int) -> None:
    """Take back an information written by mistake; the history keeps it."""
    enrolment_id = Information.objects.values_list("enrolment_id", flat=True).get(pk=information_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    row = Information.objects.get(pk=information_id)
    touch(days={row.given_on})
    row.delete()


def _words(enrolments: Mapping[int, Enrolment], *, on: date) -> dict[int, dict[str, str]]:
    """Return enrolment → kind → what is said, for the kinds everybody is told and those of the rulebook of the action."""
    shelf, everywhere = Shelf(), {kind.value: told().get(kind, "") for kind in InformationKind}
    found = {}
    for pk, enrolment in enrolments.items():
        listed = shelf.rules_of(enrolment.action_code, on=on).contract.told
        found[pk] = everywhere | {item.code: item.said for item in (listed.items if listed else ())}
    return found
