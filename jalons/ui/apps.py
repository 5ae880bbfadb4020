"""Registers the room with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "jalons.ui"
    label = "ui"
    verbose_name = "Interface"
    default_auto_field = "django.db.models.BigAutoField"
