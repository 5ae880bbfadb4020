"""Read-only screens of the adopted rulebooks, for administrators."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from jalons.rulebooks.models import RulebookVersion


@admin.register(RulebookVersion)
class RulebookVersionAdmin(admin.ModelAdmin[RulebookVersion]):
    """What is adopted, since when, by whom."""

    list_display = ("code", "version", "label", "valid_from", "applies_to", "adopted_on", "adopted_by")
    ordering = ("code", "valid_from")
    exclude = ("raw",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes here: ``operations.adopt`` does."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: RulebookVersion | None = None) -> bool:
        """Nobody writes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RulebookVersion | None = None) -> bool:
        """Nobody deletes here."""
        return False
