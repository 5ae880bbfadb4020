"""Registers the room with Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jalons.sites.desk"
    label = "desk"
    verbose_name = "Bureau"
    default_auto_field = "django.db.models.BigAutoField"
