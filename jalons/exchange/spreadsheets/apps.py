"""Registers the room with Django."""

from django.apps import AppConfig


class SpreadsheetsConfig(AppConfig):
    name = "jalons.exchange.spreadsheets"
    label = "spreadsheets"
    verbose_name = "Tableurs"
    default_auto_field = "django.db.models.BigAutoField"
