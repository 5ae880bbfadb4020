"""The real 2020 table of agreements, from the project's own copy to totals asked of the database."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from jalons.agreements.models import Agreement, AgreementLine, Amendment
from jalons.agreements.printed import ANNEXE2_2020, load_printed_words
from jalons.agreements.queries import totals
from jalons.exchange.spreadsheets.agreements import Question
from jalons.exchange.spreadsheets.models import RowStatus, TableImport
from jalons.exchange.spreadsheets.operations import Applied, Table, import_agreements, preview_agreements
from jalons.network.models import Organisation, OrganisationKind
from jalons.rulebooks.loader import load_content
from tests.worlds import DAY, World

DATASET = "annexe2_2020"
BY_TYPE = {
    "Itinéraires activité": (23, 1343, 1812, Decimal("644149.00")),
    "Itinéraires emploi diversifiés": (49, 7449, 10242, Decimal("3839055.60")),
    "Itinéraires emploi innovants": (10, 496, 688, Decimal("555504.54")),
    "Itinéraires emploi renforcés": (29, 1779, 2326, Decimal("1481146.39")),
}
BY_THEME = {
    "": (84, 8591, 11666, Decimal("4819867.39")),
    "Cadres": (3, 175, 295, Decimal("113750.00")),
    "Femmes": (2, 474, 617, Decimal("301494.00")),
    "Gens du voyage": (2, 285, 340, Decimal("155992.60")),
    "Handicap": (1, 235, 329, Decimal("117500.00")),
    "Lutte contre la pauvreté": (4, 120, 155, Decimal("98625.00")),
    "Métiers artistiques et culturels": (1, 144, 190, Decimal("93456.00")),
    "Post création d'entreprise": (4, 297, 410, Decimal("168516.00")),
    "Probation": (1, 65, 95, Decimal("41275.00")),
    "Réfugiés": (1, 195, 292, Decimal("97500.00")),
    "SDF": (2, 110, 146, Decimal("55000.00")),
    "Souffrance psychique": (6, 376, 533, Decimal("456879.54")),
}


def question(world: World) -> Question:
    return Question(world.authority, DATASET, load_printed_words(), date(2020, 1, 1), date(2020, 12, 31))


def imported(world: World, content: bytes | None = None, name: str = "annexe2_2020.csv") -> Applied:
    table = Table(name, ANNEXE2_2020.read_bytes() if content is None else content)
    return import_agreements(actor=world.steering_officer, on=DAY, table=table, question=question(world))


def printed_rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ANNEXE2_2020.read_text(encoding="utf-8"))))


def lines() -> list[AgreementLine]:
    return list(AgreementLine.objects.filter(agreement__dataset=DATASET).select_related("agreement__organisation"))


@pytest.mark.req("R-200")
def test_the_111_lines_add_up_to_the_printed_total(world: World) -> None:
    imported(world)
    total = totals(AgreementLine.objects.filter(agreement__dataset=DATASET)).overall
    assert (total.lines, total.places, total.persons_to_follow) == (111, 11067, 15068)
    assert total.amount == Decimal("6519855.53")


@pytest.mark.req("R-200", "R-023")
def test_sums_by_type_and_theme_are_those_of_the_table(world: World) -> None:
    imported(world)
    sums = totals(AgreementLine.objects.filter(agreement__dataset=DATASET))
    assert {t.label: (t.lines, t.places, t.persons_to_follow, t.amount) for t in sums.by_type} == BY_TYPE
    assert {t.label: (t.lines, t.places, t.persons_to_follow, t.amount) for t in sums.by_theme} == BY_THEME


@pytest.mark.req("R-133")
def test_places_and_persons_to_follow_are_two_counts(world: World) -> None:
    imported(world)
    total = totals(AgreementLine.objects.filter(agreement__dataset=DATASET)).overall
    assert round(total.persons_to_follow / total.places, 2) == 1.36


@pytest.mark.req("R-200", "R-008")
def test_every_printed_row_is_found_as_printed(world: World) -> None:
    imported(world)
    found = {
        (line.agreement.organisation.name, line.printed_type, line.theme): (
            line.places,
            line.persons_to_follow,
            line.amount,
        )
        for line in lines()
    }
    assert found == {
        (row["structure"], row["type_parcours"], row["thematique"]): (
            int(row["places"]),
            int(row["suivis"]),
            Decimal(row["montant_eur"]),
        )
        for row in printed_rows()
    }
    assert len({line.agreement.organisation.name for line in lines()}) == 72


@pytest.mark.req("R-192")
def test_each_structure_has_one_agreement_of_the_year(world: World) -> None:
    imported(world)
    agreements = Agreement.objects.filter(dataset=DATASET)
    assert agreements.count() == 72
    assert set(agreements.values_list("authority", "start_on", "end_on")) == {
        (world.authority.pk, date(2020, 1, 1), date(2020, 12, 31))
    }


def test_printed_types_lead_to_the_actions_of_the_rulebook(world: World) -> None:
    imported(world)
    actions = defaultdict(set)
    for line in lines():
        actions[line.printed_type].add((line.framework_code, line.action_code))
    assert actions == {
        "Itinéraires activité": {("lyon_2020", "lyon_activite_diversifie_2020")},  # C-40
        "Itinéraires emploi diversifiés": {("lyon_2020", "lyon_emploi_diversifie_2020")},
        "Itinéraires emploi innovants": {("lyon_2020", "lyon_emploi_innovant_2020")},
        "Itinéraires emploi renforcés": {("lyon_2020", "lyon_emploi_renforce_2020")},
    }


def test_the_shipped_rulebooks_describe_these_actions() -> None:
    shipped = {(one.rulebook.code, action.code) for one in load_content() for action in one.rulebook.actions}
    assert {(one.framework, one.action) for one in load_printed_words().types} <= shipped


@pytest.mark.req("R-194")
def test_only_names_that_start_with_ccas_are_taken_for_ccas(world: World) -> None:
    imported(world)
    ccas = Organisation.objects.filter(agreements__dataset=DATASET, kind=OrganisationKind.CCAS).distinct()
    assert ccas.count() == 18
    assert all(one.name.startswith("CCAS ") for one in ccas)
    activity = [
        line for line in lines() if line.agreement.organisation in ccas and line.printed_type.endswith("activité")
    ]
    assert {line.amount / line.places for line in activity if line.amount} == {Decimal(473)}


def test_the_same_file_again_changes_nothing(world: World) -> None:
    imported(world)
    before = list(AgreementLine.objects.order_by("pk").values())
    again = imported(world)
    assert (again.journal.new, again.journal.changed, again.journal.unchanged, again.journal.refused) == (0, 0, 111, 0)
    assert list(AgreementLine.objects.order_by("pk").values()) == before
    assert not Amendment.objects.exists()


def test_a_preview_writes_nothing(world: World) -> None:
    table = Table("annexe2_2020.csv", ANNEXE2_2020.read_bytes())
    seen = preview_agreements(actor=world.steering_officer, on=DAY, table=table, question=question(world))
    assert seen.counts == {RowStatus.NEW: 111}
    assert not lines()
    assert not TableImport.objects.exists()


FRENCH_HEADERS = (
    "Structures",
    "Type de parcours",
    "Thématique",
    "Nombre de places proposées 2020",
    "Nombre de suivis de bénéficiaires proposés 2020",
    "Montant proposé 2020",
)


def french_amount(text: str) -> str:
    """« 56016.00 » as printed: « 56 016,00 € » with a no-break space."""
    return f"{Decimal(text):,.2f} €".replace(",", "\u00a0").replace(".", ",")


def as_french_csv(encoding: str, mark: str = ";") -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=mark)
    writer.writerow(["ANNEXE 2 - ACCOMPAGNEMENT DES BÉNÉFICIAIRES DU RSA - 2020"])
    writer.writerow([])
    writer.writerow(FRENCH_HEADERS)
    for row in printed_rows():
        *texts, places, followed, amount = row.values()
        writer.writerow([*texts, places, followed, french_amount(amount)])
    writer.writerow(["TOTAL", "", "", "11 067", "15 068", "6 519 855,53 €"])
    return target.getvalue().encode(encoding)


def as_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["ANNEXE 2"])
    sheet.append([])
    sheet.append(FRENCH_HEADERS)
    for row in printed_rows():
        *texts, places, followed, amount = row.values()
        sheet.append([*(text or None for text in texts), int(places), int(followed), float(amount)])
    sheet.append(["TOTAL", None, None, 11067, 15068, 6519855.53])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.req("R-200")
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: as_french_csv("cp1252"), "annexe 2.csv"),
        (lambda: as_french_csv("utf-8-sig"), "annexe 2.csv"),
        (lambda: as_french_csv("utf-16", "\t"), "annexe 2.txt"),
        (lambda: as_french_csv("utf-8", ","), "annexe 2.csv"),
        (as_xlsx, "annexe 2.xlsx"),
    ],
    ids=["windows-1252", "utf-8 with its mark", "Unicode of Excel", "commas", "xlsx"],
)
def test_the_printed_headers_and_french_figures_are_read_alike(world: World, make, name: str) -> None:  # type: ignore[no-untyped-def]
    imported(world)
    again = imported(world, make(), name)
    assert again.preview.of(RowStatus.REFUSED) == []
    assert again.preview.counts == {RowStatus.UNCHANGED: 111}
    assert again.preview.warnings == ()  # the printed total is the sum of its rows
