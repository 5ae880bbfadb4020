"""The addresses of the application."""

from __future__ import annotations

from django.urls import include, path

handler403 = "jalons.sites.frame.errors.permission_denied"
handler404 = "jalons.sites.frame.errors.not_found"
handler500 = "jalons.sites.frame.errors.broken"

urlpatterns = [
    path("", include("jalons.sites.frame.urls")),
    path("", include("jalons.sites.desk.urls")),
    path("pilotage/", include("jalons.sites.steering.urls")),
]
