"""Pages about what is typed: the forms kept while signed out, and the guard on free text, asked before saving."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from jalons.documents.guard import Remark, noticed
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.kept_forms import KeptForm, forget, kept_for, received
from jalons.sites.frame.signed_out import lead_to_sign_in
from jalons.ui.french import typography

LONGEST = 20_000  # characters looked at: ten pages


@screen(permission=None, methods=("GET", "POST"))
def kept_forms(request: HttpRequest) -> HttpResponse:
    """Show what was sent while signed out, to send it now or to let it go."""
    if request.method == "POST":
        forget(request, request.POST.get("forget", ""))
        return redirect("kept_forms")
    return kept_page(request, kept_for(request, user_of(request)))


def kept_page(request: HttpRequest, forms: list[KeptForm], *, status: int = 200) -> HttpResponse:
    """Return the page of forms to send again."""
    response = render(request, "frame/kept_forms.html", {"forms": forms}, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose session has changed since it was opened: its sender finds it again, anybody else is refused.

    Without the stamp, made for this very user, nothing of what was posted is shown: another site cannot fill our page.
    """
    form = received(request) if request.method == "POST" else None
    if form is not None and not request.user.is_authenticated:
        return lead_to_sign_in(request)
    if form is not None and form.owner == request.user.pk:
        return kept_page(request, [form], status=403)
    sentence = (
        "Votre session a changé depuis l’ouverture de ce formulaire. Revenez en arrière : votre saisie y est encore."
    )
    return render(request, "frame/error.html", {"title": "Formulaire à renvoyer", "sentence": sentence}, status=403)


@screen(permission=None, methods=("POST",))
def check_text(request: HttpRequest) -> HttpResponse:
    """Say what a text should perhaps not hold (R-163). Nothing is kept of it."""
    remarks = [in_words(one) for one in noticed(request.POST.get("text", "")[:LONGEST])]
    return JsonResponse({"remarks": remarks})


def in_words(remark: Remark) -> dict[str, str]:
    """Return a remark ready to show: what was noticed, what to write instead."""
    found = f" (« {remark.excerpt} »)" if remark.excerpt else ""
    return {"code": remark.code, "words": typography(f"{remark.label.capitalize()}{found} : {remark.advice}")}
