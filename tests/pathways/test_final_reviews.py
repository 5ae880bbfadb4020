"""The « bilan » at the end of an action of the Nord: its contents by the rulebook, its paper, its hands (R-132)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from jalons.documents.models import IdentityCheck, SignerKind
from jalons.documents.queries import bytes_of
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.diagnosing import Given
from jalons.pathways.final_review_paper import paper_of
from jalons.pathways.models import Destination, EndReason, Enrolment, FinalReview, Piece, Step
from jalons.pathways.operations import (
    Attended,
    Drawn,
    FinalReviewChanged,
    NewStep,
    ReviewContent,
    confirm_exit,
    end_enrolment,
    establish_final_review,
    propose_exit,
    record_steps,
    reopen_final_review,
    reverse_exit,
    sign_final_review_on_paper,
    sign_final_review_on_screen,
    withdraw_piece,
    write_final_review,
)
from jalons.pathways.queries.final_reviews import (
    Skill,
    answers_given,
    first_names,
    first_skills,
    missing_in_review,
    review_of_enrolment,
    review_rules,
    signatures_of,
    text_of_review,
)
from jalons.pathways.queries.leaving import papers_of
from tests.documents.pictures import PNG
from tests.worlds import World

pytestmark = [pytest.mark.req("R-132"), pytest.mark.usefixtures("rulebooks")]
ON = date(2020, 6, 30)
HAND = "M10 10 L300 150 L590 20"
SKILLS = (Skill("Conduite d’une débroussailleuse", "attestation", date(2020, 6, 12)), Skill("Lecture d’un plan"))
CONTENT = ReviewContent(
    made_on=date(2020, 6, 26),
    attendees={"person": Attended("Camille Martin"), "caseworker": Attended("Anne Roux")},
    answers={
        "her_view": Given("J’ai appris un métier."),
        "plan_followed": Given("Permis B obtenu."),
        "trainings": Given("Taille douce, 70 heures."),
        "exit_project": Given("Ouvrière paysagiste."),
        "next_contact": Given("Pôle emploi, le 6 juillet."),
    },
    skills=SKILLS,
)


def followed(world: World, action: str = "nord_iv_aci") -> Enrolment:
    line = world.place(action_code=action, framework_code="nord_2019_2021")
    return world.enrolled(line=line, caseworker=world.caseworker)


def common(world: World, enrolment: Enrolment) -> dict[str, Any]:
    return {"actor": world.caseworker, "on": ON, "enrolment_id": enrolment.pk}


def established(world: World, enrolment: Enrolment, content: ReviewContent = CONTENT) -> FinalReview:
    write_final_review(**common(world, enrolment), content=content)
    return establish_final_review(**common(world, enrolment))


@pytest.mark.parametrize(
    ("action", "label", "who", "skills"),
    [
        ("nord_iv_aci", "Bilan à l’issue du parcours", ("person", "caseworker"), True),
        ("nord_v_freins", "Bilan en fin d’action", ("person", "caseworker"), False),
        ("nord_vi2_collectif", "Bilan de sortie d’action", ("person", "prescriber"), False),
    ],
)
def test_the_rulebook_says_with_whom_and_whether_skills_are_asked(
    world: World, action: str, label: str, who: tuple[str, ...], skills: bool
) -> None:
    asked = review_rules(followed(world, action), on=ON).final_review
    assert asked is not None
    assert (asked.label, tuple(one.who for one in asked.attendees), asked.skills is not None) == (label, who, skills)
    if asked.skills is not None:
        assert {"attestation", "vae"} <= {one.code for one in asked.skills.proofs}
    assert asked.citation


def test_established_it_is_an_accessible_pdf_in_the_file_and_answers_what_the_exit_awaits(world: World) -> None:
    enrolment = followed(world)
    leaving = propose_exit(**common(world, enrolment), exited_on=ON, destination=Destination.OTHER_ACTION)
    awaited = next(one for one in papers_of(leaving) if "final_review" in one.paper.kinds)
    assert awaited.missing
    review = established(world, enrolment)
    awaited = next(one for one in papers_of(leaving) if "final_review" in one.paper.kinds)
    assert awaited.piece == review.piece
    assert review.piece is not None
    assert (review.piece.dated_on, review.established_on) == (date(2020, 6, 26), ON)
    assert review.piece.document is not None
    pdf = pikepdf.open(io.BytesIO(bytes_of(review.piece.document)))
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfuaid:part"]) == ("2", "1")


def test_the_paper_tells_who_was_there_what_was_said_and_the_skills(world: World) -> None:
    enrolment = followed(world)
    write_final_review(**common(world, enrolment), content=CONTENT)
    review = review_of_enrolment(enrolment.pk)
    assert review is not None
    text = text_of_review(review, review_rules(enrolment, on=ON), professional="Anne Roux", on=ON)
    blocks = paper_of(text).blocks
    assert [one.text for one in blocks if one.block == "heading"] == [
        "Fait avec", "Le parcours", "La suite", "Acquis valorisés", "Signatures",
    ]  # fmt: skip
    table = next(one for one in blocks if one.block == "table")
    assert table.rows == (
        ("Conduite d’une débroussailleuse", "Attestation de compétences", "12/06/2020"),
        ("Lecture d’un plan", "–", "–"),
    )
    said = dict(row for one in blocks if one.block == "facts" for row in one.rows)
    assert said["Ce que la personne en dit"] == "J’ai appris un métier."
    assert said["La personne"] == "Camille Martin"
    assert text_of_review(review, review_rules(enrolment, on=ON), professional="Anne Roux", on=ON) == text


def test_what_lacks_is_named_and_an_absence_says_why(world: World) -> None:
    enrolment = followed(world, "nord_vi2_collectif")
    given = common(world, enrolment)
    answers = {"participation": Given("Six séances."), "effects": Given("Elle sort davantage."),
               "next_steps": Given("Atelier cuisine.")}  # fmt: skip
    there = {"person": Attended("Camille Martin"), "prescriber": Attended("Hana Simon", present=False)}
    write_final_review(**given, content=ReviewContent(ON, there, answers=answers))
    with pytest.raises(Refusal, match="Le prescripteur de l’action") as refused:
        establish_final_review(**given)
    assert "Ce que la personne en dit" in refused.value.sentence
    assert not Piece.objects.exists()
    answers |= {"her_view": Given("J’ai rencontré du monde.")}
    write_final_review(**given, content=ReviewContent(ON, there, "Invitée deux fois, en congé", answers), seen=1)
    review = establish_final_review(**given)
    text = text_of_review(review, review_rules(enrolment, on=ON), professional="Anne Roux", on=ON)
    assert [(one.label, one.present) for one in text.attendees][1] == ("Le prescripteur de l’action", False)
    assert missing_in_review(review, review_rules(enrolment, on=ON)) == []


def test_it_is_made_after_the_end_too_by_the_rules_of_the_last_day(world: World) -> None:
    enrolment = followed(world)
    last = {"last_day": date(2020, 5, 29), "reason": EndReason.EXIT}
    end_enrolment(actor=world.head, on=date(2020, 5, 29), enrolment_id=enrolment.pk, **last)
    assert established(world, enrolment).piece is not None


def test_an_action_without_it_has_none_and_nobody_else_writes_it(world: World) -> None:
    with pytest.raises(Refusal, match="ne prévoit pas de bilan"):
        write_final_review(**common(world, world.enrolled(caseworker=world.caseworker)), content=CONTENT)
    enrolment = followed(world)
    with pytest.raises(NotAllowed):
        write_final_review(actor=world.stranger, on=ON, enrolment_id=enrolment.pk, content=CONTENT)
    with pytest.raises(Refusal, match="pas encore écrit"):
        establish_final_review(**common(world, enrolment))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (ReviewContent(date(2020, 7, 1)), "pas encore arrivé"),
        (ReviewContent(date(2019, 12, 1)), "hors de cet accompagnement"),
        (ReviewContent(ON, {"prescriber": Attended("X")}), "se fait avec"),
        (ReviewContent(ON, answers={"sign": Given("Lion")}), "n’a pas cette question"),
        (ReviewContent(ON, skills=(Skill("Soudure", "diplôme maison"),)), "ce qui atteste"),
        (ReviewContent(ON, skills=(Skill(" "),)), "ce qui a été appris"),
    ],
)
def test_what_the_rulebook_does_not_know_is_refused(world: World, content: ReviewContent, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        write_final_review(**common(world, followed(world)), content=content)
    assert not FinalReview.objects.exists()


def test_skills_are_refused_where_they_are_not_asked(world: World) -> None:
    content = ReviewContent(ON, skills=(Skill("Soudure"),))
    with pytest.raises(Refusal, match="ne demande pas les acquis"):
        write_final_review(**common(world, followed(world, "nord_v_freins")), content=content)


def test_established_it_changes_only_once_reopened_and_signed_never(world: World) -> None:
    enrolment = followed(world)
    given = common(world, enrolment)
    review = established(world, enrolment)
    with pytest.raises(Refusal, match="rouvrez-le"):
        write_final_review(**given, content=CONTENT)
    assert review.piece is not None
    with pytest.raises(Refusal, match="rouvrez le bilan"):
        withdraw_piece(actor=world.caseworker, on=ON, piece_id=review.piece_id)
    reopen_final_review(**given)
    assert not Piece.objects.exists()
    review = established(world, enrolment)
    assert review.piece is not None
    assert review.piece.document is not None
    hands = [
        Drawn(SignerKind.BENEFICIARY, IdentityCheck.KNOWN, HAND),
        Drawn(SignerKind.PROFESSIONAL, IdentityCheck.ACCOUNT, HAND),
    ]
    with pytest.raises(Refusal, match="a changé"):
        sign_final_review_on_screen(**given, sha256="0" * 64, hands=hands)
    sign_final_review_on_screen(**given, sha256=review.piece.document.sha256, hands=hands)
    assert [one.signer for one in signatures_of(review)] == ["beneficiary", "professional"]
    with pytest.raises(Refusal, match="est signé"):
        reopen_final_review(**given)


def test_it_may_be_signed_on_paper_by_a_scan(world: World) -> None:
    enrolment = followed(world)
    review = established(world, enrolment)
    assert review.piece is not None
    assert review.piece.document is not None
    given = common(world, enrolment) | {"sha256": review.piece.document.sha256, "scan": PNG}
    with pytest.raises(Refusal, match="signé avant"):
        sign_final_review_on_paper(**given, signed_on=date(2020, 6, 1), identity_check=IdentityCheck.KNOWN)
    sign_final_review_on_paper(**given, signed_on=ON, identity_check=IdentityCheck.KNOWN)
    assert {one.means for one in signatures_of(review)} == {"paper"}


def test_names_and_skills_are_proposed_from_what_is_known(world: World) -> None:
    enrolment = followed(world)
    steps = [
        NewStep(enrolment.pk, "training", date(2020, 3, 2), label="Taille douce", started_on=date(2020, 3, 2),
                ended_on=date(2020, 5, 29), end_code="certified"),
        NewStep(enrolment.pk, "training", date(2020, 3, 2), label="Anglais", started_on=date(2020, 3, 2),
                ended_on=date(2020, 5, 29), end_code="done"),
    ]  # fmt: skip
    record_steps(actor=world.caseworker, on=ON, steps=steps)
    assert Step.objects.count() == 2
    rules = review_rules(enrolment, on=ON)
    assert first_skills(enrolment.pk, rules) == [Skill("Taille douce", "attestation", date(2020, 5, 29))]
    names = first_names(enrolment, world.head, on=ON)
    assert names["person"] == f"{enrolment.person.first_name} {enrolment.person.last_name}"
    assert names["caseworker"] == str(world.caseworker)
    assert names["prescriber"] == str(world.orientation_officer)


def test_the_database_holds_that_an_established_one_has_its_paper(world: World) -> None:
    enrolment = followed(world)
    review = write_final_review(**common(world, enrolment), content=CONTENT)
    with pytest.raises(IntegrityError, match="final_review_established_has_its_paper"), transaction.atomic():
        FinalReview.objects.filter(pk=review.pk).update(established_on=ON)


@pytest.mark.req("R-128")
def test_it_stays_with_an_exit_that_is_confirmed(world: World) -> None:
    enrolment = followed(world)
    review = established(world, enrolment)
    leaving = propose_exit(**common(world, enrolment), exited_on=ON, destination=Destination.OTHER_ACTION)
    confirm_exit(actor=world.head, on=ON, exit_id=leaving.pk)
    with pytest.raises(Refusal, match="sortie a été confirmée") as refused:
        reopen_final_review(**common(world, enrolment))
    assert refused.value.code == "piece_of_exit"
    assert Piece.objects.filter(pk=review.piece_id).exists()
    reverse_exit(actor=world.head, on=ON, exit_id=leaving.pk, reason="Erreur de personne")
    reopen_final_review(**common(world, enrolment))
    assert not Piece.objects.exists()


def test_of_two_who_write_it_the_second_is_told_and_nothing_is_lost(world: World) -> None:
    enrolment = followed(world)
    given = common(world, enrolment)
    answers = {**CONTENT.answers, "her_view": Given("Je veux un CDI.")}
    theirs, mine = CONTENT, replace(CONTENT, answers=answers)
    write_final_review(**given | {"actor": world.head}, content=theirs)
    with pytest.raises(FinalReviewChanged, match="les deux textes") as told:
        write_final_review(**given, content=mine)
    assert told.value.review.version == 1
    kept = review_of_enrolment(enrolment.pk)
    assert kept is not None
    assert answers_given(kept) == theirs.answers
    assert write_final_review(**given, content=theirs).version == 1  # the same text sent twice
    assert write_final_review(**given, content=mine, seen=1).version == 2
    with pytest.raises(FinalReviewChanged):
        write_final_review(**given | {"actor": world.head}, content=theirs, seen=1)
