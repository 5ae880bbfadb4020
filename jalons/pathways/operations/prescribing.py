"""Offers of places, answers of providers, and what some kinds of steps have beside (R-105, R-108, R-109, R-114)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jalons.kernel.operation import operation, touch
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.models import Organisation, User
from jalons.network.permissions import Permission, require
from jalons.pathways.models import (
    ApplicationResult,
    Immersion,
    ImmersionPurpose,
    JobApplication,
    Step,
    StepAnswer,
    StepOffer,
    StepSource,
    StepState,
)
from jalons.pathways.operations._door import open_enrolment
from jalons.pathways.operations._places import require_a_place
from jalons.pathways.operations.steps import cancel_step, position, refuse_words
from jalons.pathways.rulebook import Shelf
from jalons.pathways.rules import require_not_after

REFUSED = "refused"  # the reason of the list when the provider says no
OPEN = (StepState.PROPOSED, StepState.POSITIONED)


@operation
def open_offer(
    *,
    actor: User,
    on: date,
    organisation_id: int,
    provider: str,
    kind: str,
    label: str,
    source: StepSource = StepSource.PROGRAMME,
    places: int | None = None,
    start_on: date | None = None,
    end_on: date | None = None,
    territory_id: int | None = None,
    weekly_hours: Decimal | None = None,
    contact: str = "",
) -> StepOffer:
    """Write an offer that all the organisations of the authority may prescribe: who gives it, what, when, how many places.

    ``organisation_id`` is where the actor works; ``places`` None when they are not counted. ``contact``: how to answer it,
    printed for the persons (R-114). Refused on a kind of step that
    takes no free text: the name of the provider or of the offer would say something of health (R-106).
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    require(actor, Permission.STEP_WRITE, on=on, organisation_id=organisation_id)
    if not provider.strip() or not label.strip():
        raise Refusal("Une offre dit l’organisme et l’intitulé.", code="offer_without_name")
    sensitive = Shelf().sensitive_kinds().get(kind)
    if sensitive is not None:
        raise Refusal(
            f"L’étape « {sensitive} » ne porte pas de texte libre : elle se propose sans offre.", code="step_sensitive"
        )
    if places is not None and places < 1:
        raise Refusal(
            "Une offre a au moins une place ; laissez vide si elles ne sont pas comptées.", code="offer_places"
        )
    if start_on is not None and end_on is not None and end_on < start_on:
        raise Refusal("La fin ne peut pas précéder le début.", code="step_offer_dates_ordered")
    if territory_id is not None and not organisation.authority.territories.filter(pk=territory_id).exists():
        raise Refusal("Ce territoire n’est pas de cette autorité.", code="offer_territory")
    named = Organisation.objects.filter(authority=organisation.authority_id, name__iexact=provider.strip()).first()
    return StepOffer.objects.create(
        authority_id=organisation.authority_id,
        organisation=named,
        provider=provider.strip(),
        kind=kind,
        label=label.strip(),
        source=source,
        places=places,
        start_on=start_on,
        end_on=end_on,
        territory_id=territory_id,
        weekly_hours=weekly_hours,
        contact=contact.strip(),
        written_for=organisation,
        opened_on=on,
        recorded_by=actor,
    )


@operation
def close_offer(*, actor: User, on: date, offer_id: int, organisation_id: int) -> StepOffer:
    """Take an offer away from new prescriptions; those made stay. Only the organisation for which it was written may.

    Refused: an offer closed already, a day before it was opened.
    """
    offer = StepOffer.objects.select_for_update().get(pk=offer_id)
    require(actor, Permission.STEP_WRITE, on=on, organisation_id=organisation_id)
    if offer.written_for_id != organisation_id:
        raise NotAllowed("L’organisme qui a écrit cette offre peut la fermer.", code="offer_of_another")
    if offer.closed_on is not None:
        raise Refusal(f"Cette offre est fermée depuis le {offer.closed_on:%d/%m/%Y}.", code="offer_closed")
    if on < offer.opened_on:
        raise Refusal(
            f"Cette offre a été ouverte le {offer.opened_on:%d/%m/%Y} : elle ne se ferme pas avant.",
            code="step_offer_closed_after_opened",
        )
    offer.closed_on = on
    offer.save(update_fields=["closed_on"])
    return offer


@operation
def prescribe(
    *, actor: User, on: date, step_id: int, offer_id: int | None = None, day: date | None = None, operator: str = ""
) -> Step:
    """Position the person on a step, on an offer or with an operator named: it waits for the answer (R-109).

    A full offer may still be asked: its provider keeps a waiting list, and only « accepted » takes a place.
    """
    if offer_id is None:
        return position(actor=actor, on=on, step_id=step_id, day=day, operator=operator.strip() or None)
    offer = StepOffer.objects.get(pk=offer_id)
    step = position(actor=actor, on=on, step_id=step_id, day=day)
    if offer.authority_id != step.enrolment.authority_id:
        raise Refusal("Cette offre est celle d’une autre autorité.", code="offer_of_another")
    if offer.kind != step.kind:
        raise Refusal("Cette offre est d’une autre nature que l’étape.", code="offer_of_another_kind")
    if offer.closed_on is not None and offer.closed_on <= on:
        raise Refusal("Cette offre est fermée.", code="offer_closed")
    refuse_words(step, offer.provider, on=on)
    step.offer, step.source, step.operator = offer, offer.source, offer.provider
    step.planned_end_on = step.planned_end_on or offer.end_on
    step.save()
    return step


@operation
def answer_step(
    *, actor: User, on: date, step_id: int, answer: StepAnswer, day: date | None = None, reason: str = ""
) -> Step:
    """Write what the provider answered: a refusal ends the step, an acceptance takes a place, else she waits (R-109)."""
    step = _step(actor, step_id, on=on)
    require_not_after(day or on, on=on, what="La réponse")
    if step.state != StepState.POSITIONED:
        raise Refusal("Une réponse se note sur une étape prescrite qui n’a pas commencé.", code="answer_not_asked")
    if step.positioned_on is not None and (day or on) < step.positioned_on:
        raise Refusal(
            f"La réponse vient après la prescription du {step.positioned_on:%d/%m/%Y}.", code="answer_before_question"
        )
    if answer == StepAnswer.ACCEPTED:
        require_a_place(step)
    Step.objects.filter(pk=step.pk).update(answer=answer, answered_on=day or on)
    if answer == StepAnswer.REFUSED:
        return cancel_step(actor=actor, on=on, step_id=step.pk, end_code=REFUSED, reason=reason)
    step.refresh_from_db()
    return step


@operation
def agree_to_step(*, actor: User, on: date, step_id: int, agreed_on: date) -> Step:
    """Write the day the person agreed to a step (R-109)."""
    step = _step(actor, step_id, on=on)
    require_not_after(agreed_on, on=on, what="L’accord de la personne")
    step.agreed_on = agreed_on
    step.save(update_fields=["agreed_on"])
    return step


@operation
def describe_immersion(
    *,
    actor: User,
    on: date,
    step_id: int,
    host: str,
    purpose: ImmersionPurpose,
    occupation: str = "",
    agreed_on: date | None = None,
) -> Immersion:
    """Write, or correct, the company side of a work situation: where, for what, and the agreement signed (R-105)."""
    step = _step(actor, step_id, on=on)
    if not host.strip():
        raise Refusal("Une mise en situation dit l’entreprise d’accueil.", code="immersion_without_host")
    refuse_words(step, f"{host}{occupation}", on=on)
    if agreed_on is not None:
        require_not_after(agreed_on, on=on, what="La signature de la convention")
    made, _ = Immersion.objects.update_or_create(
        step=step,
        defaults={
            "host": host.strip(),
            "purpose": purpose,
            "occupation": occupation.strip(),
            "agreed_on": agreed_on,
        },
    )
    return made


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application to an offer of employment, at any point of its life."""

    employer: str
    title: str
    reference: str = ""
    prepared_on: date | None = None
    sent_on: date | None = None
    interview_on: date | None = None
    result: ApplicationResult | None = None
    result_on: date | None = None


@operation
def describe_application(*, actor: User, on: date, step_id: int, facts: ApplicationFacts) -> JobApplication:
    """Write, or correct, where an application stands: offer, preparation, sending, interview, result (R-114)."""
    step = _step(actor, step_id, on=on)
    if not facts.employer.strip() or not facts.title.strip():
        raise Refusal("Un positionnement dit l’employeur et le poste.", code="application_without_offer")
    refuse_words(step, f"{facts.employer}{facts.title}{facts.reference}", on=on)
    for day, what in (
        (facts.prepared_on, "La préparation"),
        (facts.sent_on, "L’envoi"),
        (facts.result_on, "Le résultat"),
    ):
        if day is not None:
            require_not_after(day, on=on, what=what)
    if facts.interview_on is not None and facts.sent_on is not None and facts.interview_on < facts.sent_on:
        raise Refusal("L’entretien vient après l’envoi de la candidature.", code="application_interview_after_sending")
    made, _ = JobApplication.objects.update_or_create(
        step=step,
        defaults={
            "employer": facts.employer.strip(),
            "title": facts.title.strip(),
            "reference": facts.reference.strip(),
            "prepared_on": facts.prepared_on,
            "sent_on": facts.sent_on,
            "interview_on": facts.interview_on,
            "result": facts.result or "",
            "result_on": (facts.result_on or on) if facts.result else None,
        },
    )
    return made


def _step(actor: User, step_id: int, *, on: date) -> Step:
    enrolment_id = Step.objects.values_list("enrolment_id", flat=True).get(pk=step_id)
    open_enrolment(actor, enrolment_id, on=on, permission=Permission.STEP_WRITE)
    step = Step.objects.select_related("enrolment").get(pk=step_id)
    touch(days={step.positioned_on or on})
    return step
