"""An authority writes its letters with a closed list of mentions: nothing in a model or a name is ever run."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pytest

from jalons.documents.letters.composing import LONGEST_BODY, Envelope, LetterText, checked, compose
from jalons.documents.letters.mentions import missing, samples
from jalons.documents.letters.operations import (
    change_model,
    restore_model,
    usual_version,
    withdraw_model,
    write_model,
)
from jalons.documents.letters.queries import last_version, shipped, text_of
from jalons.documents.models import LetterKind, LetterVersion
from jalons.documents.paper import Frame, Heading, Items, Paper, Paragraph, Signed
from jalons.documents.rendering import page_count, render, render_bundle
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.ui.french import typography
from tests.worlds import World

DAY = date(2020, 10, 15)
ENVELOPE = Envelope(("Camille MARTIN", "12 RUE DES LILAS", "69001 LYON"), "Métropole fictive", DAY, "Courrier n° 1")
TEXT = LetterText("Votre rendez-vous du {{rdv.jour}}", "Bonjour {{personne.prenom}},\n\nVenez le {{rdv.jour}}.")
VALUES = samples(LetterKind.CONVOCATION)


def letter(text: LetterText, **values: str) -> Paper:
    return compose(text, {**VALUES, **values}, ENVELOPE)


@pytest.mark.parametrize("kind", list(LetterKind))
def test_the_text_shipped_of_each_kind_is_a_letter_that_everybody_can_read(kind: LetterKind) -> None:
    text = checked(shipped(kind).text, kind)
    pdf = pikepdf.open(io.BytesIO(render(compose(text, samples(kind), ENVELOPE))))
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
    assert len(pdf.pages) == 1


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("{{rdv.jours}}", "Vouliez-vous {{rdv.jour}} ?"),
        ("{{contrat.fin}}", "n’est pas une mention de cette lettre"),  # of another kind
        ("{{ 7*7 }}", "n’est pas une mention"),
        ("{{personne.nir}}", "n’est pas une mention"),
        ("{{personne.__class__}}", "n’est pas une mention"),
        ("{{}}", "n’est pas une mention"),
        ("{{rdv.jour", "il en reste une ouverte"),
        ("rdv.jour}}", "il en reste une ouverte"),
        ("{{{{rdv.jour}}}}", "il en reste une ouverte"),
    ],
)
def test_what_is_not_a_mention_of_this_letter_is_refused_with_the_list(typed: str, advice: str) -> None:
    for text in (replace(TEXT, body=typed), replace(TEXT, heading=typed), replace(TEXT, signatory=typed)):
        with pytest.raises(Refusal) as refusal:
            checked(text, LetterKind.CONVOCATION)
        assert advice in refusal.value.sentence
    if "n’est pas" in advice:
        assert "{{rdv.jour}}" in refusal.value.sentence


@pytest.mark.parametrize("typed", ["{{rdv.jour}}", "{{ rdv.jour }}", "{{Rdv.Jour}}", "{{ RDV . JOUR }}"])
def test_blanks_and_capitals_in_a_mention_are_forgiven(typed: str) -> None:
    assert letter(replace(TEXT, body=typed)).blocks == (Paragraph("mardi 3 novembre 2020"),)


@pytest.mark.parametrize(
    "code", ["{% for x in y %}", "${x}", "#panic()", "$x$", "<script>alert(1)</script>", "{0.__class__}", "%(nom)s"]
)
def test_the_code_of_other_template_languages_is_plain_text(code: str) -> None:
    text = checked(replace(TEXT, body=f"Avant {code} après"), LetterKind.CONVOCATION)
    made = letter(text)
    assert made.blocks == (Paragraph(typography(f"Avant {code} après")),)
    assert render(made)


@pytest.mark.parametrize("name", ["{{rdv.lieu}}", "# Titre", "- item", "#panic()", "$x$", "<b>x</b>", "a\n\n# b"])
def test_a_value_is_never_read_as_a_mention_nor_as_a_sign_of_the_text(name: str) -> None:
    (block,) = letter(replace(TEXT, body="{{personne.prenom}}"), **{"personne.prenom": name}).blocks
    assert block == Paragraph(name)
    assert render(letter(TEXT, **{"personne.prenom": name}))


def test_four_signs_make_headings_items_and_the_frame() -> None:
    body = "Bonjour.\nVenez.\n\n# Ensuite\n- un\n- deux\n\n> Date : {{rdv.jour}}\n> Merci\n\nFin"
    blocks = letter(replace(TEXT, body=body, signatory="La directrice")).blocks
    assert blocks == (
        Paragraph("Bonjour.\nVenez."),
        Heading("Ensuite"),
        Items(("un", "deux")),
        Frame((("Date", "mardi 3 novembre 2020"), ("", "Merci"))),
        Paragraph("Fin"),
        Signed("La directrice"),
    )


def test_french_typography_is_set_whatever_was_typed() -> None:
    (block,) = letter(replace(TEXT, body="Attention ! L'heure : « {{rdv.heure}} » ?")).blocks
    assert block == Paragraph("Attention\u202f! L’heure\u202f: «\u202f9 h 30\u202f»\u202f?")


def test_a_mention_without_value_is_told_by_its_label() -> None:
    assert missing(TEXT.texts(), {**VALUES, "rdv.jour": ""}, LetterKind.CONVOCATION) == ["Jour du rendez-vous"]


def test_a_letter_has_something_to_say_and_an_end() -> None:
    with pytest.raises(Refusal, match="un objet et un texte"):
        checked(replace(TEXT, body=" \r\n "), LetterKind.CONVOCATION)
    with pytest.raises(Refusal, match="8000 au plus"):
        checked(replace(TEXT, body="a" * (LONGEST_BODY + 1)), LetterKind.CONVOCATION)


def test_many_letters_bound_count_their_own_pages_and_give_the_same_bytes_twice() -> None:
    long = letter(replace(TEXT, body="\n\n".join(["Un paragraphe."] * 60)))
    papers = [letter(TEXT), long, letter(TEXT)]
    pages = [page_count(render(one)) for one in papers]
    bound = render_bundle("Liasse", "Métropole", DAY, papers, pages)
    pdf = pikepdf.open(io.BytesIO(bound))
    assert pages == [1, len(pikepdf.open(io.BytesIO(render(long))).pages), 1]
    assert len(pdf.pages) == sum(pages) == page_count(bound)
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfuaid:part"]) == ("2", "1")
    assert bound == render_bundle("Liasse", "Métropole", DAY, papers, pages)
    with pytest.raises(ValueError, match="not a paper"):
        page_count(b"%PDF-1.7 received")


# Versions


def first(world: World) -> LetterVersion:
    return write_model(
        actor=world.orientation_officer,
        on=DAY,
        authority_id=world.authority.pk,
        kind=LetterKind.CONVOCATION,
        name="Convocation du lundi",
        text=TEXT,
    )


@pytest.mark.django_db
def test_a_change_is_a_new_version_and_the_former_stays_as_it_was(world: World) -> None:
    former = first(world)
    given: dict[str, Any] = {"actor": world.steering_officer, "on": DAY, "model_id": former.model_id}
    new = change_model(**given, seen=1, text=replace(TEXT, heading="Rendez-vous"), change="Objet plus court")
    former.refresh_from_db()
    assert (former.heading, new.number, new.heading) == (TEXT.heading, 2, "Rendez-vous")
    assert last_version(former.model_id) == new
    assert text_of(former) == TEXT


@pytest.mark.django_db
def test_two_writers_at_once_lose_nothing_the_second_is_told(world: World) -> None:
    model = first(world).model_id
    given: dict[str, Any] = {"on": DAY, "model_id": model, "seen": 1}
    change_model(actor=world.steering_officer, **given, text=replace(TEXT, heading="Un"))
    with pytest.raises(Refusal, match="Ines Lambert a enregistré la version 2"):
        change_model(actor=world.orientation_officer, **given, text=replace(TEXT, heading="Deux"))


@pytest.mark.django_db
def test_what_says_the_same_is_not_a_version(world: World) -> None:
    model = first(world).model_id
    same = replace(TEXT, body=TEXT.body.replace("\n", "\r\n") + "\n")
    with pytest.raises(Refusal, match="rien n’a changé"):
        change_model(actor=world.steering_officer, on=DAY, model_id=model, seen=1, text=same)


@pytest.mark.django_db
def test_a_withdrawn_model_writes_no_more_until_it_is_back(world: World) -> None:
    model = first(world).model_id
    given: dict[str, Any] = {"actor": world.steering_officer, "on": DAY, "model_id": model}
    withdraw_model(**given)
    assert last_version(model) is None
    with pytest.raises(Refusal, match="retiré"):
        change_model(**given, seen=1, text=replace(TEXT, heading="Un"))
    restore_model(**given)
    assert last_version(model) is not None


@pytest.mark.django_db
def test_the_usual_model_is_the_first_in_use_and_the_shipped_text_where_there_is_none(world: World) -> None:
    given: dict[str, Any] = {"actor": world.caseworker, "on": DAY, "authority_id": world.authority.pk}
    version = usual_version(**given, kind=LetterKind.ORIENTATION)
    assert (version.number, version.written_by.is_system) == (1, True)
    assert text_of(version) == shipped(LetterKind.ORIENTATION).text
    assert usual_version(**given, kind=LetterKind.ORIENTATION) == version
    own = first(world)
    assert usual_version(**given, kind=LetterKind.CONVOCATION) == own


@pytest.mark.django_db
def test_a_withdrawn_model_is_never_put_back_by_writing_a_letter(world: World) -> None:
    kind = LetterKind.ORIENTATION
    given: dict[str, Any] = {"on": DAY, "authority_id": world.authority.pk}
    former = usual_version(actor=world.caseworker, **given, kind=kind)
    bad = change_model(
        actor=world.steering_officer,
        on=DAY,
        model_id=former.model_id,
        seen=1,
        text=LetterText("Objet", "Mauvais texte"),
    )
    withdraw_model(actor=world.steering_officer, on=DAY, model_id=bad.model_id)
    for _ in range(2):
        now = usual_version(actor=world.caseworker, **given, kind=kind)
        assert text_of(now) == shipped(kind).text
        assert now.model.name == f"{former.model.name} (texte livré)"
    bad.model.refresh_from_db()
    assert bad.model.withdrawn_on == DAY


@pytest.mark.django_db
def test_only_the_authority_writes_its_models(world: World) -> None:
    for actor in (world.caseworker, world.social_head, world.foreign_officer, world.data_officer):
        with pytest.raises(NotAllowed):
            write_model(
                actor=actor,
                on=DAY,
                authority_id=world.authority.pk,
                kind=LetterKind.CONVOCATION,
                name="Essai",
                text=TEXT,
            )
    first(world)
    with pytest.raises(Refusal, match="déjà ce nom"):
        first(world)
