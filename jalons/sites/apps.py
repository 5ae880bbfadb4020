"""Registers the room with Django."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "jalons.sites"
    label = "sites"
    verbose_name = "Sites"
    default_auto_field = "django.db.models.BigAutoField"
