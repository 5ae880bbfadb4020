"""Who may propose and adopt rulebooks: an officer, for her own authority only."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from jalons.kernel.refusals import NotAllowed
from jalons.network.models import Authority, User
from jalons.network.permissions import Permission, may, require
from jalons.rulebooks.models import RulebookProposal


def require_adopter(user: User, authority_code: str, *, on: date) -> None:
    """Raise NotAllowed unless ``user`` may adopt the rulebooks of that authority (all of it, not one territory)."""
    authority = Authority.objects.filter(code=authority_code).first()
    if authority is None or not may(user, Permission.RULEBOOK_ADOPT, on=on, authority_id=authority.pk):
        require(user, Permission.RULEBOOK_ADOPT, on=on)  # somebody who may adopt nowhere is told who can
        mine = ", ".join(f"{one.name} ({one.code})" for one in authorities_of(user, on=on)) or "aucune"
        raise NotAllowed(
            f"Ce cadre est celui de l’autorité « {authority_code} » ; vous adoptez les cadres de : {mine}.",
            code="rulebook_other_authority",
        )


def authorities_of(user: User, *, on: date) -> list[Authority]:
    """Return the authorities whose rulebooks ``user`` may adopt."""
    return [one for one in Authority.objects.all() if may(user, Permission.RULEBOOK_ADOPT, on=on, authority_id=one.pk)]


def visible_proposals(user: User, *, on: date) -> QuerySet[RulebookProposal]:
    """Return the proposals of these authorities, newest first, without their bytes."""
    codes = [one.code for one in authorities_of(user, on=on)]
    found = RulebookProposal.objects.filter(authority_code__in=codes).defer("raw", "examples_raw")
    return found.select_related("proposed_by", "closed_by", "adopted").order_by("-proposed_on", "-pk")
