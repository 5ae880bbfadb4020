"""A file that cannot be trusted as a whole is refused with a French sentence, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jalons.exchange.caf.models import ImportRun, RefusedRecord, RunState
from jalons.exchange.caf.operations import FileRefused, import_file, try_file
from jalons.people.models import Household, Person
from tests.exchange.caf.writing import ENCODING, adult, document, household
from tests.worlds import World

GOOD = document(household("00000000001", adult(born_on="oups")), household("00000000002"))
BOMB = (
    "<!DOCTYPE Racine ["
    + "".join(f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "ha"}">' for n in range(9))
    + "]>"
)
LEAK = '<!DOCTYPE Racine [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
VIRS = document(nature="I").replace("NBTOTDOSRSATRANSM", "NBTOTDEMRSATRANSM")
VRSF = "<Racine><InfosFinancieresFoyerRSA><IdentificationRSA/></InfosFinancieresFoyerRSA></Racine>"

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "spreadsheet": (b"Nom;NIR\nMartin;1\n", "not_xml"),
    "zip": (b"PK\x03\x04" + bytes(200), "not_xml"),
    "cut in a tag": (GOOD[: len(GOOD) // 2].encode(ENCODING), "truncated"),
    "cut before the trailer": (GOOD[: GOOD.index("<TransmissionFlux>")].encode(ENCODING), "truncated"),
    "without trailer": (
        (GOOD[: GOOD.index("<TransmissionFlux>")] + "</Racine>").encode(ENCODING),
        "truncated",
    ),
    "without header": (
        (GOOD[: GOOD.index("<IdentificationFlux>")] + GOOD[GOOD.index("<InfosFoyerRSA>") :]).encode(ENCODING),
        "order",
    ),
    "doctype": (GOOD.replace("<Racine>", "<!DOCTYPE Racine><Racine>").encode(ENCODING), "doctype"),
    "billion laughs": (GOOD.replace("<Racine>", BOMB + "<Racine>").replace("RUE", "&e8;").encode(ENCODING), "doctype"),
    "external entity": (GOOD.replace("<Racine>", LEAK + "<Racine>").replace("RUE", "&f;").encode(ENCODING), "doctype"),
    "wrong encoding": (GOOD.replace("windows-1252", "utf-8").encode(ENCODING), "bad_xml"),
    "mixed tags": (GOOD.replace("</Personne>", "</Persone>").encode(ENCODING), "bad_xml"),
    "count": (document(household(), announced=2).encode(ENCODING), "count"),
    "instruction flux": (VIRS.encode(ENCODING), "other_flux"),
    "financial flux": (VRSF.encode(ENCODING), "other_flux"),
    "another root": (b"<rss><channel/></rss>", "other_flux"),
    "other type": (document(household(), kind="X").encode(ENCODING), "header"),
    "date of the header": (document(household(), day="2020-13-01").encode(ENCODING), "header"),
}


@pytest.mark.req("R-031")
@pytest.mark.parametrize(("name", "processes"), [*((name, 1) for name in FILES), ("mixed tags", 2)])
def test_the_whole_file_is_refused_and_nothing_is_changed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, processes: int
) -> None:
    monkeypatch.setattr("jalons.exchange.caf.batches.SMALL", 0)
    content, code = FILES[name]
    path = tmp_path / "RSABEM.xml"
    path.write_bytes(content)

    for door in (try_file, import_file):
        with pytest.raises(FileRefused) as refused:
            door(actor=world.data_officer, on=world.day, authority=world.authority, path=path, processes=processes)
        assert refused.value.code == f"caf_file:{code}"
        assert "RSABEM.xml" in refused.value.sentence
        assert "Rien n’a été changé." in refused.value.sentence

    assert not Person.objects.exists()
    assert not Household.objects.exists()
    assert not RefusedRecord.objects.exists()


def test_the_journal_keeps_the_reason_of_a_refused_file(world: World, tmp_path: Path) -> None:
    path = tmp_path / "RSABEM.xml"
    path.write_bytes(FILES["count"][0])
    with pytest.raises(FileRefused):
        import_file(actor=world.data_officer, on=world.day, authority=world.authority, path=path)
    run = ImportRun.objects.get()
    assert run.state == RunState.REFUSED
    assert "annonce 2 foyers" in run.error
    assert run.finished_at is not None


def test_a_missing_file_is_told_plainly(world: World, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="n’existe pas"):
        import_file(actor=world.data_officer, on=world.day, authority=world.authority, path=tmp_path / "no.xml")
