"""Addresses of what the authority decides and receives; part of the steering face."""

from __future__ import annotations

from django.urls import include, path

from jalons.sites.steering.views import bulk_orienting, closing, enrolling, orienting, validating

urlpatterns = [
    path("", include("jalons.sites.steering.urls_orienting")),
    path("a-orienter/", orienting.to_orient, name="to_orient"),
    path("a-orienter/apercu/", bulk_orienting.orient_preview, name="orient_preview"),
    path("a-orienter/decider/", bulk_orienting.orient_many, name="orient_many"),
    path("a-orienter/decisions/<uuid:batch>/", bulk_orienting.orient_receipt, name="orient_receipt"),
    path("a-orienter/decisions/<uuid:batch>/annuler/", bulk_orienting.orient_undo, name="orient_undo"),
    path("a-orienter/<uuid:person_key>/", orienting.orient_one, name="orient_one"),
    path("a-inscrire/", enrolling.to_enrol, name="to_enrol"),
    path("a-inscrire/<int:orientation_id>/", enrolling.enrol_one, name="enrol_one"),
    path("a-valider/", validating.to_validate, name="to_validate"),
    path("a-valider/<uuid:person_key>/<uuid:contract_key>/", validating.contract, name="contract"),
    path(
        "a-valider/<uuid:person_key>/<uuid:contract_key>/valider/",
        validating.contract_validate,
        name="contract_validate",
    ),
    path(
        "a-valider/<uuid:person_key>/<uuid:contract_key>/renvoyer/", validating.contract_return, name="contract_return"
    ),
    path(
        "a-valider/<uuid:person_key>/<uuid:contract_key>/documents/<uuid:document_key>/",
        validating.contract_document,
        name="contract_document",
    ),
    path("fins-de-droits/", closing.closures, name="closures"),
    path("fins-de-droits/<int:proposal_id>/", closing.closure, name="closure"),
    path("cadres/", include("jalons.sites.steering.urls_rulebooks")),
]
