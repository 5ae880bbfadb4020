"""Addresses of what the authority decides and receives; part of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import bulk_orienting, enrolling, orienting

urlpatterns = [
    path("a-orienter/", orienting.to_orient, name="to_orient"),
    path("a-orienter/apercu/", bulk_orienting.orient_preview, name="orient_preview"),
    path("a-orienter/decider/", bulk_orienting.orient_many, name="orient_many"),
    path("a-orienter/decisions/<uuid:batch>/", bulk_orienting.orient_receipt, name="orient_receipt"),
    path("a-orienter/decisions/<uuid:batch>/annuler/", bulk_orienting.orient_undo, name="orient_undo"),
    path("a-orienter/<uuid:person_key>/", orienting.orient_one, name="orient_one"),
    path("a-inscrire/", enrolling.to_enrol, name="to_enrol"),
    path("a-inscrire/<int:orientation_id>/", enrolling.enrol_one, name="enrol_one"),
]
