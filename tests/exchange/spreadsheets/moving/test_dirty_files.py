"""Files as organisations send them: any encoding, titles above, several sheets, a thousand empty rows, columns named anyhow."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from jalons.exchange.spreadsheets.errors import TableRefused
from jalons.exchange.spreadsheets.models import Move, MoveRow, MoveState
from jalons.exchange.spreadsheets.moving.judged import try_rows
from jalons.exchange.spreadsheets.moving.operations import explain_words, start_taking
from jalons.exchange.spreadsheets.moving.queries import cells_of, columns_of, named
from jalons.exchange.spreadsheets.moving.setting import setting_of
from jalons.kernel.refusals import Refusal
from jalons.network.models import Commune
from jalons.people.models import Person
from tests.exchange.spreadsheets.moving.tables import (
    accept,
    bring,
    csv_table,
    reasons,
    row,
    summaries,
    take,
    xlsx_table,
)
from tests.worlds import DAY, World

ACCENTS = "Nom;Prénom;Date de naissance;Date d'entrée\r\nLÉGER;Zoé;12/03/1985;03/02/2020\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_any_encoding_and_separator(world: World, encoding: str, mark: str) -> None:
    move = bring(world, ACCENTS.replace(";", mark).encode(encoding))
    assert summaries(move) == {2: "Personne nouvelle, entrée"}
    assert named(move, list(move.rows.all()))[0][1] == "LÉGER Zoé"


def test_real_headers_are_known(world: World) -> None:
    header = [
        "N° Allocataire", "Civilité", "Nom bénéficiaire", "Prénom bénéficiaire", "Nom JF", "Date de\nNaissance", "CP Ville",
        "ID IODAS\t", "ID pôle Emploi", "Adresses\nMails", "N°\nTéléphones", "Référents", "Reçu en entretien le :", "Heure du rdv",
        "Lieu du rdv", "Modalité de l'entretien", "DECISION ORIENTATION",
    ]  # fmt: skip
    move = bring(
        world, xlsx_table(header, ["0012345", "MME", "Roy", "Zoé", "", "12/03/1985"], sheet="ENTRETIENS PHYSIQUES")
    )
    assert [one.field for one in columns_of(move)] == [
        "file_number", "sex", "last_name", "first_name", "birth_name", "born_on", "commune", "own_number",
        "employment_service_number", "email", "phone", "caseworker", "appointment_on", "appointment_at", "appointment_place",
        "appointment_mode", "",
    ]  # fmt: skip


def test_titles_above_empty_rows_below_and_typed_cells(world: World) -> None:
    content = xlsx_table(
        ["Liste des participants 2020"],
        [],
        ["Nom", "Prénom", "Date de naissance", "Date d'entrée", "NIR", "Tél"],
        ["Roy", "Zoé", date(1985, 3, 12), 43864, 2850369123456, 612345678],
        *[[""] * 6 for _ in range(1000)],
    )
    move = take(world, bring(world, content))
    assert move.rows.count() == 1
    person = Person.objects.get(last_name="ROY")
    assert (person.born_on, person.phone, person.enrolments.get().start_on) == (
        date(1985, 3, 12),
        "+33612345678",
        date(2020, 2, 3),
    )
    assert person.nir_match is not None


def test_the_sheet_that_looks_like_a_table_is_taken_or_the_one_named(world: World) -> None:
    book = Workbook()
    notes, table = book.active, book.create_sheet("INDEX BENEFICIAIRES")
    assert notes is not None
    notes.title = "Notice"
    notes.append(["Mode d’emploi"])
    notes.append(["Remplir une ligne par personne"])
    for cells in (["Nom", "Prénom", "Né(e) le"], ["Roy", "Zoé", "12/03/1985"]):
        table.append(cells)
    target = io.BytesIO()
    book.save(target)
    assert bring(world, target.getvalue()).sheet == "INDEX BENEFICIAIRES"
    with pytest.raises(TableRefused, match=r"« Feuille9 » n’existe pas.*« Notice », « INDEX BENEFICIAIRES »"):
        bring(world, target.getvalue(), sheet="Feuille9")


def ods(rows: str) -> bytes:
    """Return a small ODS workbook as LibreOffice writes them: its type first, then the sheet."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
            ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="Suivi">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
    return target.getvalue()


def _text(*cells: str) -> str:
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{inside}</table:table-row>"


ODS_ROWS = (
    _text("Nom", "Prénom", "Date de naissance", "Date d'entrée", "Portable")
    + "<table:table-row><table:table-cell office:value-type='string'><text:p>Roy</text:p>"
    "<office:annotation><text:p>vue hier</text:p></office:annotation></table:table-cell>"
    "<table:table-cell office:value-type='string'><text:p>Zoé</text:p></table:table-cell>"
    "<table:table-cell office:value-type='date' office:date-value='1985-03-12'><text:p>12 mars</text:p></table:table-cell>"
    "<table:table-cell office:value-type='date' office:date-value='2020-02-03T00:00:00'><text:p>x</text:p></table:table-cell>"
    "<table:table-cell office:value-type='float' office:value='612345678'><text:p>612345678</text:p></table:table-cell>"
    "<table:table-cell table:number-columns-repeated='16000'/></table:table-row>"
    "<table:table-row table:number-rows-repeated='1048000'>"
    "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
)


def test_a_libreoffice_workbook(world: World) -> None:
    take(world, bring(world, ods(ODS_ROWS), file_name="suivi.ods"))
    person = Person.objects.get(last_name="ROY")
    assert (person.first_name, person.born_on, person.phone) == ("Zoé", date(1985, 3, 12), "+33612345678")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("<table:table-row table:number-rows-repeated='900000'>" + _text("a")[17:], "20000 lignes"),
        (_text(*["a"] * 61), "60 colonnes"),
        ("<table:table-row><table:table-cell", "abîmé"),
    ],
)
def test_a_hostile_libreoffice_workbook_is_refused(world: World, rows: str, sentence: str) -> None:
    with pytest.raises(TableRefused, match=sentence):
        bring(world, ods(rows))


def test_entities_and_macros_hide_nothing_in_a_libreoffice_workbook(world: World) -> None:
    for name, inside, sentence in (
        ("content.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "entités XML"),
        ("../content.xml", "<a/>", "chemin suspect"),
    ):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
            archive.writestr(name, inside)
            if name != "content.xml":
                archive.writestr("content.xml", "<a/>")
        with pytest.raises(TableRefused, match=sentence):
            bring(world, target.getvalue())


def test_the_columns_and_their_words_are_asked_once(world: World) -> None:
    bring(world, csv_table("Roy;Zoé;12/03/1985;Anne Roux", header="Patronyme;Petit nom;DDN;Qui"), columns={
        "Patronyme": "last_name", "Petit nom": "first_name", "Qui": "caseworker",
    })  # fmt: skip
    again = bring(world, csv_table("Ngo;Paul;12/03/1986;Anne Roux", header="DDN;Qui;Petit nom;PATRONYME"))
    assert [one.field for one in columns_of(again)] == ["born_on", "caseworker", "first_name", "last_name"]


def test_a_column_cannot_be_two_things_nor_the_name_be_missing(world: World) -> None:
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;;"))
    with pytest.raises(Refusal, match="Deux colonnes donnent « Nom »"):
        bring(world, csv_table("Roy;Zoé;12/03/1985;;"), columns={"Référent": "last_name"})
    with pytest.raises(Refusal, match="Reliez aussi : « Nom »"):
        bring(world, csv_table("Roy;Zoé;12/03/1985;;"), columns={"Nom": ""})
    assert move.layout.columns["nom"] == "last_name"


def test_the_words_of_the_table_are_explained_once(world: World) -> None:
    header = "Nom;Prénom;Date de naissance;Date d'entrée;Date RDV;Présence"
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;10/02/2020;ok ✔", header=header))
    assert move.unknown == {"appointment_outcome": {"ok ✔": 1}}
    assert "« ok ✔ » n’est pas connu" in reasons(move)[2]
    with pytest.raises(Refusal, match="pas dans la liste"):
        explain_words(
            actor=world.data_officer, on=DAY, move_id=move.pk, words={"appointment_outcome": {"ok ✔": "venu"}}
        )
    explain_words(actor=world.data_officer, on=DAY, move_id=move.pk, words={"appointment_outcome": {"ok ✔": "held"}})
    assert summaries(move) == {2: "Personne nouvelle, entrée, rendez-vous"}
    again = bring(world, csv_table("Ngo;Paul;12/03/1986;03/02/2020;11/02/2020;OK ✔", header=header))
    assert (again.unknown, reasons(again)) == ({}, {})


def test_a_word_may_mean_nothing(world: World) -> None:
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;à voir"))
    assert list(move.unknown) == ["caseworker"]
    explain_words(actor=world.data_officer, on=DAY, move_id=move.pk, words={"caseworker": {"à voir": ""}})
    assert summaries(move) == {2: "Personne nouvelle, entrée"}


def test_the_waiting_cells_are_sealed_and_forgotten_once_taken(world: World) -> None:
    move = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;"))
    cells = bytes(row(move, 2).cells or b"")
    assert b"Roy" not in cells
    take(world, move)
    assert row(move, 2).cells is None


def test_the_commune_gives_the_territory_and_an_unknown_one_is_told(world: World) -> None:
    Commune.objects.create(territory=world.west, insee_code="26362", name="Valence")
    header = "Nom;Prénom;Date de naissance;CP Ville"
    move = take(
        world, bring(world, csv_table("Roy;Zoé;12/03/1985;26000 Valence", "Ngo;Paul;1/2/90;59402 Nice", header=header))
    )
    assert Person.objects.get(last_name="ROY").territory == world.west
    assert Person.objects.get(last_name="NGO").territory is None
    assert "Cette commune n’est pas connue" in row(move, 3).remark


def test_a_detail_without_its_fact_is_told_rather_than_dropped(world: World) -> None:
    header = "Nom;Prénom;Date de naissance;Date RDV;Heure du rdv"
    assert "remplie sans « Date RDV »" in reasons(bring(world, csv_table("Roy;Zoé;12/03/1985;;9h", header=header)))[2]


def test_all_the_faults_of_a_row_are_told_together(world: World) -> None:
    header = "Nom;Prénom;Date de naissance;Date d'entrée;Tél;Mail"
    reason = reasons(bring(world, csv_table(";Zoé;31/02/85;demain;12;x@", header=header)))[2]
    assert all(f"« {name} »" in reason for name in ("Nom", "Date de naissance", "Date d'entrée", "Tél", "Mail"))


def test_reading_a_table_takes_as_many_queries_for_ten_rows_as_for_a_hundred(
    world: World,
) -> None:
    def cost(move: Move) -> int:
        with CaptureQueriesContext(connection) as seen:
            try_rows(move, on=DAY)
        return len(seen)

    rows = [
        f"Nom{chr(97 + n % 26)}{chr(97 + n // 26)};Zoé;12/03/{1950 + n % 50};03/02/2020;Anne Roux" for n in range(100)
    ]
    few, many = bring(world, csv_table(*rows[:10]), name="Petit"), bring(world, csv_table(*rows), name="Grand")
    assert setting_of(many, on=DAY).workers
    assert cost(few) == cost(many) <= 30
    assert MoveRow.objects.filter(move=many, status="new").count() == 100


def test_a_nir_in_the_wrong_column_is_never_kept_nor_shown_in_clear(world: World) -> None:
    number = "2 85 03 69 123 456"
    header = "Nom;Prénom;Date de naissance;Date d'entrée;Sexe;Tél"
    move = bring(
        world,
        csv_table(f"Roy;Zoé;{number};03/02/2020;{number};{number}", f"Ngo {number};Paul;;;;", header=header),
    )
    waiting = row(move, 2)
    assert waiting.reason.count("•••") == 2, "the birth date and the telephone"
    kept = " ".join([waiting.reason, row(move, 3).reason, str(move.unknown), str(named(move, list(move.rows.all())))])
    kept += str([(one.text, one.header) for one in cells_of(move, waiting)]) + str(columns_of(move))
    assert "123 456" not in kept
    assert [one.hidden for one in cells_of(move, waiting)] == [False, False, True, False, True, True]


def test_what_is_taken_is_what_was_shown_when_two_tables_share_a_name(world: World) -> None:
    header = "Nom;Prénom;Date de naissance;Date d'entrée;Date A"
    first = bring(world, csv_table("Roy;Zoé;12/03/1985;03/02/2020;31/05/2020", header=header))
    second = bring(world, csv_table("Ngo;Paul;12/03/1986;03/02/2020;31/05/2020", header=header))
    first.refresh_from_db()
    assert (first.state, second.state) == (MoveState.READY, MoveState.READY), "same answers: nothing to show again"
    accept(world, second, columns={"Date A": "appointment_on"})
    first.refresh_from_db()
    assert first.state == MoveState.COLUMNS
    with pytest.raises(Refusal, match="reliez d’abord"):
        start_taking(actor=world.data_officer, on=DAY, move_id=first.pk)
