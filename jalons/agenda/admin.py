"""The agenda in the admin, to look only; notes are left out."""

from __future__ import annotations

from django.contrib import admin

from jalons.agenda.models import Appointment, GroupSession
from jalons.ui.readonly_admin import ReadOnlyAdmin


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin[Appointment]):
    """Appointments and their outcomes."""

    list_display = ("person_id", "organisation", "kind", "mode", "on_date", "outcome")
    list_filter = ("kind", "mode", "outcome")
    list_select_related = ("organisation",)
    exclude = ("note",)


@admin.register(GroupSession)
class GroupSessionAdmin(ReadOnlyAdmin[GroupSession]):
    """Group times."""

    list_display = ("theme", "organisation", "kind", "starts_at", "capacity")
    list_select_related = ("organisation",)
