"""Addresses of the agenda, group sessions, printed sheets and time sheets; part of the desk."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import agenda, rhythms, session_page, sessions, sheets, signing_in, time_sheets

of_person = [
    path("presence/", signing_in.presence, name="presence"),
    path("rythme/", rhythms.rhythm, name="rhythm"),
    path("rendez-vous/<int:appointment_id>/emarger/", signing_in.sign, name="sign_in"),
    path("rendez-vous/<int:appointment_id>/heures/", signing_in.hours, name="correct_hours"),
    path("rendez-vous/<int:appointment_id>/erreur/", signing_in.mistaken, name="take_back_outcome"),
    path("rendez-vous/<int:appointment_id>/justifier/", signing_in.justified, name="justify"),
]
urlpatterns = [
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/feuille/", sheets.print_day, name="print_day"),
    path("temps-collectifs/", sessions.sessions, name="sessions"),
    path("temps-collectifs/nouveau/", sessions.add_session, name="add_session"),
    path("temps-collectifs/<int:session_id>/", session_page.session, name="session"),
    path("temps-collectifs/<int:session_id>/modifier/", sessions.edit_session, name="edit_session"),
    path("temps-collectifs/<int:session_id>/annuler/", sessions.drop_session, name="drop_session"),
    path("temps-collectifs/<int:session_id>/chercher/", session_page.find, name="session_find"),
    path("temps-collectifs/<int:session_id>/inscrire/", session_page.enrol, name="session_enrol"),
    path(
        "temps-collectifs/<int:session_id>/retirer/<int:appointment_id>/",
        session_page.withdraw,
        name="session_withdraw",
    ),
    path("temps-collectifs/<int:session_id>/presence/", session_page.presence, name="session_presence"),
    path("temps-collectifs/<int:session_id>/compte-rendu/", session_page.report, name="session_report"),
    path("temps-collectifs/<int:session_id>/reponses/", session_page.answers, name="session_answers"),
    path("temps-collectifs/<int:session_id>/feuille/", sheets.print_session, name="print_session"),
    path("emargement/<uuid:sheet_key>/", sheets.sheet, name="sheet"),
    path("emargement/<uuid:sheet_key>/feuille/", sheets.sheet_document, name="sheet_document"),
    path("emargement/<uuid:sheet_key>/retour/<uuid:scan_key>/", sheets.sheet_scan, name="sheet_scan"),
    path("feuille-de-temps/", time_sheets.time_sheet, name="time_sheet"),
    path("feuille-de-temps/arreter/", time_sheets.close_sheet, name="close_time_sheet"),
    path("feuille-de-temps/ligne/<int:entry_id>/retirer/", time_sheets.remove_entry, name="remove_time"),
    path("feuille-de-temps/<uuid:time_sheet_key>/rouvrir/", time_sheets.reopen_sheet, name="reopen_time_sheet"),
    path(
        "feuille-de-temps/<uuid:time_sheet_key>/document/", time_sheets.time_sheet_document, name="time_sheet_document"
    ),
]
