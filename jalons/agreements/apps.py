"""Registers the room with Django."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "jalons.agreements"
    label = "agreements"
    verbose_name = "Conventions"
    default_auto_field = "django.db.models.BigAutoField"
