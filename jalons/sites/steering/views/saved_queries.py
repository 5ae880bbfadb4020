"""Searches on persons to orient kept under a name (« requête RSA global », R-030)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from jalons.kernel import clock
from jalons.network.permissions import Permission, may
from jalons.network.queries import authorities_of
from jalons.pathways.models import SavedQuery
from jalons.pathways.operations import forget_query, save_query
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.telling import refusals_told
from jalons.sites.steering.views.orienting import FILTERS


@screen(permission=Permission.ORIENTATION_BULK, methods=("POST",))
def orient_query_save(request: HttpRequest) -> HttpResponse:
    """Keep the filters shown under a name."""
    user, on = user_of(request), clock.today()
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if request.POST.get(name):
            kept[name] = request.POST[name][:80]
    for authority in authorities_of(user, on=on):
        if may(user, Permission.ORIENTATION_BULK, on=on, authority_id=authority.pk):
            with refusals_told(request):
                save_query(
                    actor=user, on=on, authority_id=authority.pk, name=request.POST.get("name", "")[:80],
                    query=kept.urlencode(),
                )  # fmt: skip
                messages.success(request, "Requête gardée.")
            break
    else:
        messages.warning(request, "Une requête se garde pour toute l’autorité : votre rôle porte sur un territoire.")
    return redirect(reverse("steering:to_orient", query=kept))


@screen(permission=Permission.ORIENTATION_BULK, methods=("POST",))
def orient_query_forget(request: HttpRequest, query_id: int) -> HttpResponse:
    """Forget a search."""
    user, on = user_of(request), clock.today()
    if not SavedQuery.objects.filter(pk=query_id, authority__in=authorities_of(user, on=on)).exists():
        raise Http404("query")
    forget_query(actor=user, on=on, query_id=query_id)
    messages.success(request, "Requête oubliée.")
    return redirect("steering:to_orient")
