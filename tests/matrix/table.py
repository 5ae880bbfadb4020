"""Who may open what: one line per route, one column per user. A route without a line fails the matrix.

    o  opens        -  refused (403), the page says who can        0  not found (404): unknown or out of reach, the same
    >  led to the sign-in page

The things in the addresses belong to ``house``, in the eastern territory; ``caseworker`` is the référent unique.
``stranger`` and ``neighbour_head`` work, with persons of their own, in another organisation of the same territory.
"""

from __future__ import annotations

USERS = (
    "caseworker",
    "head",
    "stranger",
    "neighbour_head",
    "social_head",
    "west_social_head",
    "orientation_officer",
    "steering_officer",
    "data_officer",
    "administrator",
    "foreign_officer",
    "anonymous",
)

# Columns: caseworker, head | stranger, neighbour head | chef de service east, west | orientation, steering, data, administrator |
# orientation officer of another authority | nobody
TABLE: dict[str, str] = {
    # frame
    "home": "o o  o o  o o  o o o o  o  >",
    "settings": "o o  o o  o o  o o o o  o  >",
    "account_logout": "o o  o o  o o  o o o o  o  >",
    # desk: lists show each their own
    "desk:today": "o o  o o  - -  - - - -  -  >",
    "desk:todos": "o o  o o  o o  o o - -  o  >",
    "desk:todos_export": "o o  o o  o o  o o - -  o  >",
    "desk:todos_bulk": "o o  o o  o o  o o - -  o  >",
    "desk:todos_do": "o o  o o  o o  o o - -  o  >",
    # a receipt belongs to the session that acted
    "desk:todos_receipt": "0 0  0 0  0 0  0 0 - -  0  >",
    "desk:todos_undo": "0 0  0 0  0 0  0 0 - -  0  >",
    "desk:calendar": "o o  o o  o o  o o - -  o  >",
    "desk:agenda": "o o  o o  - -  - - - -  -  >",
    "desk:persons": "o o  o o  o o  - - - -  -  >",
    "desk:export": "o o  o o  o o  - - - -  -  >",
    # desk: one person
    "desk:person": "o o  0 0  o 0  - - - -  -  >",
    "desk:add_planned": "o o  0 0  - -  - - - -  -  >",
    "desk:add_held": "o o  0 0  - -  - - - -  -  >",
    "desk:outcome": "o o  0 0  - -  - - - -  -  >",
    "desk:cancel_appointment": "o o  0 0  - -  - - - -  -  >",
    "desk:move_appointment": "o o  0 0  - -  - - - -  -  >",
    "desk:note": "o o  0 0  - -  - - - -  -  >",
    "desk:add_contract": "o o  0 0  - -  - - - -  -  >",
    "desk:contract": "o o  0 0  0 0  - - - -  -  >",
    "desk:change_contract": "o o  0 0  - -  - - - -  -  >",
    "desk:prepare_signature": "o o  0 0  - -  - - - -  -  >",
    "desk:sign_contract": "o o  0 0  - -  - - - -  -  >",
    "desk:sign_on_paper": "o o  0 0  - -  - - - -  -  >",
    "desk:contract_document": "o o  0 0  0 0  - - - -  -  >",
    "desk:advance_contract": "o o  0 0  - -  - - - -  -  >",
    "desk:add_step": "o o  0 0  - -  - - - -  -  >",
    "desk:step": "o o  0 0  - -  - - - -  -  >",
    "desk:add_piece": "o o  0 0  - -  - - - -  -  >",
    "desk:add_job": "o o  0 0  - -  - - - -  -  >",
    "desk:add_exit": "o o  0 0  - -  - - - -  -  >",
    "desk:exit_preview": "o o  0 0  - -  - - - -  -  >",
    "desk:exit": "o o  0 0  - -  - - - -  -  >",
    "desk:decide_exit": "- o  - 0  - -  - - - -  -  >",
    "desk:mandate": "- o  - 0  o 0  - - - -  -  >",
    "desk:add_professional": "- o  - 0  o 0  - - - -  -  >",
    "desk:add_pause": "- o  - 0  o 0  o - - -  0  >",
    "desk:pause": "- o  - 0  o 0  o - - -  0  >",
    "desk:add_opinion": "- -  - -  o 0  o - - -  0  >",
    "desk:registration": "o o  0 0  - -  - - - -  -  >",
    "desk:change_registration": "o o  0 0  - -  - - - -  -  >",
    "desk:qualities": "o o  0 0  - -  - - - -  -  >",
    "desk:add_assessment": "o o  0 0  - -  - - - -  -  >",
    "desk:assessment": "o o  0 0  - -  - - - -  -  >",
    "desk:obstacles": "o o  0 0  - -  - - - -  -  >",
    "desk:obstacle": "o o  0 0  - -  - - - -  -  >",
    "desk:add_information": "o o  0 0  - -  - - - -  -  >",
    # steering: figures, each on their own perimeter
    "steering:figures": "o o  o o  o o  o o - -  o  >",
    "steering:figure": "o o  o o  o o  o o - -  o  >",
    "steering:figure_export": "o o  o o  o o  o o - -  o  >",
    "steering:figure_rows": "o o  o o  o o  - o - -  -  >",
    "steering:freeze": "- -  - -  - -  - o - -  -  >",
    "steering:frozen": "0 0  0 0  o o  o o - -  0  >",
    # steering: what is due, counted
    "steering:todos": "- o  - o  o o  o o - -  o  >",
    "steering:todos_export": "- o  - o  o o  o o - -  o  >",
    # steering: what the rulebooks expect of the actions of their perimeter
    "steering:expected": "o o  o o  o o  o o - -  o  >",
    "steering:expected_export": "o o  o o  o o  o o - -  o  >",
    # steering: what the authority decides
    "steering:to_orient": "- -  - -  o o  o - - -  o  >",
    "steering:orient_preview": "- -  - -  o o  o - - -  o  >",
    "steering:orient_many": "- -  - -  o o  o - - -  o  >",
    "steering:orient_receipt": "- -  - -  o 0  o - - -  0  >",
    "steering:orient_undo": "- -  - -  o 0  o - - -  0  >",
    "steering:orient_one": "- -  - -  o 0  o - - -  0  >",
    "steering:to_enrol": "- o  - o  o o  o - - -  o  >",
    "steering:enrol_one": "- o  - 0  o 0  o - - -  0  >",
    "steering:to_validate": "- -  - -  o o  - - - -  -  >",
    "steering:contract": "- -  - -  o 0  - - - -  -  >",
    "steering:contract_document": "- -  - -  o 0  - - - -  -  >",
    "steering:contract_validate": "- -  - -  o 0  - - - -  -  >",
    "steering:contract_return": "- -  - -  o 0  - - - -  -  >",
    "steering:closures": "- o  - o  o o  - - - -  -  >",
    "steering:closure": "- o  - 0  o 0  - - - -  -  >",
    # steering: what comes in; a deposit belongs to the session that made it
    "steering:imports": "- -  - -  - -  o o o -  o  >",
    "steering:import_caf": "- -  - -  - -  - - o -  -  >",
    "steering:import_caf_preview": "- -  - -  - -  - - 0 -  -  >",
    "steering:import_caf_apply": "- -  - -  - -  - - 0 -  -  >",
    "steering:import_caf_forget": "- -  - -  - -  - - 0 -  -  >",
    "steering:import_run": "- -  - -  - -  o o o -  0  >",
    "steering:import_refusals": "- -  - -  - -  o o o -  0  >",
    "steering:import_replay": "- -  - -  - -  - - o -  -  >",
    "steering:import_record": "- -  - -  - -  - - o -  -  >",
    "steering:import_table": "- -  - -  - -  - o - -  -  >",
    "steering:import_table_preview": "- -  - -  - -  - 0 - -  -  >",
    "steering:import_table_apply": "- -  - -  - -  - 0 - -  -  >",
    "steering:import_table_forget": "- -  - -  - -  - 0 - -  -  >",
    "steering:import_table_result": "- -  - -  - -  o o o -  0  >",
    "steering:import_table_refused": "- -  - -  - -  o o o -  0  >",
    "steering:identities": "- -  - -  o o  o - o -  o  >",
    "steering:identity": "- -  - -  0 0  o - o -  0  >",
    "steering:rulebooks": "o o  o o  o o  o o o o  o  >",
    "steering:rulebook": "o o  o o  o o  o o o o  o  >",
    "steering:rulebook_action": "o o  o o  o o  o o o o  o  >",
    "steering:rulebook_register": "o o  o o  o o  o o o o  o  >",
    "steering:rulebook_compare": "o o  o o  o o  o o o o  o  >",
    "steering:rulebook_compare_export": "0 0  0 0  0 0  0 0 0 0  0  >",
    "steering:rulebook_proposal_text": "- -  - -  - -  - o - -  -  >",
    "steering:rulebook_proposal_action": "- -  - -  - -  - o - -  -  >",
    "steering:rulebook_file": "o o  o o  o o  o o o o  o  >",
    "steering:rulebook_propose": "- -  - -  - -  - o - -  -  >",
    "steering:rulebook_propose_shipped": "- -  - -  - -  - 0 - -  -  >",
    "steering:rulebook_proposal": "- -  - -  - -  - o - -  -  >",
    "steering:rulebook_proposal_file": "- -  - -  - -  - o - -  -  >",
    "steering:rulebook_proposal_examples": "- -  - -  - -  - o - -  -  >",
    "steering:rulebook_adopt": "- -  - -  - -  - o - -  -  >",
    "steering:rulebook_withdraw": "- -  - -  - -  - o - -  -  >",
    # a simulation is found by its question, which these addresses do not hold: tests/sites/steering/test_simulating.py
    "steering:simulate": "- -  - -  - -  - o - -  -  >",
    "steering:simulate_start": "- -  - -  - -  - 0 - -  -  >",
    "steering:simulate_export": "- -  - -  - -  - 0 - -  -  >",
    "steering:simulate_rows": "- -  - -  - -  - 0 - -  -  >",
    "steering:simulate_rows_export": "- -  - -  - -  - 0 - -  -  >",
    # steering: places bought; heads see those of their organisation, the authority all of its own
    "steering:agreements": "- o  - o  o o  o o - -  o  >",
    "steering:agreements_export": "- o  - o  o o  o o - -  o  >",
    "steering:agreement": "- o  - 0  o o  o o - -  0  >",
    "steering:places": "- o  - 0  o o  o o - -  0  >",
    "steering:places_export": "- o  - 0  o o  o o - -  0  >",
    "steering:presence": "- o  - o  o o  o o - -  o  >",
    "steering:presence_export": "- o  - o  o o  o o - -  o  >",
    # steering: reports received, noted by who manages the agreements of the authority
    "steering:add_report": "- -  - -  - -  - o - -  -  >",
    "steering:report": "- -  - -  - -  - o - -  -  >",
    "steering:forget_report": "- -  - -  - -  - o - -  -  >",
}

# Nobody signs in to see these; they show no person. A calendar answers to its secret address alone.
PUBLIC = {"account_login", "health", "theme", "desk:calendar_feed"}
