"""`jalons rulebook adopt FILE --on DATE --by EMAIL`: adopt a rulebook in the name of an officer of its authority."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from jalons.kernel.clock import today
from jalons.kernel.database import ensure_running
from jalons.network.models import User
from jalons.rulebooks.operations import adopt_proposal, propose
from jalons.rulebooks.proposals import tried


def add_parser(commands: Any) -> None:
    """Declare the sub-command."""
    parser: argparse.ArgumentParser = commands.add_parser("adopt", help="adopter un cadre au nom d'un agent habilité")
    parser.add_argument("file", type=Path, metavar="FICHIER")
    parser.add_argument("--on", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="date de la décision (aujourd'hui)")
    parser.add_argument("--by", required=True, metavar="COURRIEL", help="courriel ou identifiant de l'agent")
    parser.add_argument("--examples", type=Path, metavar="FICHIER", help="exemples à rejouer : un désaccord empêche")


def run(args: argparse.Namespace) -> int:
    """Propose, try and adopt in one transaction; 1 when somebody or something refuses."""
    ensure_running()
    actor = _user(args.by)
    if actor is None:
        print(f"Aucun compte ouvert ne porte ce courriel ou cet identifiant : {args.by}.", file=sys.stderr)
        return 1
    examples = (args.examples.name, args.examples.read_bytes()) if args.examples else None
    on = today()
    with transaction.atomic():
        proposal = propose(raw=args.file.read_bytes(), file=args.file.name, actor=actor, on=on, examples=examples)
        wrong = [one for one in tried(proposal.pk) if one.differences]
        if wrong:
            transaction.set_rollback(True)
            for one in wrong:
                print(f"« {one.title} » : {' ; '.join(one.differences)}", file=sys.stderr)
            print(f"{len(wrong)} exemple(s) en désaccord : rien n'est adopté.", file=sys.stderr)
            return 1
        adopted = adopt_proposal(proposal_id=proposal.pk, actor=actor, on=on, decided_on=args.on or on)
    print(f"{adopted.code}, version {adopted.version} : adoptée le {adopted.adopted_on:%d/%m/%Y} par {actor}.")
    print(f"Empreinte (SHA-256) : {adopted.sha256}. Les échéances sont recalculées par les tâches de fond.")
    return 0


def _user(name: str) -> User | None:
    """The one active account with this e-mail or user name; None when there is none, or when two share the e-mail."""
    found = list(User.objects.filter(Q(email__iexact=name) | Q(username=name), is_active=True, is_system=False)[:2])
    return found[0] if len(found) == 1 else None
