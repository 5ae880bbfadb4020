"""The rulebooks a user may read, adopted or under study, named in addresses: « v12 », « p3 », « v12.nord_iv_aci »."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jalons.network.models import User
from jalons.network.permissions import Permission, permissions_of
from jalons.rulebooks.models import ProposalState, RulebookVersion
from jalons.rulebooks.permissions import visible_proposals
from jalons.rulebooks.queries import adopted, proposed_among
from jalons.rulebooks.schema import Rulebook


@dataclass(frozen=True, slots=True)
class Book:
    """A rulebook and its name in addresses."""

    name: str
    rulebook: Rulebook
    under_study: bool

    @property
    def title(self) -> str:
        """« Itinéraires 2020, version 2 (proposition) »."""
        study = " (proposition)" if self.under_study else ""
        return f"{self.rulebook.framework.label}, version {self.rulebook.version}{study}"


def books(user: User, *, on: date) -> list[Book]:
    """Return the adopted versions by title, then the proposals of the user's authority under study."""
    keys = {(code, version): pk for pk, code, version in RulebookVersion.objects.values_list("pk", "code", "version")}
    found = [Book(f"v{keys[one.code, one.version]}", one, under_study=False) for one in adopted()]
    found.sort(
        key=lambda book: (
            book.rulebook.authority.label,
            book.rulebook.framework.label,
            book.rulebook.framework.valid_from,
        )
    )
    if Permission.RULEBOOK_ADOPT in permissions_of(user, on=on):
        drafts = visible_proposals(user, on=on).filter(state=ProposalState.DRAFT)
        found += [Book(f"p{pk}", book, under_study=True) for pk, book in proposed_among(drafts).items()]
    return found


def pick(shelf: list[Book], name: str) -> tuple[Book, str] | None:
    """Return the book and the action (empty: all) that an address names; None when there is no such thing."""
    key, _, action = name.partition(".")
    book = next((one for one in shelf if one.name == key), None)
    if book is None or (action and all(one.code != action for one in book.rulebook.actions)):
        return None
    return book, action
