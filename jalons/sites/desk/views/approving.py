"""« À approuver »: the contracts of the organisation that wait for its head, where the rulebook asks for it (S-22)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.pathways.queries.contracts import contracts_to_approve
from jalons.sites.frame.access import screen, showed, user_of
from jalons.ui.tables import Column, page_of

COLUMNS = (Column("Personne"), Column("Contrat"), Column("Rédigé par"), Column("Transmis le"), Column("Attente", "num"))


@screen(permission=Permission.CONTRACT_APPROVE, trace="list")
def to_approve(request: HttpRequest) -> HttpResponse:
    """Show the contracts that wait, the longest waiting first; each is read, then approved or sent back."""
    page = page_of(request, contracts_to_approve(user_of(request), on=clock.today()))
    showed(request, len(page.object_list))
    return render(request, "desk/to_approve.html", {"page": page, "columns": COLUMNS})
