"""Notes, one being typed, a document, questions to the CAF, addresses where persons agree to be written to, rules of reminders."""

from __future__ import annotations

from uuid import UUID

from jalons.casefile.caf_questions import ask_caf, note_caf_answer
from jalons.casefile.operations import change_note, file_document, keep_draft, write_note
from jalons.documents.paper import Paper, Paragraph
from jalons.documents.rendering import render
from jalons.exchange.messages.operations import set_reminder
from jalons.kernel.outbox import Channel
from jalons.people.models import ContactKind
from jalons.people.operations import agree_to_messages
from jalons.simulation.furnishing.stage import Stage, at

NOTES = (
    "Souhaite un poste le matin, pour aller chercher ses enfants à l’école. À revoir avec la mission mobilité.",
    "A apporté son CV ; il est à reprendre ensemble avant le forum de novembre.",
    "Appel de l’organisme de formation : une place se libère le 2 novembre. À lui proposer au prochain rendez-vous.",
)
DRAFT = "Entretien de ce matin : elle a visité l’atelier et veut y retourner"
BASIS = "Consentement noté dans le dossier"
EMAILS, MOBILES = 6, 4


def furnish(stage: Stage) -> None:
    """Write the notes and contacts of the first persons; reminders leave the eve by e-mail, two days before by SMS."""
    for one, text in zip(stage.some(0, 3), NOTES, strict=False):
        _note(stage, one.person_id, text)
    for one in stage.some(0, 1):
        keep_draft(
            actor=stage.referent,
            on=stage.on,
            now=at(stage.on, 9, 50),
            person_id=one.person_id,
            key=UUID(int=one.person_id),
            step=0,
            text=DRAFT,
        )
        file_document(
            actor=stage.referent,
            on=stage.on,
            person_id=one.person_id,
            raw=_cv(stage),
            name="cv.pdf",
            kind="cv",
            title="CV de septembre",
        )
    for rank, one in enumerate(stage.some(0, 2)):
        _question(stage, one.person_id, answered=rank == 0)
    _contacts(stage)
    for channel, days in ((Channel.EMAIL, 1), (Channel.SMS, 2)):
        set_reminder(
            actor=stage.data,
            on=stage.on,
            authority_id=stage.authority.pk,
            channel=channel,
            days_before=days,
            first_hour=9,
            last_hour=19,
            basis=BASIS,
        )


def _note(stage: Stage, person_id: int, text: str) -> None:
    """A note of last week, completed today: the first of the file shows two versions."""
    begun, _, rest = text.partition(". ")
    note = write_note(
        actor=stage.referent, on=stage.on, person_id=person_id, text=begun + ".", written_on=stage.day(-7)
    )
    if rest:
        change_note(
            actor=stage.referent, on=stage.on, note_id=note.pk, text=text, seen=note.version, now=at(stage.on, 9, 40)
        )


def _question(stage: Stage, person_id: int, *, answered: bool) -> None:
    asked = ask_caf(actor=stage.referent, on=stage.on, person_id=person_id, subject="resources", asked_on=stage.day(-8))
    if answered:
        note_caf_answer(actor=stage.referent, on=stage.on, question_id=asked.pk, answered_on=stage.day(-3))


def _contacts(stage: Stage) -> None:
    for rank, one in enumerate(stage.some(0, EMAILS)):
        # A domain and a range of numbers reserved for fiction: no message reaches anybody.
        agreed = [(ContactKind.EMAIL, f"personne{one.person_id}@example.org")]
        if rank < MOBILES:
            agreed.append(
                (ContactKind.MOBILE, f"06 39 98 {one.person_id % 10000 // 100:02d} {one.person_id % 100:02d}")
            )
        for kind, value in agreed:
            agree_to_messages(
                actor=stage.referent,
                on=stage.on,
                person_id=one.person_id,
                kind=kind,
                value=value,
                agreed_on=max(one.start_on, stage.day(-30)),
            )


def _cv(stage: Stage) -> bytes:
    paper = Paper(
        title="CV", day=stage.on, author=stage.house.name, blocks=(Paragraph("Document fictif de démonstration."),)
    )
    return render(paper)
