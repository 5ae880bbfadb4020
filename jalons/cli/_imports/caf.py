"""Un ou plusieurs fichiers bénéficiaires de la CAF ou de la MSA (VRSB0801), mensuels ou quotidiens."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from jalons.exchange.caf.models import ImportRun
from jalons.exchange.caf.operations import Forecast, import_file, replay_run, try_file
from jalons.exchange.caf.operations.importing import Progress as Step
from jalons.exchange.caf.queries import authority_of_file, refusals_by_reason
from jalons.exchange.caf.values import WARNINGS
from jalons.kernel.clock import today
from jalons.kernel.refusals import Refusal
from jalons.network.models import Authority
from jalons.network.operations import system_user

SHOWN = 20  # refusals of a dry run printed at most


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, and what to do with them."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FICHIER", help="fichiers, importés dans l’ordre donné")
    parser.add_argument("--authority", metavar="CODE", help="autorité, quand le fichier ne suffit pas à la désigner")
    parser.add_argument("--dry-run", action="store_true", help="dire ce qui changerait, sans rien écrire")
    parser.add_argument("--processes", type=int, choices=(1, 2, 3, 4), default=1, help="processus de lecture (1)")
    parser.add_argument("--replay", type=int, metavar="IMPORT", help="rejouer les foyers en attente de cet import")


def run(args: argparse.Namespace) -> int:
    """Import, try or replay; 1 when something is refused as a whole."""
    if args.replay is not None:
        return _replay(args.replay)
    if not args.files:
        print("Donnez au moins un fichier, ou --replay IMPORT.")
        return 1
    done = [_one(path, args) for path in args.files]
    return 0 if all(done) else 1


def _one(path: Path, args: argparse.Namespace) -> bool:
    try:
        authority = _authority(path, args.authority)
        with _bar(path.name) as step:
            if args.dry_run:
                forecast = try_file(
                    actor=system_user(),
                    on=today(),
                    authority=authority,
                    path=path,
                    processes=args.processes,
                    progress=step,
                )
                _tell_forecast(forecast)
            else:
                done = import_file(
                    actor=system_user(),
                    on=today(),
                    authority=authority,
                    path=path,
                    processes=args.processes,
                    progress=step,
                )
                _tell_run(done)
    except Refusal as refusal:
        print(refusal.sentence)
        return False
    return True


def _authority(path: Path, code: str | None) -> Authority:
    known = ", ".join(Authority.objects.values_list("code", flat=True)) or "aucune"
    if code is not None:
        found = Authority.objects.filter(code=code).first()
        if found is None:
            raise Refusal(f"L’autorité « {code} » n’existe pas. Autorités connues : {known}.", code="caf_authority")
        return found
    found = authority_of_file(path)
    if found is None:
        raise Refusal(
            f"L’autorité destinataire de {path.name} n’est pas certaine : donnez --authority. Autorités connues : {known}.",
            code="caf_authority",
        )
    return found


@contextmanager
def _bar(name: str) -> Iterator[Step]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed} foyers"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda households: progress.update(task, completed=households)


def _tell_forecast(forecast: Forecast) -> None:
    header = forecast.header
    print(
        f"{forecast.file_name} : état au {header.reference_on:%d/%m/%Y}, {forecast.households} foyers. Essai, rien n’est écrit."
    )
    print(
        f"  nouveaux {forecast.new}, modifiés {forecast.changed}, inchangés {forecast.unchanged}, refusés {forecast.refused}, "
        f"plus anciens que l’état connu {forecast.older}, répétés {forecast.repeated}"
    )
    _tell_codes(dict(forecast.unknown_codes))
    _tell_warnings(dict(forecast.warnings))
    for refusal in forecast.refusals[:SHOWN]:
        print(f"  foyer {refusal.position} refusé : {refusal.message}")


def _tell_run(run: ImportRun) -> None:
    print(f"Import {run.pk}, {run.file_name} : état au {run.reference_on:%d/%m/%Y}, {run.households} foyers.")
    print(
        f"  nouveaux {run.new}, modifiés {run.changed}, inchangés {run.unchanged}, refusés {run.refused}, "
        f"en attente d’identité {run.waiting}, "
        f"plus anciens que l’état connu {run.older}, répétés {run.repeated}, absents {run.absent}"
    )
    if run.entrants is not None:
        print(f"  entrants du mois {run.entrants}, sortants {run.leavers}")
    if run.ended:
        print(f"  fins de droits {run.ended} : les clôtures sont proposées, aucune n’est faite")
    _tell_codes({(entry["tag"], entry["code"]): entry["count"] for entry in run.unknown_codes})
    _tell_warnings(run.warnings)
    for reason, count in refusals_by_reason(run).items():
        print(f"  {count} à reprendre ({reason}) : jalons import caf --replay {run.pk}")


def _tell_codes(codes: dict[tuple[str, str], int]) -> None:
    for (tag, code), count in sorted(codes.items()):
        print(f"  code inconnu gardé tel quel : {tag} « {code} », {count} fois")


def _tell_warnings(warnings: dict[str, int]) -> None:
    for code, count in sorted(warnings.items()):
        print(f"  {WARNINGS.get(code, code)} : {count}")


def _replay(run_id: int) -> int:
    found = ImportRun.objects.filter(pk=run_id).first()
    if found is None:
        print(f"L’import {run_id} n’existe pas.")
        return 1
    counts = Counter(replay_run(actor=system_user(), on=today(), run_id=run_id))
    done, replaced, pending = counts["replayed"], counts["superseded"], counts["pending"]
    print(f"Import {run_id} : rejoués {done}, remplacés depuis {replaced}, encore en attente {pending}.")
    return 0
