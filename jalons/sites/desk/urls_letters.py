"""Addresses of the letters of a person."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import letters

urlpatterns = [
    path("courriers/", letters.letters, name="letters"),
    path("courriers/ecrire/", letters.write, name="write_letter"),
]
