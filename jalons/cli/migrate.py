"""Met la base au schéma présent, refait les vues des faits et les droits du rôle d’application."""

from __future__ import annotations

import argparse

from django.core.management import call_command

from jalons.facts.builder import drop_views, rebuild_views
from jalons.kernel.database.boot import verify_boot
from jalons.kernel.database.grants import apply_grants
from jalons.kernel.database.history_plans import settle_history_plans


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One option: how much to print."""
    parser.add_argument("--quiet", action="store_true", help="n’affiche rien")


def run(args: argparse.Namespace) -> int:
    """Migrate under the owner's role, then check that the application's role may serve."""
    migrate(using="owner", verbosity=0 if args.quiet else 1)
    verify_boot()
    if not args.quiet:
        print("Base à jour : schéma, vues des faits, droits du rôle d’application.")
    return 0


def migrate(*, using: str, verbosity: int = 0) -> None:
    """Bring the database of `using` (an owner's connection) to the present schema. Also makes the tests' template."""
    drop_views(using=using)  # a column cannot change under a view
    call_command("migrate", database=using, interactive=False, verbosity=verbosity)
    call_command("createcachetable", database=using, verbosity=0)
    rebuild_views(using=using)
    apply_grants(using=using)
    settle_history_plans(using=using)
