"""An e-mail leaves over real SMTP, and how far the conversation went decides of what is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from jalons.exchange.messages.gateways.smtp import SmtpGateway
from jalons.kernel.outbox import Accepted, Letter, NotAccepted, Refused, Uncertain
from tests.exchange.messages.mail_server import MailServer

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    made = MailServer()
    made.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 2
    settings.DEFAULT_FROM_EMAIL = "Jalons <rappels@departement.test>"
    yield made
    made.stop()


def letter(**changes: Any) -> Letter:
    given: dict[str, Any] = {"address": "alix@exemple.test", "title": "Votre rendez-vous", "body": "Mardi à 9 h.\n"}
    return Letter(key=uuid4(), **given | changes)


def test_it_arrives_as_plain_text_with_its_calendar_and_a_name_found_again(server: MailServer) -> None:
    sent = letter(attachment=ICS, attachment_name="rendez-vous.ics", attachment_type="text/calendar; method=REQUEST")
    answer = SmtpGateway().deliver(sent)
    (mail,) = server.mails()
    assert answer == Accepted(reference=f"<{sent.key}@departement.test>")
    assert mail["Message-ID"] == f"<{sent.key}@departement.test>"
    assert (mail["To"], mail["From"]) == ("alix@exemple.test", "Jalons <rappels@departement.test>")
    assert (mail["Subject"], mail["Auto-Submitted"]) == ("Votre rendez-vous", "auto-generated")
    text, calendar = mail.iter_parts()
    assert text.get_content().splitlines() == ["Mardi à 9 h."]
    assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "REQUEST")
    assert (calendar.get_payload(decode=True), calendar.get_filename()) == (ICS, "rendez-vous.ics")


@pytest.mark.parametrize(
    ("verb", "answer", "expected"),
    [
        ("RCPT", "550 5.1.1 no such user", Refused),
        ("RCPT", "451 4.7.1 greylisted", NotAccepted),
        ("MAIL", "421 4.3.2 closing", NotAccepted),
        ("DATA", "554 5.7.1 no", Refused),
        (".", "552 5.3.4 too big", Refused),
        (".", "452 4.3.1 no room now", NotAccepted),
        (".", "", Uncertain),  # hangs up: it may have been kept
        ("HELLO", "554 go away", NotAccepted),
        ("HELLO", "", NotAccepted),
    ],
)
def test_what_the_server_says_decides(server: MailServer, verb: str, answer: str, expected: type) -> None:
    server.answers = {verb: answer}
    found = SmtpGateway().deliver(letter())
    assert isinstance(found, expected), found
    assert "5.1.1" not in str(found)  # what people read is French


def test_a_silence_after_the_text_is_uncertain_and_one_before_is_not(server: MailServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    server.answers = {".": "250-wait"}  # the answer is never finished
    assert isinstance(SmtpGateway().deliver(letter()), Uncertain)
    server.answers = {"HELLO": "220-wait"}
    assert isinstance(SmtpGateway().deliver(letter()), NotAccepted)


def test_a_yes_stays_a_yes_when_the_goodbye_fails(server: MailServer) -> None:
    server.answers = {"QUIT": ""}
    assert isinstance(SmtpGateway().deliver(letter()), Accepted)


def test_nobody_at_that_port(server: MailServer) -> None:
    server.stop()
    assert SmtpGateway().deliver(letter()) == NotAccepted("Le serveur de courriel ne répond pas.")


def test_a_title_of_two_lines_cannot_add_headers(server: MailServer) -> None:
    found = SmtpGateway().deliver(letter(title="Bonjour\nBcc: autre@exemple.test"))
    assert isinstance(found, Refused)
    assert server.texts == []
