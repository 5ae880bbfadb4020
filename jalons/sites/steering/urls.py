"""Addresses of the steering face."""

from __future__ import annotations

from django.urls import include, path

from jalons.sites.steering.views import expected, figures

app_name = "steering"
urlpatterns = [
    path("", figures.figures_page, name="figures"),
    path("indicateurs/<slug:code>/", figures.figure, name="figure"),
    path("indicateurs/<slug:code>/export/<slug:layout>/", figures.export, name="figure_export"),
    path("indicateurs/<slug:code>/liste/", figures.rows, name="figure_rows"),
    path("indicateurs/<slug:code>/geler/", figures.freeze_figure, name="freeze"),
    path("publies/<int:frozen_id>/", figures.frozen_figure, name="frozen"),
    path("echeances/", include("jalons.sites.steering.urls_todos")),
    path("resultats/", expected.expected, name="expected"),
    path("resultats/export/<slug:layout>/", expected.expected_export, name="expected_export"),
    path("conventions/", include("jalons.sites.steering.urls_agreements")),
    path("equipes/", include("jalons.sites.steering.urls_team")),
    path("", include("jalons.sites.steering.urls_decisions")),
    path("echanges/", include("jalons.sites.steering.urls_exchanges")),
    path("courriers/", include("jalons.sites.steering.urls_letters")),
]
