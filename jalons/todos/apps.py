"""Registers the room with Django."""

from django.apps import AppConfig


class TodosConfig(AppConfig):
    name = "jalons.todos"
    label = "todos"
    verbose_name = "Échéances"
    default_auto_field = "django.db.models.BigAutoField"
