"""Questions to the CAF through its « boîte de dialogue », kept as contacts of the file (R-044): the writes and the reads.

Dates, a subject of the list and who: no word of the question or of the answer, so that nothing of the CAF's file is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import yaml
from django.db.models import QuerySet

from jalons.casefile.models import CafQuestion
from jalons.casefile.permissions import require_change
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.people.permissions import require_reach

LIST = Path(__file__).parent / "content" / "caf_subjects.yaml"


@cache
def subjects() -> Mapping[str, str]:
    """Return code → label, in the order of the list."""
    return {one["code"]: one["label"] for one in yaml.safe_load(LIST.read_text(encoding="utf-8"))["subjects"]}


@operation
def ask_caf(
    *, actor: User, on: date, person_id: int, subject: str, asked_on: date, key: UUID | None = None
) -> CafQuestion:
    """Note that the CAF was asked something about a person. ``key``: that of the form, so that sent twice it is noted once.

    Refused: a subject out of the list, a day to come.
    """
    require_reach(actor, person_id, on=on, permission=Permission.NOTE_WRITE)
    if subject not in subjects():
        raise Refusal("Choisissez le sujet dans la liste.", code="caf_subject_unknown")
    if asked_on > on:
        raise Refusal("La date ne peut pas être dans le futur.", code="dated_in_the_future")
    fields = {"person_id": person_id, "subject": subject, "asked_on": asked_on, "asked_by": actor}
    # Race: the second sending waits on the unique key, then reads the first's question.
    question, new = CafQuestion.objects.get_or_create(key=key or uuid4(), defaults=fields)
    if not new and any(getattr(question, name) != value for name, value in fields.items()):
        question = CafQuestion.objects.create(**fields)
    return question


@operation
def note_caf_answer(*, actor: User, on: date, question_id: int, answered_on: date) -> CafQuestion:
    """Note the day the answer of the CAF was received, or correct it; neither to come nor before the question."""
    question = CafQuestion.objects.select_for_update().get(pk=question_id)
    require_reach(actor, question.person_id, on=on, permission=Permission.NOTE_WRITE)
    if answered_on > on:
        raise Refusal("La date ne peut pas être dans le futur.", code="dated_in_the_future")
    if answered_on < question.asked_on:
        raise Refusal(
            f"La question est du {question.asked_on:%d/%m/%Y} : la réponse ne peut pas la précéder.",
            code="caf_question_answered_after_asked",
        )
    question.answered_on, question.answer_noted_by = answered_on, actor
    question.save(update_fields=["answered_on", "answer_noted_by"])
    return question


@operation
def withdraw_caf_question(*, actor: User, on: date, question_id: int) -> None:
    """Take back a question noted by mistake; the history keeps it."""
    question = CafQuestion.objects.select_for_update().get(pk=question_id)
    require_reach(actor, question.person_id, on=on, permission=Permission.NOTE_WRITE)
    require_change(actor, question.asked_by_id, question.person_id, on=on, permission=Permission.NOTE_WRITE)
    question.delete()


def questions_of(person_id: int) -> QuerySet[CafQuestion]:
    """Return the questions asked to the CAF about a person, newest first."""
    rows = CafQuestion.objects.filter(person_id=person_id).select_related("asked_by", "answer_noted_by")
    return rows.order_by("-asked_on", "-pk")


def question_of(person_id: int, key: UUID) -> CafQuestion | None:
    """Return one question about a person by its key, None when there is none."""
    return questions_of(person_id).filter(key=key).first()
