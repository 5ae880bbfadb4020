"""A table somebody made: what is understood, what is refused with its reason, what changes on the second time."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jalons.agreements.models import AgreementLine, Amendment
from jalons.agreements.printed import BadPrintedTypes, load_printed_words
from jalons.cli._imports import agreements as command
from jalons.exchange.spreadsheets.agreements import Question
from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.models import RowStatus, TableImport
from jalons.exchange.spreadsheets.operations import Applied, Table, import_agreements
from jalons.exchange.spreadsheets.queries import refused_rows
from jalons.kernel.refusals import NotAllowed
from jalons.network.models import Organisation, User
from jalons.rulebooks.operations import load_shipped
from jalons.ui.exports import csv_blocks
from tests.worlds import DAY, World

HEADER = "Structure;Type de parcours;Thématique;Places;Suivis;Montant"
ALPHA = "ALPHA;Itinéraires activité;;20;30;10 000,00 €"
BETA = "BETA;Itinéraires emploi renforcés;Cadres;15;20;12 984,50"


def table(*rows: str, header: str = HEADER, **options: object) -> Table:
    return Table("tableau.csv", "\r\n".join([header, *rows]).encode(), **options)  # type: ignore[arg-type]


def apply(world: World, what: Table, *, actor: User | None = None) -> Applied:
    question = Question(world.authority, "essai", load_printed_words(), date(2020, 1, 1), date(2020, 12, 31))
    return import_agreements(actor=actor or world.steering_officer, on=DAY, table=what, question=question)


def line(name: str) -> AgreementLine:
    return AgreementLine.objects.get(agreement__organisation__name=name)


def refusals(applied: Applied) -> dict[int, str]:
    return {row.number: row.reason for row in applied.preview.of(RowStatus.REFUSED)}


def test_good_rows_come_in_when_others_are_refused(world: World) -> None:
    applied = apply(world, table(ALPHA, "GAMMA;Itinéraires lunaires;;5;5;1", BETA))
    assert (applied.journal.new, applied.journal.refused) == (2, 1)
    assert (line("ALPHA").amount, line("BETA").amount) == (Decimal("10000.00"), Decimal("12984.50"))
    assert not Organisation.objects.filter(name="GAMMA").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("GAMMA;Itinéraires lunaires;;5;5;1", ["Ligne 2", "Type de parcours", "Itinéraires lunaires", "Types connus"]),
        (";Itinéraires activité;;5;5;1", ["Ligne 2", "Structure", "la case est vide"]),
        ("GAMMA;Itinéraires activité;;;5;1", ["Ligne 2", "Places", "la case est vide"]),
        ("GAMMA;Itinéraires activité;;douze;5;1", ["Ligne 2", "Places", "« douze »", "n’est pas un nombre"]),
        ("GAMMA;Itinéraires activité;;-5;5;1", ["Places", "négatif"]),
        ("GAMMA;Itinéraires activité;;5,5;5;1", ["Places", "nombre entier"]),
        ("GAMMA;Itinéraires activité;;5;5;1,234", ["Montant", "on ne sait pas si c’est un millier"]),
        ("GAMMA;Itinéraires activité;;5;5;1,2345", ["Montant", "deux décimales"]),
        ("GAMMA;Itinéraires activité;;5;5;-1", ["Montant", "négatif"]),
        ("GAMMA;Itinéraires activité;;99999999999;5;1", ["Places", "trop grand"]),
        ("GAMMA;Itinéraires activité;;=1+1;5;1", ["Places", "« =1+1 »", "formule", "collage spécial"]),
        ('=HYPERLINK("http://x");Itinéraires activité;;5;5;1', ["Structure", "formule"]),
        ("GAMMA;Itinéraires activité;;#REF!;5;1", ["Places", "erreur de calcul"]),
        (f"{'G' * 161};Itinéraires activité;;5;5;1", ["Structure", "160 caractères"]),
    ],
)
def test_a_refusal_names_the_row_the_column_the_value_and_what_to_do(world: World, row: str, words: list[str]) -> None:
    applied = apply(world, table(row))
    reason = refusals(applied)[2]
    assert all(word in reason for word in words), reason
    assert not AgreementLine.objects.filter(agreement__dataset="essai").exists()


def test_all_the_faults_of_a_row_are_told_at_once(world: World) -> None:
    reason = refusals(apply(world, table(";Itinéraires lunaires;;x;y;z")))[2]
    assert reason.count("Ligne 2") == 5


def test_twice_the_same_line_in_one_table_is_refused(world: World) -> None:
    applied = apply(world, table(ALPHA, ALPHA))
    assert "ligne 2" in refusals(applied)[3]
    assert line("ALPHA").places == 20


@pytest.mark.req("R-192")
def test_a_changed_figure_changes_the_line_and_keeps_what_it_was(world: World) -> None:
    apply(world, table(ALPHA, BETA))
    again = apply(world, table("ALPHA;Itinéraires activité;;25;40;10 000,00 €", BETA))
    assert (again.journal.changed, again.journal.unchanged) == (1, 1)
    assert again.preview.of(RowStatus.CHANGED)[0].changes == (("places", 20, 25), ("suivis", 30, 40))
    amendment = Amendment.objects.get()
    assert (amendment.places_before, amendment.places_after) == (20, 25)
    assert amendment.reason == "Tableau « essai », ligne 2"
    assert (line("ALPHA").places, line("ALPHA").persons_to_follow) == (25, 40)


def test_what_the_table_has_no_column_for_stays(world: World) -> None:
    apply(world, table(ALPHA))
    again = apply(world, table("ALPHA;Itinéraires activité;20", header="Structure;Type;Places"))
    assert again.preview.counts == {RowStatus.UNCHANGED: 1}
    assert line("ALPHA").amount == Decimal("10000.00")


def test_a_line_that_left_the_table_is_told_and_stays(world: World) -> None:
    apply(world, table(ALPHA, BETA))
    again = apply(world, table(ALPHA))
    assert "1 ligne(s) déjà connue(s) ne sont plus dans le tableau (BETA)" in again.preview.warnings[0]
    assert line("BETA").places == 15


def test_a_printed_total_that_is_not_the_sum_is_told(world: World) -> None:
    applied = apply(world, table(ALPHA, BETA, "TOTAL;;;36;50;22 984,50"))
    assert len(applied.preview.rows) == 2
    assert applied.preview.warnings == (
        "Ligne 4 : le total imprimé de « Nombre de places » est 36, la somme des lignes lues est 35.",
    )


def test_refused_rows_are_exported_in_their_layout_and_can_come_back_corrected(world: World) -> None:
    applied = apply(world, table(ALPHA, "GAMMA;Itinéraires lunaires;;5;5;1"))
    exported = b"".join(csv_blocks(refused_rows(applied.journal)))
    rows = list(csv.reader(io.StringIO(exported.decode("utf-8-sig")), delimiter=";"))
    assert rows[-2] == [*HEADER.split(";"), "Motif du refus"]
    assert rows[-1][:6] == ["GAMMA", "Itinéraires lunaires", "", "5", "5", "1"]
    assert "Types connus" in rows[-1][6]

    corrected = exported.decode("utf-8-sig").replace("lunaires", "activité").encode()
    again = apply(world, Table("refus.csv", corrected))
    assert (again.journal.new, again.journal.refused) == (1, 0)
    assert line("GAMMA").places == 5


def test_columns_may_be_given_by_hand(world: World) -> None:
    header = "Qui;Quoi;Combien"
    what = table(
        "ALPHA;Itinéraires activité;7",
        header=header,
        columns=(("Qui", "structure"), ("quoi", "type_parcours"), ("COMBIEN", "places")),
    )
    apply(world, what)
    assert line("ALPHA").places == 7


def test_codes_of_framework_and_action_may_be_written_in_the_table(world: World) -> None:
    header = "Organisme;Code cadre;Code action;Places;Territoire;ETP;Début;Fin"
    apply(world, table("ALPHA;nord_x;nord_y;12;Territoire Est;1,5;01/02/2020;2020-06-30", header=header))
    made = line("ALPHA")
    assert (made.framework_code, made.action_code, made.territory, made.fte) == (
        "nord_x",
        "nord_y",
        world.east,
        Decimal("1.50"),
    )
    assert (made.start_on, made.end_on) == (date(2020, 2, 1), date(2020, 6, 30))


def test_an_action_that_no_adopted_rulebook_describes_is_told(world: World) -> None:
    load_shipped(actor=world.system, on=DAY)
    header = "Organisme;Code cadre;Code action;Places"
    applied = apply(world, table("ALPHA;nord_x;nord_y;12", "BETA;lyon_2020;lyon_emploi_innovant_2020;3", header=header))
    assert applied.preview.warnings == (
        "Aucun cadre adopté ne décrit : nord_y. Vérifiez ces codes, ou adoptez leur cadre.",
    )


def test_dates_outside_the_period_are_refused(world: World) -> None:
    applied = apply(world, table(f"{ALPHA};31/01/2021", header=f"{HEADER};Fin"))
    assert "hors des dates" in refusals(applied)[2]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (table(ALPHA, header="Structure;Type;;;Suivis;Montant"), "Il manque la colonne « Nombre de places »"),
        (table(ALPHA, header="a;b;c;d;e;f"), "Il manque les colonnes « Structure », « Nombre de places »"),
        (table(ALPHA, header="Structure;Organisme;Type;Places;Suivis;Montant"), "deux colonnes disent la même chose"),
        (table(), "n’a que ses titres"),
        (table(ALPHA, columns=(("Montant", "prix"),)), "Colonne inconnue : prix"),
    ],
)
def test_a_table_without_the_right_columns_changes_nothing(world: World, what: Table, sentence: str) -> None:
    with pytest.raises(TableRefused, match=sentence):
        apply(world, what)
    assert not TableImport.objects.exists()


def test_only_who_manages_agreements_imports_them(world: World) -> None:
    for actor in (world.head, world.data_officer, world.foreign_officer, world.administrator):
        with pytest.raises(NotAllowed):
            apply(world, table(ALPHA), actor=actor)


def test_two_authorities_may_hold_tables_of_one_name(world: World) -> None:
    apply(world, table(ALPHA))
    question = Question(world.neighbour_authority, "essai", load_printed_words(), date(2020, 1, 1), date(2020, 12, 31))
    applied = import_agreements(actor=world.system, on=DAY, table=table(ALPHA), question=question)
    assert applied.journal.new == 1


class TestPrintedWords:
    def test_a_fault_says_file_line_and_key(self, tmp_path: Path) -> None:
        path = tmp_path / "types.yaml"
        path.write_text(
            "dataset: x\nsource: y\ntypes:\n  - printed: A\n    framwork: b\norganisation_kinds: {default: association}\n",
            encoding="utf-8",
        )
        with pytest.raises(BadPrintedTypes, match=r"types\.yaml, ligne \d+, types\.0\.framwork"):
            load_printed_words(path)


class TestCommand:
    def arguments(self, path: Path, *more: str) -> object:
        import argparse

        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        dates = ["--from", "2020-01-01", "--to", "2020-12-31"]
        return parser.parse_args([str(path), "--authority", "metropole_lyon", "--dataset", "essai", *dates, *more])

    def test_a_dry_run_says_and_writes_nothing(self, world: World, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
        path = tmp_path / "t.csv"
        path.write_bytes(table(ALPHA, BETA).content)
        assert command.run(self.arguments(path, "--dry-run")) == 0  # type: ignore[arg-type]
        assert "2 lignes lues : 2 nouvelles, 0 modifiées, 0 inchangées, 0 refusées." in capsys.readouterr().out
        assert not TableImport.objects.exists()

    def test_it_imports_and_writes_the_refused_rows(self, world: World, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
        path, refused = tmp_path / "t.csv", tmp_path / "refus.csv"
        path.write_bytes(table(ALPHA, "GAMMA;?;;5;5;1").content)
        assert command.run(self.arguments(path, "--refused", str(refused))) == 0  # type: ignore[arg-type]
        assert "refusée — Ligne 3" in capsys.readouterr().out
        assert "GAMMA" in refused.read_text(encoding="utf-8-sig")
        assert line("ALPHA").places == 20

    def test_a_file_that_is_no_table_ends_with_a_sentence(self, world: World, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
        path = tmp_path / "t.csv"
        path.write_bytes(b"")
        assert command.run(self.arguments(path)) == 1  # type: ignore[arg-type]
        assert "Rien n’a été changé. Le fichier est vide." in capsys.readouterr().out
