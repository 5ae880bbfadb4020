"""Addresses of « Échanges »; part of the steering face."""

from __future__ import annotations

from django.urls import include, path

from jalons.sites.steering.views import caf_files, identities, imports, messages_sent, tables

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("caf/deposer/", caf_files.import_caf, name="import_caf"),
    path("caf/essais/<uuid:deposit>/", caf_files.import_caf_preview, name="import_caf_preview"),
    path("caf/essais/<uuid:deposit>/importer/", caf_files.import_caf_apply, name="import_caf_apply"),
    path("caf/essais/<uuid:deposit>/ecarter/", caf_files.import_caf_forget, name="import_caf_forget"),
    path("caf/<int:run_id>/", imports.import_run, name="import_run"),
    path("caf/<int:run_id>/refus/<slug:layout>/", imports.import_refusals, name="import_refusals"),
    path("caf/<int:run_id>/rejouer/", imports.import_replay, name="import_replay"),
    path("caf/<int:run_id>/foyers/<int:record_id>/<slug:act>/", imports.import_record, name="import_record"),
    path("conventions/deposer/", tables.import_table, name="import_table"),
    path("conventions/essais/<uuid:deposit>/", tables.import_table_preview, name="import_table_preview"),
    path("conventions/essais/<uuid:deposit>/importer/", tables.import_table_apply, name="import_table_apply"),
    path("conventions/essais/<uuid:deposit>/ecarter/", tables.import_table_forget, name="import_table_forget"),
    path("conventions/<int:table_id>/", tables.import_table_result, name="import_table_result"),
    path("conventions/<int:table_id>/refus/<slug:layout>/", tables.import_table_refused, name="import_table_refused"),
    path("organismes/", include("jalons.sites.steering.urls_moving")),
    path("messages/", messages_sent.messages_sent, name="messages"),
    path("messages/rappels/", messages_sent.reminders, name="reminders"),
    path("messages/rappels/<int:rule_id>/arreter/", messages_sent.reminder_stop, name="reminder_stop"),
    path("messages/<int:message_id>/", messages_sent.message, name="message"),
    path("identites/", identities.identities, name="identities"),
    path("identites/<int:conflict_id>/", identities.identity, name="identity"),
]
