"""The « bilan » of the end of an action read: its words, what it lacks, its paper, who signed it (R-132)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from jalons.documents.models import Signature
from jalons.network.models import User
from jalons.pathways.diagnosing import Given
from jalons.pathways.diagnosing import asked as questions_asked
from jalons.pathways.final_review_paper import PaperAttendee, ReviewText
from jalons.pathways.models import Enrolment, FinalReview, Mandate, Step, StepState
from jalons.pathways.queries.assessments import told
from jalons.pathways.rulebook import ActionRules, Shelf
from jalons.ui.french import typography

CERTIFIED = "certified"  # the end of a step with an attestation (reference list ``step_ends``)


class Skill(NamedTuple):
    """A skill acquired: what, shown by which of the rulebook's proofs, when."""

    label: str
    proof: str = ""
    proven_on: date | None = None


def review_rules(enrolment: Enrolment, *, on: date, shelf: Shelf | None = None) -> ActionRules:
    """Return the rules of the action that hold for its « bilan »: those of its last day once it is over."""
    day = on if enrolment.end_on is None else min(on, enrolment.end_on)
    return (shelf or Shelf()).rules_of(enrolment.action_code, on=day)


def review_of_enrolment(enrolment_id: int) -> FinalReview | None:
    """Return the « bilan » of an accompaniment with what its paper names, without bytes; None when it is not begun."""
    rows = FinalReview.objects.filter(enrolment=enrolment_id).select_related(
        "person", "enrolment__organisation", "enrolment__authority", "recorded_by", "piece__document"
    )
    return rows.defer("piece__document__raw").first()


def established_among(enrolments: Iterable[Enrolment]) -> set[int]:
    """Return which of these accompaniments have their « bilan » established, by their ids; one query."""
    rows = FinalReview.objects.filter(enrolment__in=list(enrolments), established_on__isnull=False)
    return set(rows.values_list("enrolment_id", flat=True))


def answers_given(review: FinalReview) -> dict[str, Given]:
    """Return question → answer; one query."""
    return {one.question: Given(one.words, tuple(one.codes), one.number) for one in review.answers.all()}


def skills_of(review: FinalReview) -> list[Skill]:
    """Return the skills in their order."""
    return [Skill(one.label, one.proof, one.proven_on) for one in review.skills.order_by("rank")]


def first_skills(enrolment_id: int, rules: ActionRules) -> list[Skill]:
    """Return what the pathway already shows: steps ended with a diploma or an attestation, in the order of their ends."""
    skills = rules.final_review.skills if rules.final_review else None
    if skills is None:
        return []
    known = {one.code for one in skills.proofs}
    rows = Step.objects.filter(Q(diploma_on__isnull=False) | Q(end_code=CERTIFIED), enrolment=enrolment_id)
    found = []
    for one in rows.exclude(state=StepState.CANCELLED).order_by("ended_on", "pk"):
        rule = rules.steps.get(one.kind)
        if rule is not None and rule.sensitive:
            continue
        proof = "training" if one.diploma_on else "attestation"
        label = one.label or (rule.label if rule else one.kind.replace("_", " "))
        found.append(Skill(label, proof if proof in known else "", one.diploma_on or one.ended_on))
    return found


def first_names(enrolment: Enrolment, user: User, *, on: date) -> dict[str, str]:
    """Return the name to propose for each who may take part: the person, the référent unique, who prescribed the action."""
    running = Q(end_on__isnull=True) | Q(end_on__gte=min(on, enrolment.end_on or on))
    mandates = Mandate.objects.filter(running, person=enrolment.person_id, start_on__lte=on).select_related(
        "caseworker"
    )
    lead = mandates.order_by("-start_on").first()
    elsewhere = lead if lead is not None and lead.organisation_id != enrolment.organisation_id else None
    decided = str(enrolment.orientation.decided_by) if enrolment.orientation is not None else ""
    return {
        "person": f"{enrolment.person.first_name} {enrolment.person.last_name}",
        "caseworker": str(lead.caseworker if lead is not None else user),
        "prescriber": str(elsewhere.caseworker) if elsewhere is not None else decided,
    }


def missing_in_review(review: FinalReview, rules: ActionRules) -> list[str]:
    """Return what a « bilan » lacks to be established, a sentence each; two queries."""
    asked = rules.final_review
    if asked is None:
        return ["Le cadre ne prévoit pas de bilan de fin pour cette action."]
    there = {one.who: one for one in review.attendees.all()}
    lacking = []
    for one in asked.attendees:
        seen = there.get(one.who)
        if seen is None or (not seen.present and not review.absence_reason):
            lacking.append(f"Le bilan se fait avec : {one.label}. Notez sa présence, ou pourquoi il manque quelqu’un.")
        elif seen.present and not seen.name:
            lacking.append(f"Il manque le nom : {one.label}.")
    answers = answers_given(review)
    unanswered = (one for one in questions_asked(asked, answers) if one.required and not answers.get(one.code))
    return [*lacking, *(f"Il manque : {one.label}." for one in unanswered)]


def text_of_review(review: FinalReview, rules: ActionRules, *, professional: str, on: date) -> ReviewText:
    """Return what the paper says on a day; the « bilan » comes from ``review_of_enrolment``. Three queries."""
    asked = rules.final_review
    assert asked is not None
    enrolment, answers = review.enrolment, answers_given(review)
    there = {one.who: one for one in review.attendees.all()}
    proofs = {one.code: one.label for one in asked.skills.proofs} if asked.skills else {}
    return ReviewText(
        title=typography(asked.label),
        day=on,
        person=f"{review.person.first_name} {review.person.last_name}",
        professional=professional,
        organisation=enrolment.organisation.name,
        authority=enrolment.authority.name,
        action=typography(rules.label or enrolment.action_code),
        entered_on=enrolment.start_on,
        left_on=enrolment.end_on,
        made_on=review.made_on,
        attendees=[
            PaperAttendee(typography(one.label), seen.name, seen.present)
            for one in asked.attendees
            if (seen := there.get(one.who)) is not None
        ],
        absence_reason=review.absence_reason,
        sections=[
            (
                typography(one.label),
                [(typography(each.label), told(each, answers.get(each.code))) for each in one.questions],
            )
            for one in asked.sections
        ],
        skills_label=typography(asked.skills.label) if asked.skills else "",
        skills=[(one.label, proofs.get(one.proof, ""), one.proven_on) for one in skills_of(review)]
        if asked.skills
        else None,
    )


def signatures_of(review: FinalReview) -> list[Signature]:
    """Return who signed the paper of an established « bilan », in order, without their bytes."""
    if review.piece is None:
        return []
    rows = Signature.objects.filter(document=review.piece.document_id).select_related("recorded_by", "scan")
    return list(rows.defer("scan__raw", "strokes").order_by("pk"))
