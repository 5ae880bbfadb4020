"""No address of the site names a person, and no line of the log does: a NIR, a name, a mail or a telephone is a canary (goal P8).

Every page is opened by the first user it opens to; every address it holds is read: links, forms, fragments, redirections.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from jalons.kernel.text import fold
from jalons.people.models import Person
from tests.matrix.table import TABLE, USERS
from tests.matrix.test_matrix import PARAMETERS, ROUTES, _address
from tests.matrix.things import NAME, arguments, furnish
from tests.worlds import World

FIRST, MAIL, PHONE, NIR = "Wilhelmijntje", "zw.canari@exemple.test", "0699887766", "285036912345677"
CANARIES = (NAME, FIRST, MAIL, "zw.canari", PHONE, NIR, NIR[:13])
ADDRESSES = re.compile(
    r"""\b(?:href|src|action|formaction|hx-get|hx-post|hx-push-url|data-[a-z-]*(?:url|href))=["']([^"']*)["']"""
)
GET_FORMS = re.compile(r"<form\b(?![^>]*method=[\"']?post)[^>]*>.*?</form>", re.IGNORECASE | re.DOTALL)
FREE_INPUT = re.compile(
    r"""<(?:textarea|input\b(?=[^>]*type=["'](?:text|search|email|tel)["']))[^>]*\bname=["']([^"']+)"""
)
# What is typed in an address, and about no person: an organisation, an occupation, days and hours.
SPOKEN_OF_NOBODY = {
    ("steering:agreements", "q"),  # the name of an organisation
    ("desk:find_for_offer", "projet"),  # an occupation
    ("desk:sign_in", "start"),
    ("desk:sign_in", "end"),
    ("steering:simulate", "le"),
    ("steering:simulate", "depuis"),
}


@pytest.fixture
def values(world: World) -> dict[str, Any]:
    """Return what addresses hold, once everybody bears the canaries."""
    found = arguments(world, furnish(world))
    Person.objects.update(first_name=FIRST, last_name=NAME.upper(), birth_name=NAME.upper(), email=MAIL, phone=PHONE)
    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(folded=fold(f"{NAME} {FIRST}"))
    return found


def opened(world: World, values: dict[str, Any]) -> Iterator[tuple[str, Client, str]]:
    """Yield each route that reads, with a client of the first user it opens to and its address."""
    for name, line in TABLE.items():
        opens = [user for user, code in zip(USERS, line.split(), strict=True) if code == "o"]
        if opens and "GET" in ROUTES[name].callback.screen.methods:
            client = Client()
            client.force_login(getattr(world, opens[0]))
            yield name, client, _address(name, values)


def addresses_of(response: Any) -> set[str]:
    """Return every address a page holds, its own redirection and pushed ones too."""
    found = {
        response[header]
        for header in ("Location", "HX-Redirect", "HX-Push-Url", "HX-Replace-Url")
        if header in response
    }
    if response.get("Content-Type", "").startswith("text/html"):
        found |= set(ADDRESSES.findall(response.content.decode()))
    return {address for address in found if not address.startswith(("mailto:", "tel:", "data:"))}


def forms_of(response: Any) -> list[str]:
    """Return the forms of a page that are not posted: what is typed in them is written in the address."""
    html = response.get("Content-Type", "").startswith("text/html")
    return GET_FORMS.findall(response.content.decode()) if html else []


def told(text: str) -> list[str]:
    """Return the canaries a text says, as they are or written for an address."""
    bare = fold(unquote_plus(text))
    return [
        one for one in CANARIES if fold(one) in bare or one in text or quote(one) in text or quote_plus(one) in text
    ]


def test_no_address_of_any_page_names_a_person(
    world: World, values: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    named, logged, typed, shown, read = {}, [], set(), 0, 0
    for name, client, address in opened(world, values):
        caplog.clear()
        with caplog.at_level(logging.DEBUG), transaction.atomic():
            response: Any = client.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        if not response.streaming:
            found = addresses_of(response)
            read += len(found)
            typed |= {(name, field) for form in forms_of(response) for field in FREE_INPUT.findall(form)}
            named |= {f"{name}: {one}": told(one) for one in {address, *found} if told(one)}
        shown += NAME.upper().encode() in body.upper()
        logged += [f"{name}: {record.name}" for record in caplog.records if _kept(record) and told(record.getMessage())]
    assert named == {}
    assert logged == []
    assert typed - SPOKEN_OF_NOBODY == set(), "a form without « post » writes what is typed in the address"
    assert shown > 20, "the pages must show the persons, else this proves nothing"
    assert read > 500


def _kept(record: logging.LogRecord) -> bool:
    """Say whether production writes the record: its own level, or that of the logger above it."""
    return record.levelno >= max(logging.INFO, logging.getLogger(record.name).getEffectiveLevel())


def test_a_route_takes_no_free_text() -> None:
    """Numbers, keys drawn at random and short codes only: nothing of a person fits."""
    free = {
        f"{name}: {kind}"
        for name, route in ROUTES.items()
        for kind in {type(one).__name__ for one in getattr(route.pattern, "converters", {}).values()}
        - {"IntConverter", "UUIDConverter", "SlugConverter"}
    }
    assert free == set()
    assert not {"nir", "last_name", "first_name", "born_on"} & {one for names in PARAMETERS.values() for one in names}


@pytest.mark.parametrize(
    "text", [f"/personnes/?q={NAME}", "/x/?nom=ZWARTEVEEN+W", f"/x/{NIR}/", f"/x/?m={quote(MAIL)}"]
)
def test_the_reader_of_addresses_sees_a_canary(text: str) -> None:
    assert told(text)
    assert not told("/personnes/0c6fb7f2-7c7b-4b57-8f3e-0a8b0d1f2e3c/?qui=toutes&page=2")


def test_the_reader_of_pages_sees_an_address_that_names_and_a_field_that_would() -> None:
    page = HttpResponse(f'<a href="/x/?q={NAME}">x</a><form><input type="search" name="q"></form>')
    page["HX-Push-Url"] = f"/x/?nom={NAME}"
    assert {address for address in addresses_of(page) if told(address)} == {f"/x/?nom={NAME}", f"/x/?q={NAME}"}
    assert [field for form in forms_of(page) for field in FREE_INPUT.findall(form)] == ["q"]
