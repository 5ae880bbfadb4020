"""E-mail over SMTP, with Django's backend. What matters is to know how far the conversation went when it broke."""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from email import encoders
from email.message import Message as Headers
from email.mime.base import MIMEBase
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from jalons.kernel.outbox import Accepted, Delivery, Letter, NotAccepted, Refused, Uncertain

log = logging.getLogger(__name__)
FIRST_PERMANENT = 500  # RFC 5321 §4.2.1: 4xx may work later, 5xx will not
# What 5xx codes mean for who reads « refusé » (RFC 5321 §4.2.3).
REASONS = {
    550: "Le serveur de courriel dit que cette adresse n’existe pas ou ne reçoit pas.",
    551: "Le serveur de courriel dit que cette adresse n’est pas chez lui.",
    552: "La boîte de cette adresse est pleine, ou le message trop lourd.",
    553: "Le serveur de courriel dit que cette adresse est mal écrite.",
    554: "Le serveur de courriel a refusé le message.",
}


class SmtpGateway:
    """One connection per message: a slow or refusing server holds up nobody else's."""

    def deliver(self, letter: Letter) -> Delivery:
        """Send the letter. Until the server is reached nothing can be accepted; after that, silence means « unknown »."""
        backend = EmailBackend(timeout=settings.EMAIL_TIMEOUT)
        try:
            backend.open()
        except smtplib.SMTPAuthenticationError:
            return NotAccepted("Le serveur de courriel refuse le compte de Jalons.")
        except (OSError, smtplib.SMTPException) as error:
            log.warning("SMTP server not reached: %s", type(error).__name__)
            return NotAccepted("Le serveur de courriel ne répond pas.")
        try:
            backend.send_messages([written(letter)])
        except (ValueError, smtplib.SMTPNotSupportedError):  # found before a word is said to the server
            return Refused("Cette adresse de courriel est mal écrite.")
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            return _refused(_code(error))
        except (OSError, smtplib.SMTPException):
            return Uncertain("Le serveur de courriel n’a pas confirmé qu’il prenait le message.")
        finally:
            with suppress(OSError, smtplib.SMTPException):  # « quit » after a yes changes nothing
                backend.close()
        return Accepted(reference=message_id(letter))


def written(letter: Letter) -> EmailMessage:
    """Return the e-mail: plain text, with its attachment if it has one."""
    mail = EmailMessage(
        subject=letter.title,
        body=letter.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.address],
        headers={"Message-ID": message_id(letter), "Auto-Submitted": "auto-generated"},
    )
    if letter.attachment is not None:
        mail.attach(_part(letter.attachment, letter.attachment_name, letter.attachment_type))
    return mail


def _part(content: bytes, name: str, kind: str) -> MIMEBase:
    """In base64: no server between here and there changes a line of it."""
    head = Headers()
    head["Content-Type"] = kind
    part = MIMEBase(head.get_content_maintype(), head.get_content_subtype())
    for parameter, value in (head.get_params() or [])[1:]:
        part.set_param(parameter, value)
    part.set_payload(content)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def message_id(letter: Letter) -> str:
    """Return the Message-ID, made of the idempotency key: the server's log finds the message by it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "jalons.invalid"
    return f"<{letter.key}@{domain}>"


def _code(error: Any) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(int(code) for code, _ in error.recipients.values())
    return int(error.smtp_code)


def _refused(code: int) -> Delivery:
    if code < FIRST_PERMANENT:
        return NotAccepted(f"Le serveur de courriel demande d’attendre (code {code}).")
    return Refused(REASONS.get(code, f"Le serveur de courriel a refusé le message (code {code})."))
