"""Addresses of what is due; part of the desk."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import todo_acts, todos

urlpatterns = [
    path("", todos.todos, name="todos"),
    path("export/<slug:layout>/", todos.export, name="todos_export"),
    path("en-nombre/", todo_acts.bulk, name="todos_bulk"),
    path("en-nombre/faire/", todo_acts.bulk_do, name="todos_do"),
    path("en-nombre/<uuid:batch>/", todo_acts.receipt, name="todos_receipt"),
    path("en-nombre/<uuid:batch>/annuler/", todo_acts.undo, name="todos_undo"),
]
