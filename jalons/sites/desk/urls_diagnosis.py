"""Addresses of what is known of a situation: assessments, last review, obstacles, project, referrals, offers, PPAE."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import assessments, diagnosis, final_reviews, projects

urlpatterns = [
    path("bilans/nouveau/", assessments.add_assessment, name="add_assessment"),
    path("bilans/<int:assessment_id>/", assessments.assessment, name="assessment"),
    path("bilans/<int:assessment_id>/modifier/", assessments.change_assessment, name="change_assessment"),
    path("bilans/<int:assessment_id>/presenter/", assessments.present, name="present_application"),
    path("bilan-de-fin/", final_reviews.start, name="start_final_review"),
    path("bilan-de-fin/<int:enrolment_id>/", final_reviews.final_review, name="final_review"),
    path("bilan-de-fin/<int:enrolment_id>/ecrire/", final_reviews.write, name="write_final_review"),
    path("bilan-de-fin/<int:enrolment_id>/signer/", final_reviews.sign, name="sign_final_review"),
    path(
        "bilan-de-fin/<int:enrolment_id>/signer/papier/", final_reviews.sign_on_paper, name="sign_final_review_on_paper"
    ),
    path("bilan-de-fin/<int:enrolment_id>/<slug:act>/", final_reviews.act_on, name="act_on_final_review"),
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
