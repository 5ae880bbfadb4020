"""What becomes of a form that arrives without a sign-in: kept for its sender, who is led to sign in and finds it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jalons.sites.frame.kept_forms import SENT_AGAIN, forget, keep, received

SENT = 400  # below: the page took the form


class SignedOutForms:
    """Middleware, before the one that requires a sign-in: a form sent too late is kept, a script is told 401."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code < SENT and request.user.is_authenticated:
            key = request.POST.get(SENT_AGAIN)
            if key:
                forget(request, key)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Answer in the place of a page that would lead to the sign-in and forget what was typed."""
        public = not getattr(view, "login_required", True)
        if request.method != "POST" or public or request.user.is_authenticated:
            return None
        if "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"signed_in": False}, status=401)
        return lead_to_sign_in(request)


def lead_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Keep the form of this request when it is one of ours, and lead to the sign-in; afterwards comes the form, or its page."""
    form = received(request)
    if form is None:
        return redirect_to_login(_page_of(request))
    keep(request, form)
    return redirect_to_login(reverse("kept_forms"))


def _page_of(request: HttpRequest) -> str:
    """The page the form was on: the address it is sent to may not be one that opens."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return reverse("home")
