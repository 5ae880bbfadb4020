"""Registers the room with Django."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "jalons.facts"
    label = "facts"
    verbose_name = "Faits"
    default_auto_field = "django.db.models.BigAutoField"
