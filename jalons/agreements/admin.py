"""Agreements as superusers see them in Django's admin: to look, never to change."""

from __future__ import annotations

from django.contrib import admin

from jalons.agreements.models import Agreement, AgreementLine, Amendment, Report
from jalons.ui.readonly_admin import ReadOnlyAdmin


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin[Agreement]):
    list_display = ("reference", "organisation", "kind", "start_on", "end_on", "dataset")
    list_filter = ("kind", "dataset")
    search_fields = ("reference", "organisation__name")
    list_select_related = ("organisation",)


@admin.register(AgreementLine)
class AgreementLineAdmin(ReadOnlyAdmin[AgreementLine]):
    list_display = ("agreement", "rank", "action_code", "theme", "places", "persons_to_follow", "amount")
    list_filter = ("action_code",)
    list_select_related = ("agreement",)


@admin.register(Amendment)
class AmendmentAdmin(ReadOnlyAdmin[Amendment]):
    list_display = ("line_id", "decided_on", "places_before", "places_after", "end_before", "end_after", "reason")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin[Report]):
    list_display = ("line_id", "kind", "period_start", "received_on", "recorded_by")
    list_filter = ("kind",)
    list_select_related = ("recorded_by",)
