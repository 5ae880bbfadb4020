"""The door by which a rulebook becomes law for the application: adopted with its bytes, or refused with its faults."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, timedelta

from jalons.kernel.operation import Actor, operation
from jalons.kernel.refusals import Refusal
from jalons.rulebooks.flatten import flatten
from jalons.rulebooks.loader import CONTENT, load, load_content
from jalons.rulebooks.models import RulebookVersion, RuleValue


@operation
def adopt(
    *, raw: bytes, file: str, actor: Actor | None, on: date, known_indicators: Collection[str] | None = None
) -> RulebookVersion:
    """Adopt the rulebook written in ``raw`` and return its version; the same bytes twice give the same version.

    A later version takes over on its ``valid_from``: the former stops the day before, for what starts from then on. Refused:
    a faulty file (``BadRulebook``), the same version number with other bytes, a version that would rewrite the past.
    """
    rulebook = load(raw, file=file, known_indicators=known_indicators)
    head = rulebook.framework
    sha256 = hashlib.sha256(raw).hexdigest()
    same = RulebookVersion.objects.filter(code=head.code, version=head.version).first()
    if same is not None:
        if same.sha256 == sha256:
            return same
        raise Refusal(
            f"La version {head.version} du cadre {head.code} est déjà adoptée avec un autre contenu : "
            "donnez au fichier un nouveau numéro de version.",
            code="rulebook_changed",
        )
    _close_former(head.code, head.valid_from)
    adopted = RulebookVersion.objects.create(
        code=head.code,
        version=head.version,
        authority_code=rulebook.authority.code,
        label=head.label,
        valid_from=head.valid_from,
        valid_to=head.valid_to,
        applies_to=head.valid_to,
        raw=raw,
        sha256=sha256,
        adopted_on=on,
        adopted_by_id=actor.pk if actor is not None else None,
    )
    RuleValue.objects.bulk_create(
        RuleValue(
            rulebook=adopted,
            action_code=one.action_code,
            path=one.path,
            value=one.value,
            number=one.number,
            basis=one.basis,
            citation=one.citation,
        )
        for one in flatten(rulebook)
    )
    return adopted


def _close_former(code: str, valid_from: date) -> None:
    """Stop the version in force the day before the new one; a new one never starts before it."""
    former = RulebookVersion.objects.select_for_update().filter(code=code).order_by("-valid_from").first()
    if former is None:
        return
    if valid_from <= former.valid_from:
        raise Refusal(
            f"Une nouvelle version ne réécrit pas le passé : la version {former.version} du cadre {code} vaut depuis le "
            f"{former.valid_from:%d/%m/%Y}, la nouvelle doit commencer après.",
            code="rulebook_past",
        )
    if former.applies_to is None or former.applies_to >= valid_from:
        former.applies_to = valid_from - timedelta(days=1)
        former.save(update_fields=["applies_to"])


@operation
def load_shipped(
    *, actor: Actor | None, on: date, known_indicators: Collection[str] | None = None
) -> tuple[RulebookVersion, ...]:
    """Adopt the rulebooks shipped with Jalons that are not adopted yet. Running it again changes nothing."""
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(CONTENT.glob("*.yaml"))]
    known = {one.sha256: one for one in RulebookVersion.objects.filter(sha256__in=hashes)}
    if len(known) == len(hashes):
        return tuple(known[one] for one in hashes)
    return tuple(
        adopt(raw=one.raw, file=one.file, actor=actor, on=on, known_indicators=known_indicators)
        for one in load_content(known_indicators=known_indicators)
    )
