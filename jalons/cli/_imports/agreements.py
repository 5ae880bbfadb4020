"""Un tableau de conventions, CSV ou XLSX : structures, types de parcours, places, suivis, montants."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from jalons.agreements.printed import TYPES_ANNEXE2, BadPrintedTypes, load_printed_words
from jalons.exchange.spreadsheets.agreements import FIELDS, Preview, Question
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.models import RowStatus
from jalons.exchange.spreadsheets.operations import Table, import_agreements, preview_agreements
from jalons.exchange.spreadsheets.queries import refused_rows
from jalons.exchange.spreadsheets.reading import file_bytes
from jalons.kernel.clock import today
from jalons.kernel.refusals import Refusal
from jalons.network.models import Authority
from jalons.network.operations import system_user
from jalons.ui.exports import csv_blocks

SHOWN = 20  # rows of one status printed at most


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """File, authority, name of the table, dates; then what a table of one's own may need."""
    parser.add_argument("file", type=Path, metavar="FICHIER", help="le tableau, .csv ou .xlsx")
    parser.add_argument("--authority", required=True, metavar="CODE", help="code de l’autorité")
    parser.add_argument(
        "--dataset", required=True, metavar="NOM", help="nom du jeu de données, par exemple annexe2_2020"
    )
    parser.add_argument("--from", required=True, dest="start_on", type=date.fromisoformat, metavar="AAAA-MM-JJ")
    parser.add_argument("--to", required=True, dest="end_on", type=date.fromisoformat, metavar="AAAA-MM-JJ")
    parser.add_argument("--dry-run", action="store_true", help="dire ce qui changerait, sans rien écrire")
    parser.add_argument(
        "--types", type=Path, default=TYPES_ANNEXE2, help="ce que veulent dire les types imprimés (YAML)"
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="TITRE=CODE",
        help="un titre de colonne et ce qu’il contient : " + ", ".join(field.code for field in FIELDS),
    )
    parser.add_argument("--refused", type=Path, metavar="SORTIE.csv", help="où écrire les lignes refusées")


def run(args: argparse.Namespace) -> int:
    """Preview or import, and tell the result; 1 when the file is refused as a whole."""
    try:
        return _run(args)
    except (TableRefused, BadPrintedTypes, Refusal) as error:
        print(f"Rien n’a été changé. {error}")
        return 1


def _run(args: argparse.Namespace) -> int:
    authority = Authority.objects.filter(code=args.authority).first()
    if authority is None:
        known = ", ".join(Authority.objects.values_list("code", flat=True)) or "aucune"
        raise TableRefused(f"L’autorité « {args.authority} » n’existe pas. Autorités connues : {known}.")
    columns = tuple((title.strip(), code.strip()) for title, _, code in (one.rpartition("=") for one in args.column))
    table = Table(args.file.name, file_bytes(args.file), columns)
    question = Question(authority, args.dataset, load_printed_words(args.types), args.start_on, args.end_on)
    if args.dry_run:
        _tell(preview_agreements(actor=system_user(), on=today(), table=table, question=question))
        print("Essai : rien n’a été écrit.")
        return 0
    applied = import_agreements(actor=system_user(), on=today(), table=table, question=question)
    _tell(applied.preview)
    if args.refused and applied.journal.refused:
        with args.refused.open("wb") as target:
            target.writelines(csv_blocks(refused_rows(applied.journal)))
        print(f"Lignes refusées : {args.refused}")
    return 0


def _tell(preview: Preview) -> None:
    counts = preview.counts
    print(
        f"{len(preview.rows)} lignes lues : {counts[RowStatus.NEW]} nouvelles, {counts[RowStatus.CHANGED]} modifiées,"
        f" {counts[RowStatus.UNCHANGED]} inchangées, {counts[RowStatus.REFUSED]} refusées."
    )
    if preview.layout.ignored:
        print("Colonnes laissées de côté : " + ", ".join(f"« {name} »" for name in preview.layout.ignored))
    for row in preview.of(RowStatus.CHANGED)[:SHOWN]:
        changes = ", ".join(f"{label} {before} → {after}" for label, before, after in row.changes)
        print(f"  ligne {row.number} : {changes}")
    for row in preview.of(RowStatus.REFUSED)[:SHOWN]:
        print(f"  refusée — {row.reason}")
    for warning in preview.warnings:
        print(f"  à vérifier — {warning}")
