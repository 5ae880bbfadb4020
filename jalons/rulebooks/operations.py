"""The doors by which a rulebook is proposed, withdrawn, and becomes law for the application: kept with its bytes, or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, timedelta

from django.db import connection

from jalons.kernel.operation import Actor, operation
from jalons.kernel.ports import port
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.rulebooks.adoption import already_adopted, obstacles
from jalons.rulebooks.examples.runner import read_examples
from jalons.rulebooks.flatten import flatten
from jalons.rulebooks.loader import CONTENT, load, load_content
from jalons.rulebooks.models import ProposalState, RulebookProposal, RulebookVersion, RuleValue
from jalons.rulebooks.permissions import require_adopter
from jalons.rulebooks.schema import Rulebook


@port
def rulebook_adopted() -> None:
    """React to an adoption, in its transaction: ask for the to-dos to be computed again."""


@operation
def propose(
    *,
    raw: bytes,
    file: str,
    actor: User,
    on: date,
    examples: tuple[str, bytes] | None = None,
    known_indicators: Collection[str] | None = None,
) -> RulebookProposal:
    """Keep a readable rulebook for study and return its proposal; the same bytes still under study are the same proposal.

    ``examples``: name and bytes of a file of examples. Refused: a faulty file of either kind (``BadRulebook``), a rulebook
    of an authority for which ``actor`` may not adopt. Nothing in force changes.
    """
    rulebook = load(raw, file=file, known_indicators=known_indicators)
    require_adopter(actor, rulebook.authority.code, on=on)
    known = already_adopted(raw)
    if known is not None:
        raise Refusal(
            f"Ce fichier est déjà adopté : c’est la version {known.version} du cadre {known.code}.", code="known"
        )
    if examples is not None:
        read_examples(examples[1], file=examples[0])
    head = rulebook.framework
    sha256 = hashlib.sha256(raw).hexdigest()
    proposal, _ = RulebookProposal.objects.get_or_create(
        sha256=sha256,
        state=ProposalState.DRAFT,
        defaults={
            "code": head.code,
            "version": head.version,
            "authority_code": rulebook.authority.code,
            "label": head.label,
            "valid_from": head.valid_from,
            "valid_to": head.valid_to,
            "file_name": file[-120:],
            "raw": raw,
            "proposed_on": on,
            "proposed_by": actor,
        },
    )
    if examples is not None:
        proposal.examples_name, proposal.examples_raw = examples[0][-120:], examples[1]
        proposal.save(update_fields=["examples_name", "examples_raw"])
    return proposal


@operation
def attach_examples(*, proposal_id: int, file: str, raw: bytes, actor: User, on: date) -> RulebookProposal:
    """Give a proposal under study its file of examples, in place of the former one. Raises BadRulebook on a faulty file."""
    proposal = _draft(proposal_id, actor, on=on)
    read_examples(raw, file=file)
    proposal.examples_name, proposal.examples_raw = file[-120:], raw
    proposal.save(update_fields=["examples_name", "examples_raw"])
    return proposal


@operation
def withdraw(*, proposal_id: int, actor: User, on: date) -> RulebookProposal:
    """Close a proposal that will not be adopted; its bytes are kept."""
    proposal = _draft(proposal_id, actor, on=on)
    proposal.state, proposal.closed_on, proposal.closed_by = ProposalState.WITHDRAWN, on, actor
    proposal.save(update_fields=["state", "closed_on", "closed_by"])
    return proposal


@operation
def adopt_proposal(
    *, proposal_id: int, actor: User, on: date, decided_on: date, known_indicators: Collection[str] | None = None
) -> RulebookVersion:
    """Adopt a proposal by a decision dated ``decided_on`` (not after ``on``), and ask for the to-dos to be computed again."""
    proposal = _draft(proposal_id, actor, on=on)
    if decided_on > on:
        raise Refusal("La décision ne peut pas être datée d’un jour à venir.", code="rulebook_decided_later")
    adopted = adopt(
        raw=bytes(proposal.raw),
        file=proposal.file_name,
        actor=actor,
        on=on,
        decided_on=decided_on,
        known_indicators=known_indicators,
    )
    proposal.state, proposal.closed_on, proposal.closed_by = ProposalState.ADOPTED, on, actor
    proposal.adopted = adopted
    proposal.save(update_fields=["state", "closed_on", "closed_by", "adopted"])
    rulebook_adopted()
    return adopted


def _draft(proposal_id: int, actor: User, *, on: date) -> RulebookProposal:
    proposal = RulebookProposal.objects.select_for_update().get(pk=proposal_id)
    require_adopter(actor, proposal.authority_code, on=on)
    if proposal.state != ProposalState.DRAFT:
        raise Refusal(
            f"Cette proposition n’est plus à l’étude : elle est {proposal.get_state_display().lower()}.",
            code="proposal_closed",
        )
    return proposal


@operation
def adopt(
    *,
    raw: bytes,
    file: str,
    actor: Actor | None,
    on: date,
    decided_on: date | None = None,
    known_indicators: Collection[str] | None = None,
) -> RulebookVersion:
    """Adopt the rulebook written in ``raw`` and return its version; the same bytes twice give the same version.

    A later version takes over on its ``valid_from``: the former stops the day before. ``decided_on``: the date of the
    decision, ``on`` when left out. Refused: a faulty file (``BadRulebook``) and whatever ``adoption.obstacles`` finds.
    Who may do it is asked by ``adopt_proposal``; this door also serves the initial load.
    """
    rulebook = load(raw, file=file, known_indicators=known_indicators)
    head = rulebook.framework
    sha256 = hashlib.sha256(raw).hexdigest()
    _one_at_a_time(rulebook.authority.code)
    same = RulebookVersion.objects.filter(code=head.code, version=head.version, sha256=sha256).first()
    if same is not None:
        return same
    for obstacle in obstacles(rulebook, on=on):
        raise Refusal(obstacle.sentence, code=obstacle.code)
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
        adopted_on=decided_on or on,
        adopted_by_id=actor.pk if actor is not None else None,
    )
    _publish(adopted, rulebook)
    return adopted


def _one_at_a_time(authority_code: str) -> None:
    """Race: two first adoptions have no row to lock, and each would find its days free; the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"jalons.adoption:{authority_code}"])


def _publish(adopted: RulebookVersion, rulebook: Rulebook) -> None:
    """Write each value as a fact."""
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


def _close_former(code: str, valid_from: date) -> None:
    """Stop the version in force the day before the new one starts."""
    former = RulebookVersion.objects.filter(code=code, valid_from__lt=valid_from).order_by("-valid_from").first()
    if former is not None and (former.applies_to is None or former.applies_to >= valid_from):
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
