"""How an address or a number is written on the network; what cannot be written so is refused with what to do."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jalons.kernel.refusals import Refusal
from jalons.people.models import ContactKind

# Mobile numbers of the overseas départements, dialled as national ones (numbering plan of Arcep, decision 2018-0881).
OVERSEAS = {
    "690": "590",
    "691": "590",
    "694": "594",
    "696": "596",
    "697": "596",
    "692": "262",
    "693": "262",
    "639": "262",
}
MOBILE_IN_FRANCE = re.compile(r"[67]\d{8}")
ABROAD = re.compile(r"\+[1-9]\d{7,14}")  # E.164


def on_the_network(kind: ContactKind, typed: str) -> str:
    """Return what was typed as the network wants it: « 06 12 34 56 78 » is « +33612345678 ». Refusal when it cannot be."""
    return _email(typed) if kind == ContactKind.EMAIL else _mobile(typed)


def _email(typed: str) -> str:
    address = typed.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Refusal(
            "Cette adresse n’est pas complète : écrivez-la comme nom@exemple.fr.", code="contact_email"
        ) from None
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def _mobile(typed: str) -> str:
    number = re.sub(r"[\s.\-()/\u00a0\u202f]", "", typed)
    number = re.sub(r"^00", "+", number)
    number = re.sub(r"^\+330?", "0", number)
    if number.startswith("0") and MOBILE_IN_FRANCE.fullmatch(number[1:]):
        return f"+{OVERSEAS.get(number[1:4], '33')}{number[1:]}"
    if ABROAD.fullmatch(number):
        return number
    raise Refusal(
        "Ce n’est pas un numéro de mobile : écrivez-le comme 06 12 34 56 78, ou avec l’indicatif du pays (+32…).",
        code="contact_mobile",
    )
