"""Addresses of « Cadres »: rulebooks read, compared, proposed and adopted; part of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import rulebook_compare as comparing
from jalons.sites.steering.views import rulebook_proposals as proposals
from jalons.sites.steering.views import rulebooks, simulating, simulating_lists

urlpatterns = [
    path("", rulebooks.rulebooks, name="rulebooks"),
    path("<int:version_id>/", rulebooks.rulebook, name="rulebook"),
    path("<int:version_id>/fichier/", rulebooks.rulebook_file, name="rulebook_file"),
    path("<int:version_id>/actions/<slug:action_code>/", rulebooks.rulebook_action, name="rulebook_action"),
    path("registre/", rulebooks.rulebook_register, name="rulebook_register"),
    path("comparer/", comparing.compare, name="rulebook_compare"),
    path("comparer/export/<slug:layout>/", comparing.compare_export, name="rulebook_compare_export"),
    path("proposer/", proposals.propose_one, name="rulebook_propose"),
    path("proposer/exemples/<slug:name>/", proposals.propose_shipped, name="rulebook_propose_shipped"),
    path("propositions/<int:rulebook_id>/", proposals.proposal, name="rulebook_proposal"),
    path("propositions/<int:rulebook_id>/texte/", rulebooks.proposal_text, name="rulebook_proposal_text"),
    path(
        "propositions/<int:rulebook_id>/texte/<slug:action_code>/",
        rulebooks.proposal_action,
        name="rulebook_proposal_action",
    ),
    path("propositions/<int:rulebook_id>/fichier/", proposals.proposal_file, name="rulebook_proposal_file"),
    path("propositions/<int:rulebook_id>/exemples/", proposals.proposal_examples, name="rulebook_proposal_examples"),
    path("propositions/<int:rulebook_id>/simuler/", simulating.simulate, name="simulate"),
    path("propositions/<int:rulebook_id>/simuler/lancer/", simulating.simulate_start, name="simulate_start"),
    path(
        "propositions/<int:rulebook_id>/simuler/export/<slug:layout>/",
        simulating.simulate_export,
        name="simulate_export",
    ),
    path("propositions/<int:rulebook_id>/simuler/liste/", simulating_lists.simulate_rows, name="simulate_rows"),
    path(
        "propositions/<int:rulebook_id>/simuler/liste/export/<slug:layout>/",
        simulating_lists.simulate_rows_export,
        name="simulate_rows_export",
    ),
    path("propositions/<int:rulebook_id>/adopter/", proposals.adopt_one, name="rulebook_adopt"),
    path("propositions/<int:rulebook_id>/retirer/", proposals.withdraw_one, name="rulebook_withdraw"),
]
