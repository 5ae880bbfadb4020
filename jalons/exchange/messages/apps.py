"""Registers the room with Django."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "jalons.exchange.messages"
    label = "outgoing"  # Django's own « messages » has the name
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"
