"""The « bilan » of the end of an action: written with the person, established as a document of the file, signed (R-132)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jalons.documents.models import Document, IdentityCheck, Signature, SignerKind
from jalons.documents.operations import keep_paper
from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.diagnosing import Given, check_answers
from jalons.pathways.final_review_paper import paper_of
from jalons.pathways.models import (
    AcquiredSkill,
    Enrolment,
    ExitState,
    FinalReview,
    FinalReviewAnswer,
    FinalReviewAttendee,
    Piece,
)
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations._signing import Drawn, sign_with_hands, sign_with_scan
from jalons.pathways.queries.final_reviews import (
    Skill,
    answers_given,
    missing_in_review,
    review_of_enrolment,
    review_rules,
    skills_of,
    text_of_review,
)
from jalons.pathways.rules import require_during, require_not_after
from jalons.rulebooks.schema.final_review import FinalReview as Asked

KIND = "final_review"  # of the document, for lists of what is kept
SCAN = "signed_final_review"


@dataclass(frozen=True, slots=True)
class Attended:
    """Whether one of those the rulebook wants was there, and the name."""

    name: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class ReviewContent:
    """All that a « bilan » says: by quality who was there, by question the answer, the skills in their order."""

    made_on: date
    attendees: Mapping[str, Attended] = field(default_factory=dict)
    absence_reason: str = ""
    answers: Mapping[str, Given] = field(default_factory=dict)
    skills: Sequence[Skill] = ()


class FinalReviewChanged(Refusal):
    """Somebody saved another text of this « bilan » since it was read; ``review`` is as it stands now."""

    def __init__(self, review: FinalReview) -> None:
        super().__init__(
            "Ce bilan a été modifié entre-temps. Voici les deux textes : rien n’est perdu.", code="final_review_changed"
        )
        self.review = review


@operation
def write_final_review(
    *, actor: User, on: date, enrolment_id: int, content: ReviewContent, seen: int = 0
) -> FinalReview:
    """Write the « bilan » of an accompaniment, or write it again while it is not established; it may stay incomplete.

    ``seen`` is the version that was in front of the writer, 0 when nothing was written yet. Raises ``FinalReviewChanged``
    when another text stands now. The same text sent twice is answered with what stands.
    Refused: an action whose rulebook has none, a heading or a proof it does not know, a day before the accompaniment.
    Race: two savings wait for each other on the person; the second reads what the first wrote.
    """
    enrolment = open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    asked = _asked(enrolment, on=on)
    _check(content, asked, enrolment, on=on)
    review = FinalReview.objects.filter(enrolment=enrolment).first()
    if review is None:
        review = FinalReview(enrolment=enrolment, person_id=enrolment.person_id, recorded_by=actor, version=0)
    _require_not_established(review)
    if review.pk is not None and _compared(content_of(review)) == _compared(content):
        return review
    if review.version != seen:
        raise FinalReviewChanged(review)
    review.version += 1
    review.made_on, review.absence_reason = content.made_on, content.absence_reason.strip()
    review.save()
    _write_rows(review, content)
    return review


@operation
def establish_final_review(*, actor: User, on: date, enrolment_id: int) -> FinalReview:
    """Make the paper of the « bilan » and put it in the file, where the rulebook awaits it. Refused while it is incomplete."""
    review = _opened(actor, enrolment_id, on=on)
    _require_not_established(review)
    rules = review_rules(review.enrolment, on=on)
    lacking = missing_in_review(review, rules)
    if lacking or rules.final_review is None:
        raise Refusal(f"Avant d’établir le bilan : {' '.join(lacking)}", code="final_review_incomplete")
    text = text_of_review(review, rules, professional=str(actor), on=on)
    document = keep_paper(actor=actor, on=on, paper=paper_of(text), kind=KIND)
    review.piece = Piece.objects.create(
        enrolment_id=enrolment_id,
        person_id=review.person_id,
        kind=rules.final_review.piece,
        dated_on=review.made_on,
        document=document,
        recorded_by=actor,
    )
    review.established_on = on
    review.save(update_fields=["piece", "established_on"])
    touch(days={review.made_on})
    return review


@operation
def reopen_final_review(*, actor: User, on: date, enrolment_id: int) -> FinalReview:
    """Take the paper back to correct the « bilan »; refused once somebody signed it, or an exit is confirmed (R-128)."""
    review = _opened(actor, enrolment_id, on=on)
    piece = _established(review)
    if review.enrolment.exits.filter(state=ExitState.CONFIRMED).exists():
        raise Refusal(
            "Une sortie a été confirmée sur ce dossier, et ce bilan y compte comme pièce : annulez-la avant de le rouvrir.",
            code="piece_of_exit",
        )
    if Signature.objects.filter(document=piece.document_id).exists():
        raise Refusal("Ce bilan est signé : il ne change plus.", code="final_review_signed")
    review.piece, review.established_on = None, None
    review.save(update_fields=["piece", "established_on"])
    touch(days={piece.dated_on})
    piece.delete()
    return review


@operation
def sign_final_review_on_screen(
    *, actor: User, on: date, enrolment_id: int, sha256: str, hands: Iterable[Drawn]
) -> FinalReview:
    """Record the hands of both sides under the paper whose hash was shown."""
    review = _opened(actor, enrolment_id, on=on)
    sign_with_hands(_shown(review, sha256), hands, actor=actor, on=on, sha256=sha256)
    return review


@operation
def sign_final_review_on_paper(
    *,
    actor: User,
    on: date,
    enrolment_id: int,
    sha256: str,
    scan: bytes,
    signed_on: date,
    identity_check: IdentityCheck,
    signers: Iterable[SignerKind] = (SignerKind.BENEFICIARY, SignerKind.PROFESSIONAL),
) -> FinalReview:
    """Keep the scan of the printed « bilan », signed by hand."""
    review = _opened(actor, enrolment_id, on=on)
    sign_with_scan(
        _shown(review, sha256),
        scan,
        actor=actor,
        on=on,
        kind=SCAN,
        signed_on=signed_on,
        identity_check=identity_check,
        signers=signers,
    )
    return review


def _asked(enrolment: Enrolment, *, on: date) -> Asked:
    asked = review_rules(enrolment, on=on).final_review
    if asked is None:
        raise Refusal("Le cadre ne prévoit pas de bilan de fin pour cette action.", code="final_review_not_planned")
    return asked


def _check(content: ReviewContent, asked: Asked, enrolment: Enrolment, *, on: date) -> None:
    require_not_after(content.made_on, on=on, what="Le bilan")
    require_during(enrolment, content.made_on, what="Le bilan", also_after=True)
    unknown = set(content.attendees) - {one.who for one in asked.attendees}
    if unknown:
        known = ", ".join(f"« {one.label} »" for one in asked.attendees)
        raise Refusal(f"Ce bilan se fait avec : {known}.", code="final_review_attendee")
    check_answers(asked, content.answers)
    if content.skills and asked.skills is None:
        raise Refusal("Ce bilan ne demande pas les acquis.", code="final_review_skills")
    proofs = {one.code for one in asked.skills.proofs} if asked.skills else set()
    for skill in content.skills:
        if not skill.label.strip():
            raise Refusal("Un acquis dit ce qui a été appris.", code="acquired_skill_has_words")
        if skill.proof and skill.proof not in proofs:
            raise Refusal("Choisissez dans la liste ce qui atteste cet acquis.", code="final_review_proof")


def content_of(review: FinalReview) -> ReviewContent:
    """Return what a « bilan » says; three queries."""
    there = {one.who: Attended(one.name, one.present) for one in review.attendees.all()}
    return ReviewContent(review.made_on, there, review.absence_reason, answers_given(review), skills_of(review))


def _compared(content: ReviewContent) -> tuple[object, ...]:
    """What a « bilan » says as two texts of it compare."""
    return (
        content.made_on,
        {who: (one.name.strip(), one.present) for who, one in content.attendees.items()},
        content.absence_reason.strip(),
        {code: (one.words.strip(), tuple(one.codes), one.number) for code, one in content.answers.items() if one},
        [(one.label.strip(), one.proof, one.proven_on) for one in content.skills],
    )


def _write_rows(review: FinalReview, content: ReviewContent) -> None:
    for rows in (review.attendees, review.answers, review.skills):
        rows.all().delete()
    FinalReviewAttendee.objects.bulk_create(
        FinalReviewAttendee(review=review, who=who, name=one.name.strip(), present=one.present)
        for who, one in content.attendees.items()
    )
    FinalReviewAnswer.objects.bulk_create(
        FinalReviewAnswer(
            review=review, question=code, words=one.words.strip(), codes=list(one.codes), number=one.number
        )
        for code, one in content.answers.items()
        if one
    )
    AcquiredSkill.objects.bulk_create(
        AcquiredSkill(review=review, rank=rank, label=one.label.strip(), proof=one.proof, proven_on=one.proven_on)
        for rank, one in enumerate(content.skills, 1)
    )


def _opened(actor: User, enrolment_id: int, *, on: date) -> FinalReview:
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.SITUATION_WRITE)
    review = review_of_enrolment(enrolment_id)
    if review is None:
        raise Refusal("Ce bilan n’est pas encore écrit.", code="final_review_not_written")
    return review


def _require_not_established(review: FinalReview) -> None:
    if review.established_on is not None:
        raise Refusal(
            f"Ce bilan est établi depuis le {review.established_on:%d/%m/%Y} : rouvrez-le pour le corriger.",
            code="final_review_established",
        )


def _established(review: FinalReview) -> Piece:
    if review.piece is None:
        raise Refusal("Ce bilan n’est pas établi : son document n’existe pas encore.", code="final_review_draft")
    return review.piece


def _shown(review: FinalReview, sha256: str) -> Document:
    document = _established(review).document
    assert document is not None
    if document.sha256 != sha256:
        raise Refusal(
            "Le bilan a changé depuis que ce document a été affiché : relisez-le, puis signez.",
            code="signature_other_document",
        )
    return document
