"""What an SMS weighs, and the local provider that keeps it."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from jalons.exchange.messages.gateways import gateway
from jalons.exchange.messages.gateways.local import LocalSink
from jalons.exchange.messages.gsm7 import BASIC, EXTENDED, Size, measure, plain
from jalons.kernel.outbox import Accepted, Channel, Letter, NotAccepted


def test_the_alphabet_has_the_127_characters_of_the_standard_and_its_ten_extensions() -> None:
    assert (len(BASIC), len(EXTENDED)) == (127, 10)  # 128 positions, one of which is the escape


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size(0, 1, False)),
        ("a" * 160, Size(160, 1, False)),
        ("a" * 161, Size(161, 2, False)),
        ("a" * 306, Size(306, 2, False)),
        ("a" * 307, Size(307, 3, False)),
        ("é" * 160, Size(160, 1, False)),
        ("€" * 80, Size(160, 1, False)),
        ("a" * 152 + "€" + "a" * 7, Size(161, 2, False)),
        ("a" * 152 + "€" * 77 + "a", Size(307, 3, False)),  # a pair is not cut: the first part leaves a unit empty
        ("ê" * 70, Size(70, 1, True)),
        ("ê" * 71, Size(71, 2, True)),
        ("😀" * 35, Size(70, 1, True)),
        ("😀" * 36, Size(72, 2, True)),
    ],
)
def test_what_a_text_weighs(text: str, size: Size) -> None:
    assert measure(text) == size


def test_french_typography_is_written_plainly_and_accents_that_exist_stay() -> None:
    written = plain("L’arrêt « Écully » : 14\u00a0h\u202f30, être à l’œuvre… çà")
    assert written == "L'arret \"Écully\" : 14 h 30, etre à l'oeuvre... cà"
    assert not measure(written).unicode
    assert plain("Привет") == "Привет"


def letter() -> Letter:
    return Letter(uuid4(), "+33612345678", "", "Rendez-vous à l’arrêt")


def test_the_local_provider_keeps_one_file_a_message_for_its_account_only(tmp_path: Path) -> None:
    sink, sent = LocalSink(tmp_path / "messages", channel=Channel.SMS), letter()
    assert sink.deliver(sent) == sink.deliver(sent) == Accepted(reference=str(sent.key))
    (kept,) = (tmp_path / "messages").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    told = json.loads(kept.read_text())
    assert (told["body"], told["units"], told["parts"]) == ("Rendez-vous à l'arret", 21, 1)


def test_a_folder_that_cannot_be_written_accepts_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert isinstance(LocalSink(tmp_path / "file", channel=Channel.SMS).deliver(letter()), NotAccepted)


def test_nothing_leaves_for_fictitious_persons_nor_without_a_setting(settings: object) -> None:
    assert gateway(channel=Channel.EMAIL) is gateway(channel=Channel.SMS) is None
    settings.EMAIL_HOST = "smtp.test"  # type: ignore[attr-defined]
    assert not isinstance(gateway(channel=Channel.EMAIL), LocalSink)
    settings.JALONS_FICTITIOUS = True  # type: ignore[attr-defined]
    assert isinstance(gateway(channel=Channel.EMAIL), LocalSink)
