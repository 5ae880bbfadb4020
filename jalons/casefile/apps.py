"""Registers the room with Django."""

from django.apps import AppConfig


class CasefileConfig(AppConfig):
    name = "jalons.casefile"
    label = "casefile"
    verbose_name = "Dossier"
    default_auto_field = "django.db.models.BigAutoField"
