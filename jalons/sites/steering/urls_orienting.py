"""Addresses of orientation around the decision: grid, sessions, re-orientations, delays; part of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import delays, evaluating, preflags, reorienting, saved_queries, sessions

urlpatterns = [
    path("a-orienter/grille/", evaluating.orientation_grid, name="orientation_grid"),
    path("a-orienter/requetes/", saved_queries.orient_query_save, name="orient_query_save"),
    path("a-orienter/requetes/<int:query_id>/oublier/", saved_queries.orient_query_forget, name="orient_query_forget"),
    path("a-orienter/<uuid:person_key>/evaluer/", evaluating.orient_evaluate, name="orient_evaluate"),
    path("a-orienter/<uuid:person_key>/dispense/", sessions.session_exempt, name="session_exempt"),
    path("a-orienter/<uuid:person_key>/dispense/annuler/", sessions.session_exempt_not, name="session_exempt_not"),
    path("informations-collectives/", sessions.sessions, name="sessions"),
    path("informations-collectives/nouvelle/", sessions.session_new, name="session_new"),
    path("informations-collectives/<int:session_id>/", sessions.session, name="session"),
    path("informations-collectives/<int:session_id>/convoquer/", sessions.session_convene, name="session_convene"),
    path("informations-collectives/<int:session_id>/annuler/", sessions.session_cancel, name="session_cancel"),
    path("reorientations/", reorienting.reorientations, name="reorientations"),
    path("reorientations/<int:request_id>/", reorienting.reorientation, name="reorientation"),
    path("reorientations/avis/<int:notice_id>/lu/", reorienting.notice_seen, name="notice_seen"),
    path("echanges/pre-flechages/", preflags.import_preflags, name="import_preflags"),
    path("echanges/pre-flechages/<int:list_id>/", preflags.preflag_list, name="preflag_list"),
    path("echanges/pre-flechages/<int:list_id>/refus/<slug:layout>/", preflags.preflag_refused, name="preflag_refused"),
    path("delais/", delays.delays, name="delays"),
]
