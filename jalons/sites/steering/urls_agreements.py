"""Addresses of agreements: places bought, month by month, reports received; part of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import agreement, agreements, places, reports

urlpatterns = [
    path("", agreements.agreements, name="agreements"),
    path("export/<slug:layout>/", agreements.export, name="agreements_export"),
    path("presence/", places.presence, name="presence"),
    path("presence/export/<slug:layout>/", places.presence_export, name="presence_export"),
    path("rapports/<int:report_id>/", reports.report, name="report"),
    path("rapports/<int:report_id>/retirer/", reports.forget_report, name="forget_report"),
    path("<int:agreement_id>/", agreement.agreement, name="agreement"),
    path("<int:agreement_id>/places/", places.places, name="places"),
    path("<int:agreement_id>/places/export/<slug:layout>/", places.places_export, name="places_export"),
    path("<int:agreement_id>/rapports/", reports.add_report, name="add_report"),
]
