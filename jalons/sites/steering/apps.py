"""Registers the room with Django."""

from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "jalons.sites.steering"
    label = "steering"
    verbose_name = "Pilotage"
    default_auto_field = "django.db.models.BigAutoField"
