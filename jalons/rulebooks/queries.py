"""Reads of the rulebooks adopted and proposed. Parsed rulebooks are kept in memory by hash: their bytes never change."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from jalons.rulebooks.loader import load
from jalons.rulebooks.models import RulebookProposal, RulebookVersion
from jalons.rulebooks.schema import Obligation, Rulebook


def adopted() -> tuple[Rulebook, ...]:
    """Return every adopted version, oldest first, each valid until the day before the next one takes over."""
    rows = RulebookVersion.objects.order_by("code", "valid_from").values_list("pk", "sha256", "applies_to")
    return tuple(_parsed(pk, sha256, applies_to) for pk, sha256, applies_to in rows)


def version_key() -> tuple[tuple[str, date | None], ...]:
    """Return what identifies the set of adopted versions, to key a cache."""
    return tuple(RulebookVersion.objects.order_by("code", "valid_from").values_list("sha256", "applies_to"))


def rulebook_of(action_code: str, *, on: date) -> Rulebook | None:
    """Return the adopted rulebook that has ``action_code`` and is in force on a day, or None."""
    rows = RulebookVersion.objects.filter(
        Q(applies_to__isnull=True) | Q(applies_to__gte=on),
        valid_from__lte=on,
        values_published__action_code=action_code,
    )
    for pk, sha256, applies_to in rows.order_by("pk").distinct().values_list("pk", "sha256", "applies_to"):
        return _parsed(pk, sha256, applies_to)
    return None


def obligation_of(rulebook_code: str, version: str, action_code: str, obligation_code: str) -> Obligation | None:
    """Return an obligation as the version that produced an answer wrote it; no query once the version was read."""
    rulebook = _version(rulebook_code, version)
    if rulebook is None:
        return None
    return next((one for one in rulebook.obligations_of(action_code) if one.code == obligation_code), None)


def proposed(proposal_id: int) -> Rulebook:
    """Return the rulebook of a proposal, as its file writes it; raises ``RulebookProposal.DoesNotExist``."""
    row = RulebookProposal.objects.values_list("sha256", "file_name").get(pk=proposal_id)
    return _proposed(proposal_id, *row)


def proposed_among(found: QuerySet[RulebookProposal]) -> dict[int, Rulebook]:
    """Return the rulebooks of these proposals by primary key; one query once their files were read."""
    return {pk: _proposed(pk, sha256, file) for pk, sha256, file in found.values_list("pk", "sha256", "file_name")}


def in_force_before(rulebook: Rulebook) -> Rulebook | None:
    """Return the adopted version of the same framework that ``rulebook`` would succeed or replace: the last one."""
    return next((one for one in reversed(adopted()) if one.code == rulebook.code), None)


_VERSIONS: dict[tuple[str, str], Rulebook] = {}


def _version(code: str, version: str) -> Rulebook | None:
    if (code, version) not in _VERSIONS:
        row = RulebookVersion.objects.filter(code=code, version=version).values_list("pk", "sha256").first()
        if row is None:
            return None
        _VERSIONS[code, version] = _parsed(row[0], row[1], None)
    return _VERSIONS[code, version]


@lru_cache(maxsize=128)
def _parsed(pk: int, sha256: str, applies_to: date | None) -> Rulebook:
    raw = bytes(RulebookVersion.objects.values_list("raw", flat=True).get(pk=pk))
    rulebook = load(raw, file=f"version adoptée {sha256[:12]}")
    if applies_to is None or applies_to == rulebook.framework.valid_to:
        return rulebook
    head = rulebook.framework.model_copy(update={"valid_to": applies_to})
    return rulebook.model_copy(update={"framework": head})


@lru_cache(maxsize=32)
def _proposed(pk: int, sha256: str, file: str) -> Rulebook:
    return load(bytes(RulebookProposal.objects.values_list("raw", flat=True).get(pk=pk)), file=file)
