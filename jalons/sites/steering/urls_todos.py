"""Addresses of what is due, counted; part of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import todos

urlpatterns = [
    path("", todos.todos, name="todos"),
    path("export/<slug:layout>/", todos.export, name="todos_export"),
]
