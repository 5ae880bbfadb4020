"""The addresses of the application."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("compte/", include("allauth.account.urls")),
]
