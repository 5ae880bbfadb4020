"""Households, persons, dated RSA rights, and who may open a person's file.

The CAF file is the first source; a person may also be created by hand (PLIE participants without RSA).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.kernel.periods import DateRange


class Sex(models.TextChoices):
    """Civil sex as the paying body gives it."""

    FEMALE = "F", "Femme"
    MALE = "M", "Homme"


@tracked(exclude=("as_of",))  # each monthly file says again what it said: no history of that
class Household(models.Model):
    """An RSA household (« foyer »), named by its request number (NUMDEMRSA) within an authority (R-014).

    ``state_code`` and the other ``…_code`` fields keep what the paying body sent, known or not. ``as_of`` is the
    reference date of the last file applied: an older file never overwrites it.
    """

    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="households")
    request_number = models.CharField("numéro de demande RSA", max_length=11)
    previous_request_number = models.CharField("numéro précédent", max_length=11, blank=True)
    paying_body = models.CharField("organisme payeur", max_length=3)  # CAF or MSA
    paying_body_number = models.CharField(max_length=3)
    file_number = models.CharField("matricule", max_length=15)
    requested_on = models.DateField("demande du", null=True)
    family_code = models.CharField("situation familiale", max_length=3, blank=True)
    children = models.PositiveSmallIntegerField("enfants à charge", null=True)
    no_fixed_abode = models.BooleanField("sans domicile fixe", default=False)
    state_code = models.CharField("état du dossier", max_length=1)
    reason_code = models.CharField("motif", max_length=3, blank=True)
    state_since = models.DateField("depuis", null=True)
    as_of = models.DateField("état au")
    content_hash = models.BinaryField(max_length=32)  # of the household as sent: tells « unchanged » without reading it

    class Meta:
        verbose_name = "foyer"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "request_number"),
                name="household_once",
                violation_error_message="Un foyer porte déjà ce numéro de demande.",
            )
        ]


@tracked()
class Address(models.Model):
    """The current or a former address of a household; ``rank`` 1 is the current one."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="addresses")
    rank = models.PositiveSmallIntegerField()
    complement = models.CharField(max_length=80, blank=True)
    street = models.CharField("voie", max_length=120, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    insee_code = models.CharField("code INSEE", max_length=5, blank=True)
    city = models.CharField("commune", max_length=38, blank=True)
    abroad = models.BooleanField(default=False)
    since = models.DateField(null=True)

    class Meta:
        verbose_name = "adresse"
        constraints = [
            models.UniqueConstraint(
                fields=("household", "rank"),
                name="address_rank_once",
                violation_error_message="Ce foyer a déjà une adresse de ce rang.",
            )
        ]


@tracked()
class Person(models.Model):
    """A person. ``key`` is what URLs carry; the NIR is sealed and never shown in lists (goal P9).

    ``folded`` is the search and sort key: names without accents or case, written by the operations that write names.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, related_name="persons")
    territory = models.ForeignKey(
        "network.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="persons"
    )
    last_name = models.CharField("nom", max_length=60)
    birth_name = models.CharField("nom de naissance", max_length=60, blank=True)
    first_name = models.CharField("prénom", max_length=60)
    folded = models.CharField(max_length=190, editable=False)
    born_on = models.DateField("date de naissance", null=True)
    birth_precision = models.CharField(max_length=1, default="N")  # N known, J day unknown, O day and month unknown
    birth_rank = models.PositiveSmallIntegerField("rang de naissance", null=True)  # tells twins apart
    sex = models.CharField("sexe", max_length=1, choices=Sex.choices, blank=True)
    nir_match = models.BinaryField(max_length=32, null=True, editable=False)
    nir_sealed = models.BinaryField(max_length=64, null=True, editable=False)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("courriel", blank=True)
    employment_service_number = models.CharField("identifiant Pôle emploi", max_length=8, blank=True)
    priority_neighbourhood = models.BooleanField("quartier prioritaire", null=True)
    disabled_worker = models.BooleanField("RQTH", null=True)
    self_employed = models.BooleanField(
        "travailleur indépendant (ETI)", null=True
    )  # asked to enter some actions
    as_of = models.DateField(null=True)  # reference date of the last file that spoke of the person

    class Meta:
        verbose_name = "personne"
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "nir_match"),
                condition=Q(nir_match__isnull=False),
                name="person_nir_once",
                violation_error_message="Une autre personne porte déjà ce NIR.",
            )
        ]
        indexes = [
            GinIndex(
                fields=("folded",), opclasses=("gin_trgm_ops",), name="person_search_trigram"
            ),  # search with typos
            # Lists sorted by name stop at their first page; no authority in it, since access may cross authorities.
            models.Index(fields=("folded", "id"), name="person_list_by_name"),
            models.Index(fields=("authority", "born_on"), name="person_match_by_birth"),  # identity matching of imports
        ]

    @property
    def full_name(self) -> str:
        """« Nom Prénom » as shown in lists."""
        return f"{self.last_name} {self.first_name}"


class ContactKind(models.TextChoices):
    """By what way a person agrees to be written to."""

    EMAIL = "email", "Courriel"
    MOBILE = "mobile", "Téléphone mobile (SMS)"


@tracked()
class Contact(models.Model):
    """An address at which a person agreed to receive messages, from a day on and until she withdraws.

    ``value`` is as written on the network: an e-mail address, or a number with its country (« +33612345678 »).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField("voie", max_length=8, choices=ContactKind.choices)
    value = models.CharField("adresse ou numéro", max_length=254)
    agreed_on = models.DateField("accord donné le")
    withdrawn_on = models.DateField("accord retiré le", null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "coordonnée pour les messages"
        constraints = [
            models.UniqueConstraint(
                fields=("person", "kind"),
                condition=Q(withdrawn_on__isnull=True),
                name="contact_one_of_a_kind",
                violation_error_message="Une coordonnée de cette sorte est déjà notée.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("agreed_on")),
                name="contact_dates_ordered",
                violation_error_message="Un accord ne peut pas être retiré avant d’être donné.",
            ),
        ]


class HouseholdRole(models.TextChoices):
    """The two insertion persons of a household."""

    APPLICANT = "applicant", "Demandeur"
    SPOUSE = "spouse", "Conjoint"


@tracked()
class HouseholdMember(models.Model):
    """A stay of a person in a household."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays")
    role = models.CharField("rôle", max_length=12, choices=HouseholdRole.choices)
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)

    class Meta:
        verbose_name = "membre du foyer"
        constraints = [
            ExclusionConstraint(
                name="member_once_per_household",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne est déjà dans ce foyer à ces dates.",
            )
        ]


class RightState(models.TextChoices):
    """State of an RSA right, from the code of the paying body."""

    OPEN = "open", "Ouvert"
    RIGHT_SUSPENDED = "right_suspended", "Droit suspendu"
    PAYMENT_SUSPENDED = "payment_suspended", "Versement suspendu"
    CLOSED = "closed", "Clos"


@tracked()
class RsaRight(models.Model):
    """A period during which the RSA right of a person keeps one state and reason."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rights")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="rights")
    state = models.CharField("état", max_length=20, choices=RightState.choices)
    reason_code = models.CharField("motif", max_length=3, blank=True)
    basic_rsa = models.BooleanField("RSA socle", default=True)
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)

    class Meta:
        verbose_name = "droit RSA"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="right_dates_ordered",
                violation_error_message="Un droit ne peut pas finir avant de commencer.",
            ),
            ExclusionConstraint(
                name="right_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Deux droits RSA d’une même personne ne peuvent pas se recouvrir.",
            ),
        ]


@tracked()
class RightsAndDuties(models.Model):
    """A period during which a person is subject to « droits et devoirs » (R-017, R-026)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duties")
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True)

    class Meta:
        verbose_name = "période de droits et devoirs"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="duties_dates_ordered",
                violation_error_message="Une période ne peut pas finir avant de commencer.",
            ),
            ExclusionConstraint(
                name="duties_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Deux périodes de droits et devoirs ne peuvent pas se recouvrir.",
            ),
        ]


class RegistrationEnd(models.TextChoices):
    """Why a registration at Pôle emploi ended."""

    LAPSED = "lapsed", "Actualisation non faite"
    EMPLOYED = "employed", "Reprise d’emploi ou formation"
    LEFT = "left", "À la demande de la personne"
    REMOVED = "removed", "Radiation"
    OTHER = "other", "Autre"


@tracked()
class JobSeekerRegistration(models.Model):
    """A period of registration at Pôle emploi (R-062): the duty of R-087 rests on it when there is no contract."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    start_on = models.DateField("inscrite depuis le")
    end_on = models.DateField("dernier jour", null=True)
    end_reason = models.CharField("motif de fin", max_length=10, choices=RegistrationEnd.choices, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "inscription à Pôle emploi"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="registration_dates_ordered",
                violation_error_message="Une inscription à Pôle emploi ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True, end_reason="") | (Q(end_on__isnull=False) & ~Q(end_reason="")),
                name="registration_end_says_why",
                violation_error_message="La fin d’une inscription à Pôle emploi dit quand et pourquoi.",
            ),
            ExclusionConstraint(
                name="registration_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une inscription à Pôle emploi est déjà notée à ces dates.",
            ),
        ]


class MovementKind(models.TextChoices):
    """Entry in, or departure from, the persons with rights."""

    ENTRANT = "entrant", "Entrant"
    LEAVER = "leaver", "Sortant"


class MonthlyMovement(models.Model):
    """An entrant or a leaver between two monthly files of the paying body (R-031)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="movements")
    month = models.DateField("mois")
    kind = models.CharField(max_length=8, choices=MovementKind.choices)

    class Meta:
        verbose_name = "mouvement du mois"
        constraints = [
            models.UniqueConstraint(
                fields=("person", "month", "kind"),
                name="movement_once",
                violation_error_message="Ce mouvement est déjà compté.",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="movement_month_first_day",
                violation_error_message="Un mois est daté de son premier jour.",
            ),
        ]


class AccessReason(models.TextChoices):
    """Why a file may be opened."""

    RESIDENCE = "residence", "Territoire de résidence"
    ORIENTATION = "orientation", "Orientation"
    ENROLMENT = "enrolment", "Accompagnement"
    MANDATE = "mandate", "Référent unique"
    BODY = "body", "Instance"
    TEAM = "team", "Professionnel associé"


@tracked()
class DossierAccess(models.Model):
    """Who may open the file of a person, why and when: every list scope joins this table (R-164).

    Exactly one of organisation, user, territory or authority is set. Written by the operations that create the link.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="accesses")
    organisation = models.ForeignKey("network.Organisation", on_delete=models.PROTECT, null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    territory = models.ForeignKey("network.Territory", on_delete=models.PROTECT, null=True)
    authority = models.ForeignKey("network.Authority", on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=12, choices=AccessReason.choices)
    source_id = models.BigIntegerField(null=True)  # the enrolment, orientation or mandate that opened it
    start_on = models.DateField()
    end_on = models.DateField(null=True)

    class Meta:
        verbose_name = "accès au dossier"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    organisation__isnull=False, user__isnull=True, territory__isnull=True, authority__isnull=True
                )
                | Q(organisation__isnull=True, user__isnull=False, territory__isnull=True, authority__isnull=True)
                | Q(organisation__isnull=True, user__isnull=True, territory__isnull=False, authority__isnull=True)
                | Q(organisation__isnull=True, user__isnull=True, territory__isnull=True, authority__isnull=False),
                name="access_one_holder",
                violation_error_message="Un accès vaut pour un seul titulaire.",
            ),
        ]
        indexes = [
            models.Index(fields=("organisation", "person"), name="access_list_organisation"),  # « mes personnes »
            models.Index(fields=("territory", "person"), name="access_list_territory"),
            models.Index(fields=("authority", "person"), name="access_list_authority"),
            models.Index(fields=("user", "person"), name="access_list_user"),
            models.Index(fields=("person", "reason", "source_id"), name="access_of_person"),
            models.Index(fields=("source_id", "reason"), name="access_closed_by_source"),  # closing what a link gave
        ]
