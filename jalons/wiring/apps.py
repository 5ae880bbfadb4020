"""Binds the ports when Django starts."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "jalons.wiring"
    label = "wiring"

    def ready(self) -> None:
        from jalons.wiring.table import bind_all

        bind_all()
