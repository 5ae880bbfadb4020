"""Addresses of what is due; part of the desk."""

from __future__ import annotations

from django.urls import path

from jalons.sites.desk.views import todos

urlpatterns = [
    path("", todos.todos, name="todos"),
    path("export/<slug:layout>/", todos.export, name="todos_export"),
]
