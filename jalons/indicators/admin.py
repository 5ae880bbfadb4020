"""Read-only pages of the administration for the frozen figures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from jalons.indicators.models import FrozenFigure


@admin.register(FrozenFigure)
class FrozenFigureAdmin(admin.ModelAdmin[FrozenFigure]):
    """Frozen figures, to be looked at only."""

    list_display = ("label", "month", "published_as", "value", "frozen_on")
    list_filter = ("indicator", "interval")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
