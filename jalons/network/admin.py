"""The network as superusers see it in Django's admin: to look, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from jalons.network.models import (
    Authority,
    Commune,
    Membership,
    Organisation,
    ReadTrace,
    Territory,
    User,
)
from jalons.network.traces import ReadKind, must_trace, trace_read
from jalons.ui.readonly_admin import M, ReadOnlyAdmin


class TracedAdmin(ReadOnlyAdmin[M]):
    """A window on persons: each page leaves its trace, like any other page. ``person_of`` says whose file it is."""

    def person_of(self, row: Model) -> int:
        """Return the person that a row speaks of; by default the row is the person."""
        return int(row.pk)

    @method_decorator(must_trace)
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        rows = shown["cl"].result_list if "cl" in shown else ()
        if request.user.is_authenticated:
            trace_read(request.user, ReadKind.LIST, self._screen(), count=len(rows), reason="administration")
        return response

    @method_decorator(must_trace)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id) if object_id else None
        if row is not None and request.user.is_authenticated:
            person_id = self.person_of(row)
            trace_read(request.user, ReadKind.FILE, self._screen(), person_id=person_id, reason="administration")
        return response

    def _screen(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}"


@admin.register(Authority)
class AuthorityAdmin(ReadOnlyAdmin[Authority]):
    list_display = ("code", "name", "department")


@admin.register(Territory)
class TerritoryAdmin(ReadOnlyAdmin[Territory]):
    list_display = ("code", "name", "authority")
    list_filter = ("authority",)
    list_select_related = ("authority",)


@admin.register(Commune)
class CommuneAdmin(ReadOnlyAdmin[Commune]):
    list_display = ("insee_code", "name", "territory")
    list_select_related = ("territory",)


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin[Organisation]):
    list_display = ("name", "kind", "authority", "fictitious")
    list_filter = ("authority", "kind")
    search_fields = ("name",)
    list_select_related = ("authority",)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin[User]):
    list_display = ("username", "last_name", "first_name", "is_active", "is_superuser")
    fields = ("username", "last_name", "first_name", "email", "is_active", "is_superuser", "is_system", "last_login")
    search_fields = ("username", "last_name")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin[Membership]):
    list_display = ("user", "role", "organisation", "authority", "territory", "start_on", "end_on")
    list_filter = ("role",)
    list_select_related = ("user", "organisation", "authority", "territory")


@admin.register(ReadTrace)
class ReadTraceAdmin(ReadOnlyAdmin[ReadTrace]):
    list_display = ("at", "user_id", "kind", "screen", "person_id", "count")
    list_filter = ("kind",)
    ordering = ("-at",)
