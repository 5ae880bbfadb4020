"""Registers the room with Django."""

from django.apps import AppConfig


class RulebooksConfig(AppConfig):
    name = "jalons.rulebooks"
    label = "rulebooks"
    verbose_name = "Cadres"
    default_auto_field = "django.db.models.BigAutoField"
