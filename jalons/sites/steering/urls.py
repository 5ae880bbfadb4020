"""Addresses of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import agreements

app_name = "steering"
urlpatterns = [
    path("conventions/", agreements.agreements, name="agreements"),
    path("conventions/export/<slug:layout>/", agreements.export, name="agreements_export"),
    path("conventions/<int:agreement_id>/", agreements.agreement, name="agreement"),
]
