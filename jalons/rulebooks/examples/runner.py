"""Plays examples: facts in; obligations, exit class and amounts out, compared with what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from jalons.facts.engines import DuckDBExecutor, Executor
from jalons.rulebooks import engine, oracle, yaml_nodes
from jalons.rulebooks.examples import words
from jalons.rulebooks.examples.facts import PERSON, exit_proposal, rows
from jalons.rulebooks.examples.format import Exemple, Fichier, ObligationAttendue, without_accents
from jalons.rulebooks.exits import ExitProposal
from jalons.rulebooks.funding import Amount, amount
from jalons.rulebooks.loader import CONTENT, BadRulebook, FileFault
from jalons.rulebooks.messages import in_french
from jalons.rulebooks.obligations.answers import Answer, state
from jalons.rulebooks.schema import Rulebook

EXAMPLES = CONTENT / "examples"


@dataclass(frozen=True, slots=True)
class Played:
    """What a rulebook says of one example. ``differences``: French sentences, empty when all is as expected."""

    case: Exemple
    answers: tuple[Answer, ...]
    exit: ExitProposal | None
    amounts: tuple[Amount, ...]
    differences: tuple[str, ...]


def read(path: Path) -> Fichier:
    """Read a file of examples; raises BadRulebook with every fault, in French."""
    return read_examples(path.read_bytes(), file=path.name)


def read_examples(raw: bytes, *, file: str) -> Fichier:
    """Read examples from bytes; ``file`` is the name shown in faults. Raises BadRulebook."""
    document = yaml_nodes.read(raw)
    faults = [FileFault(file, fault.line, fault.key, fault.sentence) for fault in document.faults]
    if document.data is None or faults:
        raise BadRulebook(faults or [FileFault(file, 1, "", "le fichier est vide")])
    try:
        return Fichier.model_validate(without_accents(document.data))
    except ValidationError as error:
        raise BadRulebook(_fault(file, document, detail) for detail in error.errors(include_url=False)) from error


def _fault(file: str, document: yaml_nodes.Document, detail: Any) -> FileFault:
    place = tuple(part for part in detail["loc"] if isinstance(part, str | int))
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    return FileFault(file, document.line_of(place), key, in_french(detail, Fichier))


def shipped() -> list[Path]:
    """Return the files of examples that live beside the rulebooks."""
    return sorted(EXAMPLES.glob("*/*.yaml"))


def play(rulebook: Rulebook, case: Exemple, executor: Executor | None = None, *, quick: bool = False) -> Played:
    """Return what ``rulebook`` says of ``case``; on ``executor`` when given, which then holds its facts.

    ``quick``: answered by the plain reader of the rules instead of an engine (the tests prove they say the same); a hundred
    times faster for one person.
    """
    narrow = rulebook.only(case.action)
    if quick:
        answers = oracle.evaluate([narrow], rows(rulebook, case), case.le)
    elif executor is not None:
        answers = list(engine.evaluate([narrow], executor, case.le))
    else:
        with DuckDBExecutor.over_rows(rows(rulebook, case), threads=1) as own:
            answers = list(engine.evaluate([narrow], own, case.le))
    return compared(rulebook, case, [one for one in answers if one.person_id in (None, PERSON)])


def compared(rulebook: Rulebook, case: Exemple, answers: Sequence[Answer]) -> Played:
    """Return what ``rulebook`` says of ``case``, whose obligations are answered already: ``answers`` are those of its person."""
    mine = tuple(answers)
    proposal = exit_proposal(rulebook, case)
    action = rulebook.action(case.action)
    amounts = tuple(
        amount(action, places=one.places, carrier_kind=one.porteur, asked=one.demande) for one in case.attendu.montants
    )
    differences = (*_obligations(case, mine), *_exit(case, proposal), *_amounts(case, amounts))
    return Played(case, mine, proposal, amounts, differences)


def state_of(answer: Answer, on: date) -> str:
    """State of an answer on a day, as ``answers.state``."""
    return state(
        on,
        due_on=answer.due_on,
        met_on=answer.met_on,
        breached_on=answer.breached_on,
        suspended_from=answer.suspended_from,
        suspended_to=answer.suspended_to,
    )


def _obligations(case: Exemple, answers: Sequence[Answer]) -> Iterator[str]:
    for expected in case.attendu.obligations:
        found = [
            one
            for one in answers
            if one.obligation_code == expected.obligation and expected.periode in (None, one.occurrence)
        ]
        if expected.etat == "sans_objet":
            if found:
                yield f"{expected.obligation} : rien n'était attendu, le cadre dit {_told(found, case.le)}"
        elif not any(_fits(expected, one, case.le) for one in found):
            yield f"{expected.obligation} : {_wanted(expected)} attendu, le cadre dit {_told(found, case.le) or 'rien'}"


def _fits(expected: ObligationAttendue, answer: Answer, on: date) -> bool:
    pairs: Iterable[tuple[object, object]] = (
        (expected.etat, words.STATES[state_of(answer, on)]),
        (expected.echeance, answer.due_on),
        (expected.fait_le, answer.met_on),
        (expected.manquee_le, answer.breached_on),
        (expected.compte, answer.measured),
        (expected.sur, answer.required),
    )
    return all(wanted is None or wanted == found for wanted, found in pairs)


def _wanted(expected: ObligationAttendue) -> str:
    given = expected.model_dump(exclude_none=True, exclude={"obligation"})
    return ", ".join(f"{key} {value}" for key, value in given.items())


def _told(answers: Sequence[Answer], on: date) -> str:
    return " ; ".join(
        f"{words.STATES[state_of(one, on)]} (échéance {one.due_on}, fait {one.met_on}, manquée {one.breached_on}, "
        f"{one.measured} sur {one.required}, période {one.occurrence or '—'})"
        for one in answers
    )


def _exit(case: Exemple, proposal: ExitProposal | None) -> Iterator[str]:
    expected = case.attendu.sortie
    if expected is None:
        return
    found = proposal or ExitProposal(None, None, "", ())
    if (found.exit_class or "aucune") != expected.classe:
        yield f"sortie : classe {expected.classe} attendue, le cadre dit {found.exit_class or 'aucune'} ({found.reason_fr})"
    if expected.a_revoir is not None and found.flagged != expected.a_revoir:
        yield f"sortie : à revoir {expected.a_revoir} attendu, le cadre dit {found.flagged}"
    if expected.decidee_par is not None and found.decided_by != expected.decidee_par:
        yield f"sortie : décidée par {expected.decidee_par} attendu, le cadre dit {found.decided_by}"
    if expected.atteinte_le is not None and found.effective_on != expected.atteinte_le:
        yield f"sortie : atteinte le {expected.atteinte_le} attendu, le cadre dit {found.effective_on}"


def _amounts(case: Exemple, amounts: Sequence[Amount]) -> Iterator[str]:
    for expected, found in zip(case.attendu.montants, amounts, strict=True):
        if found.euros != Decimal(expected.montant):
            yield f"montant de {expected.places} places : {expected.montant} attendu, le cadre dit {found.euros}"
        if found.needs_justification != expected.justification:
            wanted = "attendue" if expected.justification else "non attendue"
            yield f"montant de {expected.places} places : justification {wanted}, le cadre dit le contraire"
