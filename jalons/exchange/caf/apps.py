"""Registers the room with Django."""

from django.apps import AppConfig


class CafConfig(AppConfig):
    name = "jalons.exchange.caf"
    label = "caf"
    verbose_name = "Fichier CAF"
    default_auto_field = "django.db.models.BigAutoField"
