"""Lit et change les cadres : check, show CODE, try FICHIER, compare A B, simulate NOUVEAU --against ACTUEL, adopt FICHIER."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from jalons.cli import _rulebook_adopt, _rulebook_compare, _rulebook_simulate
from jalons.indicators.definitions import catalogue
from jalons.rulebooks import proposals
from jalons.rulebooks.examples.runner import Played, play, read, shipped, state_of
from jalons.rulebooks.examples.words import SHOWN_STATES
from jalons.rulebooks.french import day, source, told
from jalons.rulebooks.loader import BadRulebook, Loaded, load_content, load_files
from jalons.rulebooks.obligations.answers import Answer
from jalons.rulebooks.schema import Rulebook

NEEDS_DATABASE = False  # those that need it make it run
WITH_THEIR_OWN_FILE: dict[str, Any] = {
    "compare": _rulebook_compare,
    "simulate": _rulebook_simulate,
    "adopt": _rulebook_adopt,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands."""
    parser.description = "Vérifie, montre, essaie, compare, simule et adopte les cadres."
    commands = parser.add_subparsers(dest="command", required=True, metavar="check|show|try|compare|simulate|adopt")
    check = commands.add_parser(
        "check", help="vérifier tous les cadres livrés, ou des fichiers, et rejouer leurs exemples"
    )
    check.add_argument(
        "files", nargs="*", type=Path, metavar="FICHIER", help="cadres à vérifier à la place de ceux livrés"
    )
    show = commands.add_parser("show", help="relire un cadre ou une action en français, avec ses sources")
    show.add_argument("code", metavar="CODE", help="code du cadre ou de l'action, ou fichier d'un cadre")
    attempt = commands.add_parser("try", help="rejouer un fichier d'exemples")
    attempt.add_argument("case", type=Path, metavar="FICHIER")
    attempt.add_argument("--rulebook", type=Path, metavar="FICHIER", help="essayer avec ce cadre, livré ou non")
    for module in WITH_THEIR_OWN_FILE.values():
        module.add_parser(commands)


def run(args: argparse.Namespace) -> int:
    """Run the sub-command; 0 all right, 1 something to correct."""
    try:
        if args.command == "check":
            return _check(args.files)
        if args.command in WITH_THEIR_OWN_FILE:
            return int(WITH_THEIR_OWN_FILE[args.command].run(args))
        if args.command == "show":
            return _show(args.code)
        return _try(args.case, args.rulebook)
    except BadRulebook as bad:
        for fault in bad.faults:
            print(fault, file=sys.stderr)
        print(f"{len(bad.faults)} point(s) à corriger.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"jalons : {error.filename} : fichier introuvable ou illisible.", file=sys.stderr)
        return 1


def _check(files: list[Path]) -> int:
    loaded = load_files(files) if files else load_content()
    computed = set(catalogue().indicators)
    for one in loaded:
        for action in one.rulebook.actions:
            print(_line(one.rulebook, action.code, computed))
    wrong = 0 if files else _check_examples(loaded) + _check_proposals(computed)
    return 1 if wrong else 0


def _line(rulebook: Rulebook, action_code: str, computed: set[str]) -> str:
    action = rulebook.action(action_code)
    counts = f"{len(rulebook.obligations_of(action_code))} obligations, {len(action.targets)} résultats"
    waiting = sorted({target.indicator for target in action.targets} - computed)
    later = f" ; pas encore calculés : {', '.join(waiting)}" if waiting else ""
    what = "squelette" if action.skeleton else "complet"
    return f"{action_code} ({rulebook.code} {rulebook.version}) : {what}, {counts}{later}"


def _check_examples(loaded: list[Loaded]) -> int:
    rulebooks = {one.rulebook.code: one.rulebook for one in loaded}
    played = wrong = 0
    for path in shipped():
        file = read(path)
        for case in file.exemples:
            result = play(rulebooks[file.cadre], case, quick=True)
            played += 1
            wrong += bool(result.differences)
            for difference in result.differences:
                print(f"{path.parent.name}/{path.name}, « {case.titre} » : {difference}", file=sys.stderr)
    print(f"{played} exemples rejoués, {wrong} en désaccord.")
    return wrong


def _check_proposals(computed: set[str]) -> int:
    wrong = 0
    for one in proposals.shipped():
        for action in one.rulebook.actions:
            print(f"proposition {_line(one.rulebook, action.code, computed)}")
        if one.examples is None:
            continue
        name, raw = one.examples
        tried = proposals.played(one.rulebook, raw, file=name)
        for case in tried:
            for difference in case.differences:
                print(f"{one.name}/{name}, « {case.title} » : {difference}", file=sys.stderr)
        wrong += sum(bool(case.differences) for case in tried)
        print(f"proposition {one.name} : {len(tried)} exemples rejoués, {wrong} en désaccord.")
    return wrong


def _show(code: str) -> int:
    if Path(code).is_file():
        print("\n".join(told(load_files([Path(code)])[0].rulebook)))
        return 0
    loaded = load_content()
    for one in loaded:
        if code == one.rulebook.code or any(code == action.code for action in one.rulebook.actions):
            print("\n".join(told(one.rulebook, code)))
            return 0
    known = sorted(
        {one.rulebook.code for one in loaded} | {action.code for one in loaded for action in one.rulebook.actions}
    )
    print(f"Cadre ou action inconnu : {code}. Codes connus : {', '.join(known)}.", file=sys.stderr)
    return 1


def _try(path: Path, rulebook_path: Path | None) -> int:
    file = read(path)
    loaded = load_files([rulebook_path]) if rulebook_path else load_content()
    rulebook = next((one.rulebook for one in loaded if one.rulebook.code == file.cadre), None)
    if rulebook is None:
        known = ", ".join(sorted(one.rulebook.code for one in loaded))
        print(f"{path.name} : cadre inconnu « {file.cadre} » ; cadres connus : {known}.", file=sys.stderr)
        return 1
    wrong = 0
    for case in file.exemples:
        if all(action.code != case.action for action in rulebook.actions):
            known = ", ".join(action.code for action in rulebook.actions)
            print(f"« {case.titre} » : action inconnue « {case.action} » ; actions : {known}.", file=sys.stderr)
            wrong += 1
            continue
        result = play(rulebook, case)
        _print(rulebook, result)
        wrong += bool(result.differences)
    print(f"{len(file.exemples)} exemple(s), {wrong} en désaccord.")
    return 1 if wrong else 0


def _print(rulebook: Rulebook, result: Played) -> None:
    case = result.case
    print(f"■ {case.titre} — {case.action}, au {day(case.le)}")
    answers = result.answers if case.accompagnement else ()
    for answer in sorted(answers, key=lambda one: (str(one.due_on), one.obligation_code, one.occurrence)):
        _print_answer(rulebook, answer, result)
    if result.exit is not None:
        shown = result.exit.label or "aucune classe"
        who = f" ; décidée par {result.exit.decided_by}" if result.exit.decided_by else ""
        review = " ; à revoir" if result.exit.flagged else ""
        print(f"  Sortie : {shown} — {result.exit.reason_fr}{who}{review} [{' ; '.join(result.exit.citation)}]")
    for amount in result.amounts:
        shown = f"{amount.euros:.2f} €" if amount.euros is not None else "à décider"
        print(f"  Montant : {shown} — {amount.explanation} [{' ; '.join(amount.citation)}]")
    for difference in result.differences:
        print(f"  ✗ {difference}")
    print()


def _print_answer(rulebook: Rulebook, answer: Answer, result: Played) -> None:
    obligation = next(one for one in rulebook.obligations_of(answer.action_code) if one.code == answer.obligation_code)
    state = SHOWN_STATES[state_of(answer, result.case.le)]
    due = f", échéance {day(answer.due_on)}" if answer.due_on else ""
    done = f", fait le {day(answer.met_on)}" if answer.met_on else ""
    missed = f", manquée le {day(answer.breached_on)}" if answer.breached_on else ""
    count = (
        f", {answer.measured.normalize():f} sur {answer.required.normalize():f}"
        if answer.measured is not None and answer.required is not None
        else ""
    )
    part = f" ({answer.occurrence})" if answer.occurrence else ""
    print(f"  {obligation.label}{part} : {state}{due}{done}{missed}{count}")
    print(f"      {source(obligation)}")
