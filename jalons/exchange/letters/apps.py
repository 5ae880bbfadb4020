"""Registers the room with Django."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "jalons.exchange.letters"
    label = "letters"
    verbose_name = "Courriers"
    default_auto_field = "django.db.models.BigAutoField"
