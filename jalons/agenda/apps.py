"""Registers the room with Django."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "jalons.agenda"
    label = "agenda"
    verbose_name = "Agenda"
    default_auto_field = "django.db.models.BigAutoField"
