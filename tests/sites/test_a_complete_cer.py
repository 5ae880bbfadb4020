"""A CER of the Nord: checked before it is sent, its notice at hand, the same words on the screen as on paper (R-091)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from jalons.documents.paper import Block
from jalons.kernel.refusals import Refusal
from jalons.pathways.contract_paper import paper_to_sign
from jalons.pathways.models import Contract, Horizon, StepDoer
from jalons.pathways.operations import (
    Draft,
    Objective,
    PlannedStep,
    draft_contract,
    edit_contract,
    prepare_signature,
    sign,
    submit,
)
from jalons.pathways.queries.contract_papers import text_of
from tests.worlds import World

pytestmark = [pytest.mark.req("R-091"), pytest.mark.usefixtures("rulebooks")]
WHERE, WHEN = "12 rue des Lilas, Lille", date(2020, 11, 4)
PARTS = {
    "her_words": "Travailler dans une cantine.",
    "objectives": [Objective(Horizon.SHORT, "Refaire mon CV.")],
    "steps": [PlannedStep("job_search", "Atelier CV", WHEN, WHERE, StepDoer.BOTH)],
}


@pytest.fixture
def contract(world: World) -> Contract:
    line = world.place(action_code="nord_ii2_coaching", framework_code="nord_2019_2021")
    enrolment = world.enrolled(world.person("Zwarteveen", "Alix"), line=line, caseworker=world.caseworker)
    return draft_contract(actor=world.caseworker, on=world.day, draft=Draft(enrolment.pk, world.day, date(2021, 1, 14)))


def at(contract: Contract) -> str:
    return f"/personnes/{contract.person.key}/contrats/{contract.key}/"


def seen(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    article = re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)
    assert article is not None
    return plain(unescape(strip_tags(re.sub(r"<", " <", article[0]))))


def plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())


def test_an_empty_cer_is_neither_signed_nor_sent_and_each_lack_is_named(world: World, contract: Contract) -> None:
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "contract_id": contract.pk}
    with pytest.raises(Refusal, match="Avant de signer") as refused:
        prepare_signature(**given)
    for sentence in ("avec ses mots", "au moins un objectif", "au moins une étape"):
        assert sentence in refused.value.sentence
    sign(**given)
    with pytest.raises(Refusal, match="au moins un objectif"):
        submit(**given)


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"steps": [PlannedStep("job_search", "", None, WHERE, StepDoer.BOTH)]}, "Une étape n’a pas sa date."),
        ({"steps": [PlannedStep("job_search", "", WHEN, "", StepDoer.BOTH)]}, "Une étape n’a pas son lieu."),
        ({"steps": [PlannedStep("job_search", "", WHEN, WHERE)]}, "Une étape ne dit pas qui la fait."),
        ({"her_words": " "}, "Il manque ce que la personne veut, avec ses mots."),
        ({"objectives": []}, "Il manque au moins un objectif."),
    ],
)
def test_each_part_is_checked_and_the_page_says_which(
    client: Client, world: World, contract: Contract, lacking: dict[str, Any], sentence: str
) -> None:
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "contract_id": contract.pk}
    edit_contract(**given, **(PARTS | lacking))
    client.force_login(world.caseworker)
    page = seen(client, at(contract))
    assert page.count("Il manque") + page.count("Une étape n") == 1
    assert sentence in page
    with pytest.raises(Refusal) as refused:
        prepare_signature(**given)
    assert refused.value.sentence == f"Avant de signer : {sentence}"
    edit_contract(**given, **PARTS)
    assert sentence not in seen(client, at(contract))
    prepare_signature(**given)


def test_the_notice_is_at_hand_while_it_is_written_and_gone_once_it_is_sent(
    client: Client, world: World, contract: Contract
) -> None:
    client.force_login(world.caseworker)
    words = "Le CER se remplit avec soin et s’envoie complet"
    for page in ("", "modifier/"):
        assert words in seen(client, f"{at(contract)}{page}")
    assert words in seen(client, f"/personnes/{contract.person.key}/contrats/nouveau/")
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "contract_id": contract.pk}
    edit_contract(**given, **PARTS)
    sign(**given)
    submit(**given)
    assert words not in seen(client, at(contract))


def words_of(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Every text of a paper, but the places where hands sign."""
    for one in blocks:
        match one.block:
            case "heading" | "paragraph" | "quote":
                yield from str(getattr(one, "text", "")).splitlines()
            case "facts":
                yield from (cell for row in getattr(one, "rows", ()) for cell in row)
            case "table":
                yield from getattr(one, "columns", ())
                yield from (cell for row in getattr(one, "rows", ()) for cell in row)


def test_the_digital_cer_says_all_that_the_paper_says(client: Client, world: World, contract: Contract) -> None:
    given: dict[str, Any] = {"actor": world.caseworker, "on": world.day, "contract_id": contract.pk}
    edit_contract(**given, **PARTS)
    found = Contract.objects.select_related("enrolment__organisation", "enrolment__authority").get(pk=contract.pk)
    paper = paper_to_sign(text_of(found, on=world.day))
    written = [plain(line) for line in words_of(paper.blocks) if line != "Signatures"]
    assert "Travailler dans une cantine." in written
    client.force_login(world.caseworker)
    page = seen(client, at(contract)).lower()
    for line in written:
        for part in line.removesuffix(".").split(". Du "):
            assert part.lower() in page, part
    sign(**given)
    submit(**given)
    client.force_login(world.social_head)
    sent = seen(client, reverse("steering:contract", args=[contract.person.key, contract.key])).lower()
    assert "travailler dans une cantine." in sent
    assert "les règles de ce contrat" in sent
