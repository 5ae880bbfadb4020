"""Sign-in, the way home, the colours of an authority, and whether the application is up."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control

from jalons.kernel import clock
from jalons.network.models import Membership, RoleCode, User
from jalons.network.permissions import ROLES, permissions_of
from jalons.network.queries import role_matrix
from jalons.sites.frame.access import public, screen, user_of
from jalons.sites.frame.kept_forms import forget_others, holds_any
from jalons.sites.frame.navigation import home as first_page


class SignIn(LoginView):  # type: ignore[misc]
    """allauth's sign-in (attempts counted, no telling whether an account exists), with the accounts of the demo."""

    def get_form(self, form_class: Any = None) -> Any:
        """Name the fields as users do; a placeholder would say the label twice."""
        form = super().get_form(form_class)
        form.label_suffix = ""
        form.fields["login"].label = "Identifiant"
        for field in form.fields.values():
            field.widget.attrs.pop("placeholder", None)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one account per role when the installation is a demo."""
        return {
            **super().get_context_data(**kwargs),
            "demo_accounts": demo_accounts(),
            "demo_password": _demo_password(),
            "keeps": holds_any(self.request),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Let in; what another user had sent from this browser is not for this one."""
        response: HttpResponse = super().form_valid(form)
        if isinstance(self.request.user, User):
            forget_others(self.request, self.request.user)
        return response


def _demo_password() -> str:
    return settings.JALONS_DEMO_PASSWORD if settings.JALONS_FICTITIOUS else ""


def demo_accounts() -> list[tuple[str, str, str]]:
    """Return (login, role, place) of one account per role that can sign in; none outside a demo."""
    if not _demo_password():
        return []
    rows = Membership.objects.filter(end_on=None, user__is_active=True, user__is_system=False)
    rows = rows.exclude(Q(user__password="") | Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX))
    rows = rows.select_related("user", "organisation", "authority", "territory").order_by("id")
    found: dict[str, tuple[str, str, str]] = {}
    for row in rows[:200]:
        place = str(row.organisation or row.territory or row.authority)
        found.setdefault(row.role, (row.user.username, RoleCode(row.role).label, place))
    return [found[role] for role in ROLES if role in found]


@public
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Let a professional in."""
    return SignIn.as_view()(request)  # type: ignore[no-any-return]


@screen(permission=None, methods=("GET", "POST"))
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ask, then close the session."""
    return LogoutView.as_view()(request)  # type: ignore[no-any-return]


@screen(permission=None)
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first job of the user."""
    address = first_page(permissions_of(user_of(request), on=clock.today()))
    if address is None:
        return render(request, "frame/nothing.html", status=403)
    return redirect(address)


@screen(permission=None)
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show who may do what: the roles and their permissions, as the code applies them."""
    return render(request, "frame/settings.html", {"roles": ROLES.values(), "matrix": role_matrix()})


@public
@cache_control(public=True, max_age=86_400)
def theme(request: HttpRequest, colour: str) -> HttpResponse:
    """Send the accent colour of an authority as a style sheet (the content policy allows no inline style)."""
    return HttpResponse(f":root{{--accent:#{colour}}}\n", content_type="text/css")


@public
def health(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers; for the supervisor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
