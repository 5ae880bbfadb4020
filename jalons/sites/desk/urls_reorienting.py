"""Addresses of the orientation of a person, seen by who accompanies her; part of the desk."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import reorienting

urlpatterns = [
    path("orientation/", reorienting.ask_reorientation, name="ask_reorientation"),
    path("orientation/<int:request_id>/retirer/", reorienting.withdraw_reorientation, name="withdraw_reorientation"),
    path("orientation/entrees/<int:enrolment_id>/annoncer/", reorienting.announce_entry, name="announce_entry"),
]
