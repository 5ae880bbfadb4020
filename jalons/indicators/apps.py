"""Registers the room with Django."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "jalons.indicators"
    label = "indicators"
    verbose_name = "Indicateurs"
    default_auto_field = "django.db.models.BigAutoField"
