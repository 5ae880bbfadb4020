"""Addresses of the tables organisations come with; part of « Échanges »."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import moving, moving_rows

urlpatterns = [
    path("deposer/", moving.moving_in, name="moving_in"),
    path("<uuid:move_key>/", moving.moving, name="moving"),
    path("<uuid:move_key>/colonnes/", moving.moving_columns, name="moving_columns"),
    path("<uuid:move_key>/mots/", moving.moving_words, name="moving_words"),
    path("<uuid:move_key>/importer/", moving.moving_take, name="moving_take"),
    path("<uuid:move_key>/ecarter/", moving.moving_drop, name="moving_drop"),
    path("<uuid:move_key>/annuler/", moving.moving_undo, name="moving_undo"),
    path("<uuid:move_key>/refus/<slug:layout>/", moving_rows.moving_refused, name="moving_refused"),
    path("<uuid:move_key>/lignes/<int:number>/", moving_rows.moving_row, name="moving_row"),
    path("<uuid:move_key>/lignes/<int:number>/ecarter/", moving_rows.moving_leave_out, name="moving_leave_out"),
]
