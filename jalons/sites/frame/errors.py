"""Pages for what did not work: refused, not found, broken. Each says what happened and what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """Return the page of a refusal: ``sentence`` says who can."""
    return render(
        request, "frame/error.html", {"title": "Cette page ne vous est pas ouverte", "sentence": sentence}, status=403
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 to what Django itself refuses."""
    return refused(request, "Vous n’avez pas ce droit ici. Demandez-le au responsable de votre organisme.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, for what does not exist and for what is out of reach: the same page."""
    sentence = "L’adresse n’existe pas, ou ce qu’elle montre n’est pas dans votre périmètre."
    return render(request, "frame/error.html", {"title": "Page introuvable", "sentence": sentence}, status=404)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413: nothing of what was sent is read."""
    sentence = "Ce que vous envoyez dépasse ce qu’une page peut recevoir. Revenez en arrière et choisissez un fichier plus petit."
    return render(request, "frame/error.html", {"title": "Envoi trop volumineux", "sentence": sentence}, status=413)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 without touching the database: it may be what broke."""
    context: dict[str, Any] = {}
    return HttpResponse(render_to_string("frame/broken.html", context), status=500)
