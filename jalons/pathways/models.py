"""Orientation, enrolment, mandates of référents, contracts, steps, jobs and exits of a person."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.kernel.periods import DateRange

USER = settings.AUTH_USER_MODEL


def _by(verbose: str = "par", *, null: bool = False) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=verbose, null=null)


def _dates_ordered(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
        name=name,
        violation_error_message="La fin ne peut pas précéder le début.",
    )


class Channel(models.TextChoices):
    """How an orientation was decided (R-027)."""

    INDIVIDUAL = "individual", "Individuelle"
    INFORMATION_SESSION = "information_session", "Information collective"
    BULK = "bulk", "En nombre"


@tracked()
class Orientation(models.Model):
    """A decision that sends a person to an organisation and action (R-027). A re-orientation closes the former."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="orientations")
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="orientations")
    line = models.ForeignKey("agreements.AgreementLine", on_delete=models.PROTECT, related_name="orientations")
    action_code = models.CharField("action", max_length=60)
    accompaniment_type = models.CharField("type", max_length=16)  # employment, activity, professional
    channel = models.CharField("canal", max_length=20, choices=Channel.choices, default=Channel.INDIVIDUAL)
    preflag = models.CharField("pré-fléchage CAF", max_length=40, blank=True)  # advisory only
    proposed_by = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("décidée le")
    decided_by = _by("décidée par")
    reason = models.CharField("motif", max_length=300)
    subject_since = models.DateField(null=True)  # start of droits et devoirs at the decision, for the delay (S-08)
    closed_on = models.DateField("close le", null=True)
    closed_by = _by("close par", null=True)
    closed_reason = models.CharField(max_length=300, blank=True)
    batch = models.UUIDField(null=True)  # the bulk decision it belongs to, for its receipt

    class Meta:
        verbose_name = "orientation"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_by__isnull=True)
                | Q(closed_on__isnull=False, closed_by__isnull=False),
                name="orientation_closed_when_and_by_whom",
                violation_error_message="Une orientation close dit quand et par qui.",
            ),
            models.UniqueConstraint(
                fields=("person", "authority"),
                condition=Q(closed_on__isnull=True),
                name="orientation_one_in_force",
                violation_error_message="Cette personne a déjà une orientation en cours : faites une réorientation.",
            ),
        ]
        indexes = [models.Index(fields=("person", "decided_on"), name="orientation_timeline")]


class EndReason(models.TextChoices):
    """Why an enrolment ended (R-121)."""

    EXIT = "exit", "Sortie de l’action"
    REORIENTATION = "reorientation", "Réorientation"
    RIGHTS_ENDED = "rights_ended", "Fin de droits"
    CANCELLED = "cancelled", "Inscription annulée"


@tracked()
class Enrolment(models.Model):
    """A stay of a person in the places of one line. Dates and action stay inside the line's, also after an amendment."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="enrolments")
    line = models.ForeignKey("agreements.AgreementLine", on_delete=models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="enrolments")
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="+")
    action_code = models.CharField("action", max_length=60)
    orientation = models.ForeignKey(Orientation, on_delete=models.PROTECT, null=True, related_name="enrolments")
    start_on = models.DateField("entrée")
    end_on = models.DateField("dernier jour", null=True)
    end_reason = models.CharField("motif de fin", max_length=16, choices=EndReason.choices, blank=True)
    ended_by = _by("terminée par", null=True)

    class Meta:
        verbose_name = "inscription"
        constraints = [
            _dates_ordered("enrolment_dates_ordered"),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(end_on__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="enrolment_end_when_why_by_whom",
                violation_error_message="La fin d’une inscription dit quand, pourquoi et par qui.",
            ),
            ExclusionConstraint(
                name="enrolment_no_overlap_in_action",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("action_code", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne est déjà inscrite dans cette action à ces dates.",
            ),
        ]
        indexes = [
            models.Index(fields=("line", "start_on"), name="enrolment_places_in_use"),
            models.Index(fields=("organisation", "end_on"), name="enrolment_of_organisation"),
        ]


@tracked()
class Mandate(models.Model):
    """A period as référent unique: one person has one at any date (R-046)."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="mandates")
    caseworker = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="mandates", verbose_name="référent")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, related_name="mandates")
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)
    named_by = _by("nommé par")
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "mandat de référent unique"
        constraints = [
            _dates_ordered("mandate_dates_ordered"),
            ExclusionConstraint(
                name="mandate_one_lead_caseworker",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un référent unique suit déjà cette personne à ces dates.",
            ),
        ]
        indexes = [models.Index(fields=("caseworker", "end_on"), name="mandate_portfolio")]


@tracked()
class EnrolmentProfessional(models.Model):
    """Another professional on an enrolment, beside the référent unique: coach, référent adossé, health professional…"""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="professionals")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField("rôle", max_length=40)
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)

    class Meta:
        verbose_name = "autre professionnel"
        constraints = [_dates_ordered("professional_dates_ordered")]


@tracked()
class Pause(models.Model):
    """A « veille » or suspension of an enrolment (R-142)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pauses")
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)
    reason = models.CharField("motif", max_length=300)
    decided_by = _by("décidée par")

    class Meta:
        verbose_name = "veille"
        constraints = [
            _dates_ordered("pause_dates_ordered"),
            ExclusionConstraint(
                name="pause_no_overlap",
                expressions=[
                    ("enrolment", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une veille est déjà notée à ces dates.",
            ),
        ]


class ProposalState(models.TextChoices):
    """What a human answered to a proposed closure."""

    OPEN = "open", "À décider"
    CLOSED = "closed", "Accompagnement clos"
    MAINTAINED = "maintained", "Accompagnement maintenu"
    WITHDRAWN = "withdrawn", "Sans objet"


@tracked()
class ClosureProposal(models.Model):
    """The rights of a person ended: the system proposes to close or to maintain, a human decides (R-026)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="closure_proposals")
    ended_on = models.DateField("fin de droits et devoirs")
    proposed_on = models.DateField("proposée le")
    cause = models.CharField(max_length=40)  # duties_ended, household_left, mutation, missing_from_file…
    state = models.CharField(max_length=12, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_on = models.DateField(null=True)
    decided_by = _by("décidée par", null=True)
    until = models.DateField("maintenu jusqu’au", null=True)
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "proposition de clôture"
        constraints = [
            models.UniqueConstraint(
                fields=("enrolment", "ended_on"),
                name="closure_once",
                violation_error_message="Cette fin de droits est déjà proposée.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "withdrawn"))
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
                name="closure_decided_when_why_by_whom",
                violation_error_message="Clore ou maintenir demande une date, un auteur et un motif.",
            ),
        ]


class ContractKind(models.TextChoices):
    """The contractual frame; its label is given by the rulebook (C-33)."""

    ENGAGEMENT = "engagement", "Contrat d’engagements"
    PPAE = "ppae", "PPAE"
    PLIE = "plie", "Contrat d’engagement PLIE"


class ContractState(models.TextChoices):
    """States of a contract (R-083); the table of transitions is in ``contracts/rules.py``."""

    DRAFT = "draft", "Brouillon"
    SIGNED = "signed", "Signé"
    SUBMITTED = "submitted", "À valider"
    RETURNED = "returned", "Renvoyé"
    VALIDATED = "validated", "Validé"
    HANDED_OVER = "handed_over", "Remis"
    CANCELLED = "cancelled", "Annulé"


@tracked()
class Contract(models.Model):
    """A contract of an enrolment; validated ⇒ signed, handed over ⇒ validated, dates in that order (R-076…R-084)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="contracts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="contracts")
    kind = models.CharField("nature", max_length=12, choices=ContractKind.choices, default=ContractKind.ENGAGEMENT)
    rank = models.PositiveSmallIntegerField("numéro")
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="renewal")
    state = models.CharField("état", max_length=12, choices=ContractState.choices, default=ContractState.DRAFT)
    start_on = models.DateField("début")
    end_on = models.DateField("fin")
    her_words = models.TextField("ce que je veux", blank=True)
    previous_review = models.TextField("bilan du contrat précédent", blank=True)
    signed_on = models.DateField("signé le", null=True)
    submitted_on = models.DateField("première transmission le", null=True)
    validated_on = models.DateField("validé le", null=True)
    validated_by = _by("validé par", null=True)
    handed_over_on = models.DateField("remis le", null=True)
    handed_over_by = _by("remis par", null=True)
    drafted_by = _by("rédigé par")

    class Meta:
        verbose_name = "contrat"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")),
                name="contract_dates_ordered",
                violation_error_message="Le contrat ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(validated_on__isnull=True) | Q(signed_on__isnull=False, validated_on__gte=F("signed_on")),
                name="contract_validated_implies_signed",
                violation_error_message="Un contrat se valide après sa signature.",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_on__isnull=True)
                | Q(validated_on__isnull=False, handed_over_on__gte=F("validated_on")),
                name="contract_handed_over_implies_validated",
                violation_error_message="Un contrat se remet après sa validation.",
            ),
            models.CheckConstraint(
                condition=Q(validated_on__isnull=True, validated_by__isnull=True)
                | Q(validated_on__isnull=False, validated_by__isnull=False),
                name="contract_validated_when_and_by_whom",
                violation_error_message="La validation dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=("validated", "handed_over")) & Q(validated_on__isnull=False))
                | (Q(state__in=("draft", "signed", "submitted", "returned")) & Q(validated_on__isnull=True))
                | Q(state="cancelled"),
                name="contract_state_fits_dates",
                violation_error_message="L’état du contrat ne correspond pas à ses dates.",
            ),
            models.UniqueConstraint(
                fields=("enrolment", "kind", "rank"),
                condition=~Q(state="cancelled"),
                name="contract_rank_once",
                violation_error_message="Un contrat porte déjà ce numéro.",
            ),
            ExclusionConstraint(
                name="contract_no_overlap_in_force",
                expressions=[
                    ("enrolment", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=("validated", "handed_over")),
                violation_error_message="Un contrat validé couvre déjà une partie de ces dates.",
            ),
        ]
        indexes = [models.Index(fields=("person", "start_on"), name="contract_timeline")]


class Horizon(models.TextChoices):
    """The three horizons of objectives (R-079)."""

    SHORT = "short", "Court terme"
    MEDIUM = "medium", "Moyen terme"
    LONG = "long", "Long terme"


@tracked()
class ContractObjective(models.Model):
    """An objective of a contract."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="objectives")
    horizon = models.CharField("horizon", max_length=6, choices=Horizon.choices)
    text = models.TextField("objectif")

    class Meta:
        verbose_name = "objectif"


@tracked()
class ContractStep(models.Model):
    """A step written in a contract, with its date and place (R-080); it becomes a planned step once validated (R-093)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="planned_steps")
    kind = models.CharField("étape", max_length=60)
    label = models.CharField("description", max_length=200)
    planned_on = models.DateField("date", null=True)
    place = models.CharField("lieu", max_length=120, blank=True)

    class Meta:
        verbose_name = "étape du contrat"


@tracked()
class ContractReturn(models.Model):
    """A refusal to validate, with its reasons: the contract goes back to the référent (R-083)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="returns")
    returned_on = models.DateField("renvoyé le")
    returned_by = _by("renvoyé par")
    reasons = models.TextField("motifs")

    class Meta:
        verbose_name = "renvoi de contrat"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="return_has_reasons",
                violation_error_message="Un renvoi donne ses motifs.",
            )
        ]


class StepState(models.TextChoices):
    """Life of a step (R-109)."""

    PROPOSED = "proposed", "Proposée"
    POSITIONED = "positioned", "Positionnée"
    STARTED = "started", "Commencée"
    COMPLETED = "completed", "Réalisée"
    INTERRUPTED = "interrupted", "Interrompue"
    CANCELLED = "cancelled", "Abandonnée"


class StepSource(models.TextChoices):
    """Where a step comes from (R-108)."""

    COMMON_LAW = "common_law", "Droit commun"
    PROGRAMME = "programme", "Programme d’insertion"
    OWN_OFFER = "own_offer", "Offre de l’organisme"


@tracked()
class Step(models.Model):
    """A step of the pathway; ``kind`` and ``family`` follow the rulebook's taxonomy (R-103…R-109)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="steps")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="steps")
    contract_step = models.OneToOneField(ContractStep, on_delete=models.SET_NULL, null=True, related_name="step")
    kind = models.CharField("étape", max_length=60)
    family = models.CharField("famille", max_length=24)
    source = models.CharField("origine", max_length=12, choices=StepSource.choices, default=StepSource.COMMON_LAW)
    state = models.CharField("état", max_length=12, choices=StepState.choices, default=StepState.PROPOSED)
    label = models.CharField("intitulé", max_length=200, blank=True)
    operator = models.CharField("opérateur", max_length=120, blank=True)
    proposed_on = models.DateField("proposée le")
    positioned_on = models.DateField("positionnée le", null=True)
    started_on = models.DateField("commencée le", null=True)
    ended_on = models.DateField("terminée le", null=True)
    planned_end_on = models.DateField("fin prévue", null=True)
    end_reason = models.CharField("motif de fin", max_length=200, blank=True)
    qualifying = models.BooleanField("qualifiante", default=False)
    diploma_on = models.DateField("diplôme obtenu le", null=True)

    class Meta:
        verbose_name = "étape"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=False, ended_on__gte=F("started_on")),
                name="step_ends_after_start",
                violation_error_message="Une étape se termine après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("started", "completed", "interrupted")) | Q(started_on__isnull=False),
                name="step_started_has_date",
                violation_error_message="Une étape commencée a une date de début.",
            ),
        ]
        indexes = [models.Index(fields=("person", "started_on"), name="step_timeline")]


class JobContract(models.TextChoices):
    """Kinds of work contract that exit classes read (R-122, R-125)."""

    CDI = "cdi", "CDI"
    CDD = "cdd", "CDD"
    INTERIM = "interim", "Intérim"
    CDDI = "cddi", "CDDI (insertion)"
    AIDED = "aided", "Contrat aidé"
    APPRENTICESHIP = "apprenticeship", "Alternance"
    BUSINESS = "business", "Création d’activité"


class EmployerKind(models.TextChoices):
    """Kinds of employer that exit classes read (R-122, R-126)."""

    ORDINARY = "ordinary", "Employeur classique"
    SIAE = "siae", "SIAE"
    ACI = "aci", "Atelier ou chantier d’insertion"
    LENDING = "lending", "Mise à disposition"


@tracked()
class Job(models.Model):
    """A job or business as a fact: employer, kind, hours, dates."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="jobs")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="jobs")
    employer = models.CharField("employeur", max_length=120, blank=True)
    contract_kind = models.CharField("contrat", max_length=16, choices=JobContract.choices)
    employer_kind = models.CharField(
        "type d’employeur", max_length=12, choices=EmployerKind.choices, default=EmployerKind.ORDINARY
    )
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True)
    start_on = models.DateField("début")
    end_on = models.DateField("fin prévue", null=True)
    ended_on = models.DateField("fin réelle", null=True)

    class Meta:
        verbose_name = "emploi"
        constraints = [_dates_ordered("job_dates_ordered")]
        indexes = [models.Index(fields=("person", "start_on"), name="job_timeline")]


class Destination(models.TextChoices):
    """Where the person goes when leaving an action; the rulebook turns it into a class."""

    JOB = "job", "Emploi ou création d’activité"
    TRAINING = "training", "Formation"
    OTHER_ACTION = "other_action", "Autre action d’insertion professionnelle"
    OTHER_RIGHTS = "other_rights", "Autres droits"
    MOVED = "moved", "Déménagement"
    RIGHTS_ENDED = "rights_ended", "Fin de droits"
    REORIENTATION = "reorientation", "Réorientation"
    ABANDONED = "abandoned", "Abandon"
    DECEASED = "deceased", "Décès"
    OTHER = "other", "Autre"


class ExitState(models.TextChoices):
    """An exit is proposed from facts, confirmed by a human, and may be reversed."""

    PROPOSED = "proposed", "Proposée"
    CONFIRMED = "confirmed", "Confirmée"
    REVERSED = "reversed", "Annulée"


@tracked()
class Exit(models.Model):
    """The end of an action with its class: computed by the rulebook, or chosen against it with a reason (both kept)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="exits")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="exits")
    exited_on = models.DateField("sortie le")
    destination = models.CharField("destination", max_length=16, choices=Destination.choices)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="exits")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="exits")
    computed_class = models.CharField("classe calculée", max_length=24, blank=True)
    chosen_class = models.CharField("classe retenue", max_length=24, blank=True)
    chosen_reason = models.CharField("motif du choix", max_length=300, blank=True)
    explanation = models.TextField("explication", blank=True)  # the sentence of the rulebook, with its citation
    rulebook_version = models.CharField(max_length=100, blank=True)
    flagged = models.BooleanField("à revoir", default=False)
    state = models.CharField("état", max_length=12, choices=ExitState.choices, default=ExitState.PROPOSED)
    recorded_by = _by("notée par")
    confirmed_on = models.DateField("confirmée le", null=True)
    confirmed_by = _by("confirmée par", null=True)
    reversed_on = models.DateField("annulée le", null=True)
    reversed_by = _by("annulée par", null=True)
    reversed_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "sortie"
        constraints = [
            models.UniqueConstraint(
                fields=("enrolment",),
                condition=~Q(state="reversed"),
                name="exit_one_in_force",
                violation_error_message="Cette inscription a déjà une sortie.",
            ),
            models.CheckConstraint(
                condition=Q(chosen_class="") | Q(chosen_class=F("computed_class")) | ~Q(chosen_reason=""),
                name="exit_choice_has_reason",
                violation_error_message="Choisir une autre classe que celle du cadre demande un motif.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_on__isnull=False, confirmed_by__isnull=False),
                name="exit_confirmed_when_and_by_whom",
                violation_error_message="La confirmation dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=Q(reversed_on__isnull=True, reversed_by__isnull=True)
                | (Q(reversed_on__isnull=False, reversed_by__isnull=False) & ~Q(reversed_reason="")),
                name="exit_reversed_when_why_by_whom",
                violation_error_message="L’annulation dit quand, pourquoi et par qui.",
            ),
        ]


@tracked()
class Piece(models.Model):
    """A document of the file: its presence and date (the document itself comes with the documents room)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pieces")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="pieces")
    kind = models.CharField("pièce", max_length=60)
    dated_on = models.DateField("datée du")
    recorded_by = _by("notée par")

    class Meta:
        verbose_name = "pièce"
