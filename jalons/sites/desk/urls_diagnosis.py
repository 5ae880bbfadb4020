"""Addresses of what is known of a situation: assessments, obstacles, informations, project, referrals, offers, PPAE."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import assessments, diagnosis, projects

urlpatterns = [
    path("bilans/nouveau/", assessments.add_assessment, name="add_assessment"),
    path("bilans/<int:assessment_id>/", assessments.assessment, name="assessment"),
    path("bilans/<int:assessment_id>/modifier/", assessments.change_assessment, name="change_assessment"),
    path("bilans/<int:assessment_id>/presenter/", assessments.present, name="present_application"),
    path("preconisations/<int:recommendation_id>/", assessments.recommendation, name="recommendation"),
    path("freins/", diagnosis.obstacles, name="obstacles"),
    path("freins/<int:obstacle_id>/", diagnosis.obstacle, name="obstacle"),
    path("freins/<int:obstacle_id>/actions/", diagnosis.add_action, name="add_action"),
    path("actions/<int:action_id>/<slug:act>/", diagnosis.move_action, name="move_action"),
    path("informations/nouvelle/", diagnosis.add_information, name="add_information"),
    path("projet/", projects.project, name="project"),
    path("projet/preparations/", projects.add_preparation, name="add_preparation"),
    path("relais/nouveau/", projects.add_referral, name="add_referral"),
    path("offres/proposer/", projects.propose, name="propose_offer"),
    path("contrats/ppae/", projects.add_ppae, name="add_ppae"),
    path("contrats/<uuid:contract_key>/ppae/", projects.change_ppae, name="change_ppae"),
]
