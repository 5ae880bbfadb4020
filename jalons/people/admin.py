"""Persons and households as superusers see them in Django's admin: to look, with a trace, and never a NIR."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model

from jalons.network.admin import TracedAdmin
from jalons.people.models import DossierAccess, JobSeekerRegistration, Person, RightsAndDuties, RsaRight


@admin.register(Person)
class PersonAdmin(TracedAdmin[Person]):
    list_display = ("last_name", "first_name", "territory", "as_of")
    search_fields = ("folded",)
    exclude = ("nir_match", "nir_sealed")
    list_select_related = ("territory",)


class _OfPerson(TracedAdmin[Model]):
    """Rows that belong to a person: their page is a page of that person's file."""

    raw_id_fields = ("person",)

    def person_of(self, row: Model) -> int:
        return int(row.person_id)  # type: ignore[attr-defined]


@admin.register(RsaRight)
class RsaRightAdmin(_OfPerson):
    list_display = ("person_id", "state", "start_on", "end_on")


@admin.register(RightsAndDuties)
class RightsAndDutiesAdmin(_OfPerson):
    list_display = ("person_id", "start_on", "end_on")


@admin.register(DossierAccess)
class DossierAccessAdmin(_OfPerson):
    list_display = ("person_id", "reason", "organisation", "territory", "authority", "user", "start_on", "end_on")
    list_filter = ("reason",)
    list_select_related = ("organisation", "territory", "authority", "user")


@admin.register(JobSeekerRegistration)
class JobSeekerRegistrationAdmin(_OfPerson):
    list_display = ("person_id", "start_on", "end_on", "end_reason")
    list_filter = ("end_reason",)
