"""No double click writes twice: every form either acts once, or what it writes refuses, or repeats, the same thing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jalons.agenda.models import AttendanceSheet
from jalons.agenda.operations import enrol_in_session, plan_session
from jalons.rulebooks.models import RulebookVersion
from tests.matrix.table import PUBLIC, TABLE, USERS
from tests.matrix.test_matrix import ROUTES, _address
from tests.matrix.things import arguments, furnish
from tests.worlds import World, adopt_shipped, at

# Why a second sending is harmless without a one-time token.
NOTHING = "writes nothing: a search, a preview, a choice kept in the visit"
SAME = "writes the same values again"
MOVED_ON = "moves a thing from one state to the next: it is there already, and says so"
REFUSED = "a constraint, or a check under lock, refuses the same thing twice"
OWN = "has its own key"
HARMLESS: dict[str, str] = {
    **dict.fromkeys(
        (
            "account_logout", "kept_forms", "check_text", "desk:todos", "desk:todos_export", "desk:todos_bulk",
            "desk:persons", "steering:simulate_start", "steering:letter_model_try",
            "steering:import_caf", "steering:import_table", "steering:import_preflags",
            "steering:rulebook_proposal_examples", "steering:letters_sent",
        ),
        NOTHING,
    ),
    **dict.fromkeys(
        (
            "desk:calendar", "desk:edit_session", "desk:change_note", "desk:note", "desk:correct_hours", "desk:change_assessment",
            "desk:recommendation", "desk:change_ppae", "desk:change_contract", "desk:handover_note",
            "desk:end_professional", "desk:pause", "desk:change_registration", "desk:qualities", "steering:report",
            "steering:group_member_end", "steering:orientation_grid", "steering:orient_query_save",
            "steering:session", "steering:moving_columns", "steering:moving_words", "steering:moving_row",
            "steering:reminders", "steering:letter_model", "desk:write_final_review",
        ),
        SAME,
    ),
    **dict.fromkeys(
        (
            "desk:notice_seen", "desk:todos_undo", "desk:drop_session", "desk:session_withdraw", "desk:remove_time",
            "desk:reopen_time_sheet", "desk:end_offer", "desk:drop_draft", "desk:withdraw_note",
            "desk:withdraw_document",
            "desk:caf_answer", "desk:caf_withdraw", "steering:cdap_end",
            "desk:withdraw_reorientation", "desk:outcome", "desk:cancel_appointment",
            "desk:move_appointment", "desk:justify", "desk:take_back_outcome", "desk:move_action", "desk:prepare_signature",
            "desk:sign_final_review", "desk:sign_final_review_on_paper", "desk:act_on_final_review",
            "desk:sign_contract", "desk:sign_on_paper", "desk:advance_contract", "desk:withdraw_report",
            "desk:withdraw_breach", "desk:decide_exit", "desk:handover_note_read", "desk:take_back_mission",
            "desk:take_back_review", "desk:withdraw_contact", "steering:forget_report", "steering:handover_undo",
            "steering:review", "steering:group_agreement_leave", "steering:orient_query_forget",
            "steering:session_exempt_not", "steering:session_cancel", "steering:reorientation",
            "steering:notice_seen", "steering:orient_undo", "steering:contract_validate", "steering:contract_return",
            "steering:closure", "steering:rulebook_adopt", "steering:rulebook_withdraw", "steering:import_caf_apply",
            "steering:import_caf_forget", "steering:import_replay", "steering:import_record",
            "steering:import_table_apply", "steering:import_table_forget", "steering:moving_take",
            "steering:moving_drop", "steering:moving_undo", "steering:moving_leave_out", "steering:reminder_stop",
            "steering:message", "steering:identity", "steering:letter_batch_act", "steering:letter_model_act",
            "steering:letter_cancel",
        ),
        MOVED_ON,
    ),
    **dict.fromkeys(
        (
            "steering:note_follow_up", "desk:position_on_offer", "desk:session_enrol", "desk:announce_entry",
            "desk:add_planned", "desk:add_held",
            "steering:session_convene", "steering:rulebook_propose_shipped",
        ),
        REFUSED,
    ),
    **dict.fromkeys(("desk:todos_do", "desk:notes", "desk:keep_draft"), OWN),
}  # fmt: skip
ACTING = [name for name in TABLE if "POST" in ROUTES[name].callback.screen.methods and name not in PUBLIC]
ONCE = [name for name in ACTING if getattr(ROUTES[name].callback, "acts_once", False)]


def test_every_form_acts_once_or_says_why_it_may_be_sent_twice() -> None:
    unsaid = sorted(set(ACTING) - set(ONCE) - set(HARMLESS))
    assert unsaid == [], "give them @acts_once (jalons.sites.frame.once), or their line above"
    assert sorted(set(HARMLESS) - set(ACTING)) == [], "these routes are gone, or write nothing any more"
    assert sorted(set(HARMLESS) & set(ONCE)) == [], "these act once: their line says something else"


def test_the_pages_of_these_forms_bear_the_token(world: World) -> None:
    values: dict[str, Any] = arguments(world, furnish(world))
    adopt_shipped(but=RulebookVersion.objects.values_list("code", flat=True))
    without = []
    for name in ONCE:
        if "GET" not in ROUTES[name].callback.screen.methods:
            continue
        role = USERS[TABLE[name].split().index("o")]
        client = Client()
        client.force_login(getattr(world, role))
        body = client.get(_address(name, values)).content.decode()
        if "<form" in body.partition("<main")[2] and 'name="once"' not in body:
            without.append(name)
    assert without == []


@pytest.mark.req("R-100")
def test_a_printed_sheet_is_made_once(client: Client, world: World) -> None:
    common = {"actor": world.caseworker, "on": world.day}
    session = plan_session(
        **common, organisation_id=world.house.pk, theme="Club", starts_at=at(world.day, 14), ends_at=at(world.day, 16)
    )
    person = world.enrolled(caseworker=world.caseworker).person
    enrol_in_session(**common, session_id=session.pk, person_ids=[person.pk])
    client.force_login(world.caseworker)
    page = client.get(f"/temps-collectifs/{session.pk}/").content.decode()
    button = page.split("Imprimer la feuille")[0].rsplit("<form", 1)[1]
    token = button.split('name="once" value="')[1][:36]
    sent = [client.post(f"/temps-collectifs/{session.pk}/feuille/", {"once": token})["Location"] for _ in range(2)]
    assert sent[0] == sent[1]
    assert AttendanceSheet.objects.count() == 1
