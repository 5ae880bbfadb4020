"""Addresses about the accompaniment of one person: référent, note of handover, team, missions, reviews; part of the desk."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import mandates, missions, teams

urlpatterns = [
    path("referent/note/", mandates.handover_note, name="handover_note"),
    path("referent/note/<int:note_id>/lue/", mandates.handover_note_read, name="handover_note_read"),
    path("equipe/nouveau/", teams.join_team, name="join_team"),
    path("equipe/<int:professional_id>/", teams.end_professional, name="end_professional"),
    path("missions/", missions.missions, name="missions"),
    path("missions/<int:mission_id>/retirer/", missions.take_back_mission, name="take_back_mission"),
    path("examens/nouveau/", missions.ask_review, name="ask_review"),
    path("examens/<int:review_id>/retirer/", missions.take_back_review, name="take_back_review"),
]
