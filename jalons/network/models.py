"""Authorities, territories, organisations, users, their roles, and the traces of what they read."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from jalons.kernel.history import tracked
from jalons.kernel.periods import DateRange
from jalons.network.retention import kept


class Authority(models.Model):
    """A Département, a Métropole or a PLIE: it orients, funds and steers, with its own rules (R-001)."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court", max_length=40)
    department = models.CharField("département", max_length=3, blank=True)
    accent_colour = models.CharField("couleur", max_length=7, default="#1f5a99")
    masking_threshold = models.PositiveSmallIntegerField("seuil de masquage", default=5)  # S-49, set per authority
    # How long an organisation keeps a file after its accompaniment ended: follow-up and accounts. Set per authority.
    file_months_after_end = models.PositiveSmallIntegerField("mois d’ouverture du dossier après la fin", default=6)

    class Meta:
        verbose_name = "autorité"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Territory(models.Model):
    """A territory of an authority: Maison de la Métropole, direction territoriale, Maison du Rhône (R-002…R-005)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="territories")
    code = models.SlugField("code", max_length=40)
    name = models.CharField("nom", max_length=120)

    class Meta:
        verbose_name = "territoire"
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "code"),
                name="territory_code_once",
                violation_error_message="Ce code de territoire existe déjà pour cette autorité.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune and the territory that serves it."""

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="communes")
    insee_code = models.CharField("code INSEE", max_length=5)
    name = models.CharField("nom", max_length=80)

    class Meta:
        verbose_name = "commune"
        constraints = [
            models.UniqueConstraint(
                fields=("insee_code", "territory"),
                name="commune_once_per_territory",
                violation_error_message="Cette commune est déjà rattachée à ce territoire.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationKind(models.TextChoices):
    """What an organisation is; some prices depend on it (R-193)."""

    ASSOCIATION = "association", "Association"
    CCAS = "ccas", "CCAS"
    CIAS = "cias", "CIAS"
    EPCI = "epci", "EPCI"
    ENTERPRISE = "enterprise", "Entreprise"
    EMPLOYMENT_SERVICE = "employment_service", "Pôle emploi"
    AUTHORITY_SERVICE = "authority_service", "Service de l’autorité"
    PLIE = "plie", "PLIE"


class Organisation(models.Model):
    """An organisme référent, an in-house service or a carrier; employers come with their own room."""

    name = models.CharField("nom", max_length=160)
    kind = models.CharField(
        "nature", max_length=24, choices=OrganisationKind.choices, default=OrganisationKind.ASSOCIATION
    )
    siret = models.CharField("SIRET", max_length=14, blank=True)
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="organisations", verbose_name="autorité"
    )
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, blank=True, verbose_name="territoire")
    fictitious = models.BooleanField("fictif", default=False)

    class Meta:
        verbose_name = "organisme"
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "name"),
                name="organisation_name_once",
                violation_error_message="Un organisme porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class OrganisationGroup(models.Model):
    """Organisations that answer and accompany together (« groupement »), with identified members (R-008)."""

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="organisation_groups", verbose_name="autorité"
    )
    name = models.CharField("nom", max_length=160)

    class Meta:
        verbose_name = "groupement"
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "name"),
                name="group_name_once",
                violation_error_message="Un groupement porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class GroupMember(models.Model):
    """A member of a group during a period (R-008)."""

    group = models.ForeignKey(OrganisationGroup, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="groups")
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True, blank=True)

    class Meta:
        verbose_name = "membre d’un groupement"
        verbose_name_plural = "membres de groupements"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="group_member_dates_ordered",
                violation_error_message="Un membre ne peut pas quitter le groupement avant d’y entrer.",
            ),
            ExclusionConstraint(
                name="group_member_no_overlap",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cet organisme est déjà membre de ce groupement à ces dates.",
            ),
        ]


class User(AbstractUser):
    """A professional with a local account. « system » is the user of imports and nightly work."""

    is_system = models.BooleanField("compte technique", default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = "utilisateur"

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class RoleCode(models.TextChoices):
    """The roles of R-006 that have screens today; what each may do is in ``permissions.py``."""

    CASEWORKER = "caseworker", "Référent de parcours"
    ORGANISATION_HEAD = "organisation_head", "Responsable d’organisme"
    SOCIAL_SERVICE_HEAD = "social_service_head", "Chef de service social"
    ORIENTATION_OFFICER = "orientation_officer", "Chargé d’orientation"
    STEERING_OFFICER = "steering_officer", "Direction de l’insertion"
    DATA_OFFICER = "data_officer", "Gestionnaire des échanges"
    ADMINISTRATOR = "administrator", "Administrateur"


@tracked()
class Membership(models.Model):
    """A role of a user, in an organisation or in an authority (possibly one territory of it), during a period."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=24, choices=RoleCode.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    start_on = models.DateField("début")
    end_on = models.DateField("fin", null=True, blank=True)
    # Part of a full-time post given to accompaniment, for the load of a référent (R-053…R-055). Empty: not said.
    fte = models.DecimalField("temps de travail (ETP)", max_digits=3, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "habilitation"
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, authority__isnull=True, territory__isnull=True)
                | Q(organisation__isnull=True, authority__isnull=False),
                name="membership_one_place",
                violation_error_message="Une habilitation vaut pour un organisme, ou pour une autorité.",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="membership_dates_ordered",
                violation_error_message="L’habilitation ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(fte__isnull=True) | Q(fte__gt=0, fte__lte=1),
                name="membership_fte_of_one_post",
                violation_error_message="Un temps de travail va de 0,01 à 1 équivalent temps plein.",
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (models.functions.Coalesce("organisation_id", 0), RangeOperators.EQUAL),
                    (models.functions.Coalesce("authority_id", 0), RangeOperators.EQUAL),
                    (models.functions.Coalesce("territory_id", 0), RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne a déjà ce rôle à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.organisation or self.authority})"


@tracked()
class CdapAccess(models.Model):
    """An individual access of a professional to CDAP, the CAF's « consultation du dossier allocataire par le partenaire » (R-044).

    The access itself is the CAF's: what is kept is who holds one, for which organisation, since when and until when.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="cdap_accesses", verbose_name="titulaire")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cdap_accesses", verbose_name="organisme"
    )
    start_on = models.DateField("depuis le")
    end_on = models.DateField("dernier jour", null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="noté par")
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="fin notée par"
    )

    class Meta:
        verbose_name = "accès CDAP"
        verbose_name_plural = "accès CDAP"
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="cdap_access_dates_ordered",
                violation_error_message="Un accès CDAP ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True, ended_by__isnull=True)
                | Q(end_on__isnull=False, ended_by__isnull=False),
                name="cdap_access_end_says_by_whom",
                violation_error_message="La fin d’un accès CDAP dit qui l’a notée.",
            ),
            ExclusionConstraint(
                name="cdap_access_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ce professionnel a déjà un accès CDAP noté à ces dates.",
            ),
        ]


class ReadTrace(models.Model):
    """Somebody read something of a person: kept as long as ``content/retention.yaml`` says, never changed (goal P1).

    ``person_id`` is no foreign key: traces outlive what they speak of. Written in the transaction of the page.
    """

    at = models.DateTimeField("le")
    user_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)  # empty for a list or an export: ``count`` says how many
    kind = models.CharField(max_length=24)  # file, list, search, drilldown, export
    screen = models.CharField(max_length=80)  # name of the route, never its parameters
    count = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=200, blank=True)

    append_only = True  # the serving role may add traces and read them, never change them
    erased_after_months = ("at", kept("read_traces").months)  # nor erase them sooner

    class Meta:
        verbose_name = "trace de consultation"
        indexes = [
            models.Index(fields=("person_id", "at"), name="readtrace_who_read_me"),  # « qui a lu mon dossier »
            models.Index(fields=("user_id", "at"), name="readtrace_what_did_they_read"),
        ]
