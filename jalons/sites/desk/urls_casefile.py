"""Addresses of what is written and filed in a person's file."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import caf, documents, notes

urlpatterns = [
    path("notes/", notes.notes, name="notes"),
    path("notes/brouillon/", notes.draft, name="keep_draft"),
    path("notes/brouillon/<uuid:draft_key>/effacer/", notes.drop_draft, name="drop_draft"),
    path("notes/<uuid:note_key>/", notes.note, name="change_note"),
    path("notes/<uuid:note_key>/retirer/", notes.withdraw, name="withdraw_note"),
    path("caf/", caf.caf, name="caf"),
    path("caf/<uuid:question_key>/reponse/", caf.caf_answer, name="caf_answer"),
    path("caf/<uuid:question_key>/retirer/", caf.caf_withdraw, name="caf_withdraw"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<uuid:filed_key>/", documents.open_document, name="open_document"),
    path("documents/<uuid:filed_key>/retirer/", documents.withdraw, name="withdraw_document"),
]
