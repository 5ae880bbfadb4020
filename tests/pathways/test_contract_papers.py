"""The contract on paper: what is shown is what is signed, what is kept is what is printed again."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from jalons.documents import rendering
from jalons.documents.models import Document, IdentityCheck, Signature, SignatureMeans, SignerKind
from jalons.documents.queries import bytes_of
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.pathways.contract_paper import paper_to_sign
from jalons.pathways.diagnosing import Given
from jalons.pathways.models import (
    AssessmentKind,
    Contract,
    ContractKind,
    ContractPaper,
    ContractState,
    Enrolment,
    PaperPurpose,
)
from jalons.pathways.operations import (
    Draft,
    Drawn,
    Findings,
    Objective,
    PlanLine,
    PlannedStep,
    draft_contract,
    edit_contract,
    hand_over_copy,
    name_lead_caseworker,
    prepare_signature,
    record_assessment,
    return_contract,
    sign,
    sign_contract_on_paper,
    sign_contract_on_screen,
    submit,
    validate,
)
from jalons.pathways.queries.contract_papers import document_of, paper_in_force, papers_of, text_of, title_of
from jalons.pathways.queries.contracts import chain_of
from jalons.pathways.rulebook import rules_of
from tests.documents.pictures import PNG
from tests.pathways.test_adhering_to_a_plie import told_before_adhering
from tests.pathways.test_contracts import OBJECTIVES, ON, STEPS
from tests.pathways.test_filling_a_diagnosis import PLIE
from tests.worlds import World

HAND = "M10 10 L300 150 L590 20"
PERSON = Drawn(SignerKind.BENEFICIARY, IdentityCheck.IDENTITY_PAPER, HAND)
PROFESSIONAL = Drawn(SignerKind.PROFESSIONAL, IdentityCheck.ACCOUNT, HAND)


@pytest.fixture
def enrolment(world: World) -> Enrolment:
    return world.enrolled(caseworker=world.caseworker)


@pytest.fixture
def contract(world: World, enrolment: Enrolment) -> Contract:
    steps = [*STEPS, PlannedStep("job_search", "CV relu", date(2020, 3, 25), "Bureau 3", "both")]
    words = "Travailler près de chez moi.\nEt du temps pour mes enfants."
    given = {"objectives": OBJECTIVES, "steps": steps, "her_words": words}
    return draft_contract(
        actor=world.caseworker, on=ON, draft=Draft(enrolment.pk, date(2020, 3, 2), date(2020, 6, 30), **given)
    )


def prepared(world: World, contract: Contract, on: date = ON) -> ContractPaper:
    return prepare_signature(actor=world.caseworker, on=on, contract_id=contract.pk)


def signed(world: World, contract: Contract, on: date = ON, **options: object) -> Contract:
    paper = prepared(world, contract, on)
    given = {"sha256": paper.document.sha256, "hands": [PERSON, PROFESSIONAL]} | options
    return sign_contract_on_screen(actor=world.caseworker, on=on, contract_id=contract.pk, **given)


def validated(world: World, contract: Contract) -> Contract:
    signed(world, contract)
    submit(actor=world.caseworker, on=ON, contract_id=contract.pk)
    return validate(actor=world.social_head, on=date(2020, 3, 6), contract_id=contract.pk)


@pytest.mark.req("R-079", "R-080")
def test_the_paper_says_her_words_first_then_what_who_when_and_where(world, contract):
    text = text_of(Contract.objects.select_related("enrolment__organisation").get(pk=contract.pk), on=ON)
    blocks = paper_to_sign(text).blocks
    headings = [one.text for one in blocks if one.block == "heading"]
    assert headings == [
        "Ce que je veux",
        "Mes objectifs",
        "Qui fait quoi, quand et où",
        "Les règles de ce contrat",
        "Signatures",
    ]
    calendar = next(one for one in blocks if one.block == "table")
    assert calendar.columns == ("Date", "Qui", "Quoi", "Où")
    assert calendar.rows[1][:2] == ("25/03/2020", "Ensemble")
    assert calendar.rows[1][2].endswith("CV relu")
    places = blocks[-1]
    assert places.who[0] == f"{contract.person.first_name} {contract.person.last_name}"
    assert str(world.caseworker) in places.who[1]


@pytest.mark.req("R-076")
def test_the_paper_tells_the_rules_of_the_rulebook_it_follows(world, contract):
    rules = text_of(contract, on=ON).rules
    assert "version 1" in rules[0]
    assert "Contrat en cours de validité deux mois après l’orientation." in rules


@pytest.mark.parametrize(
    ("action", "kind", "title"),
    [
        ("lyon_emploi_diversifie_2020", "engagement", "Contrat d’engagements"),
        ("lyon_emploi_diversifie_2020", "ppae", "PPAE"),
        ("nord_i2_reference_iod", "engagement", "Contrat d’engagement réciproque (CER)"),
        ("inconnue", "engagement", "Contrat d’engagements"),
    ],
)
def test_each_framework_names_its_contract(world, action, kind, title):
    """C-33: one object, one name per framework."""
    assert title_of(kind, rules_of(action, on=ON).contract) == title


def test_the_paper_holds_in_two_pages_and_everybody_can_read_it(world, contract):
    raw = bytes_of(prepared(world, contract).document)
    pdf = pikepdf.open(io.BytesIO(raw))
    assert len(pdf.pages) <= 2
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfuaid:part"]) == ("2", "1")


@pytest.mark.req("R-091")
def test_an_incomplete_contract_is_not_given_to_sign(world, enrolment):
    bare = draft_contract(actor=world.caseworker, on=ON, draft=Draft(enrolment.pk, ON, date(2020, 6, 30)))
    with pytest.raises(Refusal, match="Avant de signer") as refused:
        prepared(world, bare)
    assert refused.value.sentence.count("Il manque") == 4
    assert not Document.objects.exists()


def test_the_paper_is_made_once_while_the_contract_does_not_change(world, contract):
    assert prepared(world, contract) == prepared(world, contract, date(2020, 3, 4))
    assert Document.objects.count() == 1


@pytest.mark.req("R-046", "R-082")
def test_the_paper_names_who_signs_today_not_the_former_referent(world, contract):
    former, later = prepared(world, contract), date(2020, 3, 5)
    name_lead_caseworker(
        actor=world.head, on=later, person_id=contract.person_id, caseworker_id=world.colleague.pk,
        organisation_id=world.house.pk, start_on=later, reason="Congé",
    )  # fmt: skip
    given = {"actor": world.colleague, "on": later, "contract_id": contract.pk, "hands": [PERSON, PROFESSIONAL]}
    with pytest.raises(Refusal, match="préparez-le à nouveau"):
        sign_contract_on_screen(**given, sha256=former.document.sha256)
    latter = prepared(world, contract, later)
    assert latter.document.sha256 != former.document.sha256
    former.refresh_from_db()
    assert former.voided_on == later
    assert sign_contract_on_screen(**given, sha256=latter.document.sha256).state == ContractState.SIGNED


@pytest.mark.req("R-082")
def test_signing_on_screen_covers_the_bytes_shown_and_dates_the_contract(world, contract):
    done = signed(world, contract)
    assert (done.state, done.signed_on) == (ContractState.SIGNED, ON)
    kept = papers_of(done)[0]
    assert {one.sha256 for one in kept.signatures} == {kept.document.sha256}
    assert [(one.signer, one.identity_check, one.recorded_by) for one in kept.signatures] == [
        ("beneficiary", "identity_paper", world.caseworker),
        ("professional", "account", world.caseworker),
    ]


@pytest.mark.req("R-082")
def test_nobody_signs_other_bytes_than_those_shown(world, contract):
    with pytest.raises(Refusal, match="a changé depuis"):
        signed(world, contract, sha256="0" * 64)
    contract.refresh_from_db()
    assert (contract.state, Signature.objects.count()) == (ContractState.DRAFT, 0)


@pytest.mark.req("R-082")
def test_a_signature_without_the_person_is_none(world, contract):
    with pytest.raises(Refusal, match="personne accompagnée"):
        signed(world, contract, hands=[PROFESSIONAL])


def test_an_empty_pad_writes_nothing(world, contract):
    empty = Drawn(SignerKind.PROFESSIONAL, IdentityCheck.ACCOUNT, "")
    with pytest.raises(Refusal, match="signez dans le cadre"):
        signed(world, contract, hands=[PERSON, empty])
    contract.refresh_from_db()
    assert (contract.state, Signature.objects.count()) == (ContractState.DRAFT, 0)


@pytest.mark.req("R-082")
def test_changing_the_contract_makes_the_former_paper_void_and_unsignable(world, contract):
    former = prepared(world, contract).document
    edit_contract(actor=world.caseworker, on=ON, contract_id=contract.pk, her_words="Autre chose.")
    assert paper_in_force(contract) is None
    with pytest.raises(Refusal, match="préparez-le à nouveau"):
        sign_contract_on_screen(
            actor=world.caseworker, on=ON, contract_id=contract.pk, sha256=former.sha256, hands=[PERSON]
        )
    latter = prepared(world, contract).document
    assert latter.sha256 != former.sha256
    with pytest.raises(Refusal, match="a changé depuis"):
        sign_contract_on_screen(
            actor=world.caseworker, on=ON, contract_id=contract.pk, sha256=former.sha256, hands=[PERSON]
        )
    assert [one.paper.voided_on for one in papers_of(contract)] == [None, ON]


@pytest.mark.req("R-083")
def test_a_returned_contract_is_signed_again_on_a_new_paper(world, contract):
    signed(world, contract)
    submit(actor=world.caseworker, on=ON, contract_id=contract.pk)
    return_contract(
        actor=world.social_head, on=date(2020, 3, 4), contract_id=contract.pk, reasons="Précisez les dates."
    )
    again = signed(world, contract, date(2020, 3, 5))
    assert (again.signed_on, again.submitted_on) == (date(2020, 3, 5), ON)
    assert [len(one.signatures) for one in papers_of(contract)] == [2, 2]


@pytest.mark.req("R-082")
def test_a_paper_signed_by_hand_keeps_its_scan_and_its_day(world, contract):
    document = prepared(world, contract).document
    done = sign_contract_on_paper(
        actor=world.caseworker,
        on=date(2020, 3, 5),
        contract_id=contract.pk,
        sha256=document.sha256,
        scan=PNG,
        signed_on=date(2020, 3, 4),
        identity_check=IdentityCheck.KNOWN,
    )
    assert (done.state, done.signed_on) == (ContractState.SIGNED, date(2020, 3, 4))
    signatures = papers_of(done)[0].signatures
    assert {one.means for one in signatures} == {SignatureMeans.PAPER}
    scan = document_of(done, signatures[0].scan.key)
    assert scan is not None
    assert (bytes_of(scan), scan.media_type) == (PNG, "image/png")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"scan": b"MZ not a scan"}, "ni un PDF"),
        ({"signed_on": date(2020, 3, 1)}, "signé avant"),
        ({"signed_on": date(2020, 3, 3)}, "futur"),
        ({"sha256": "0" * 64}, "a changé depuis"),
    ],
)
def test_a_scan_that_is_none_or_a_strange_day_is_refused_and_nothing_is_kept(world, contract, options, said):
    document = prepared(world, contract).document
    given = {"sha256": document.sha256, "scan": PNG, "signed_on": ON, "identity_check": IdentityCheck.KNOWN} | options
    with pytest.raises(Refusal, match=said):
        sign_contract_on_paper(actor=world.caseworker, on=ON, contract_id=contract.pk, **given)
    assert (Document.objects.count(), Signature.objects.count()) == (1, 0)


def test_a_stranger_neither_prepares_nor_signs(world, contract):
    paper = prepared(world, contract)
    for act, given in (
        (prepare_signature, {}),
        (sign_contract_on_screen, {"sha256": paper.document.sha256, "hands": [PERSON]}),
    ):
        with pytest.raises(NotAllowed):
            act(actor=world.stranger, on=ON, contract_id=contract.pk, **given)


def test_printing_again_gives_the_same_bytes_whatever_became_of_the_template_and_the_contract(
    world, contract, monkeypatch, tmp_path
):
    document = prepared(world, contract).document
    first = bytes_of(Document.objects.get(pk=document.pk))
    validated(world, contract)
    changed = tmp_path / "paper.typ"
    changed.write_text(Path(rendering.TEMPLATE).read_text(encoding="utf-8").replace("size: 17pt", "size: 20pt"))
    monkeypatch.setattr(rendering, "TEMPLATE", changed)
    again = document_of(contract, document.key)
    assert again is not None
    assert bytes_of(again) == first


@pytest.mark.req("R-084")
def test_handing_over_keeps_the_copy_that_was_given(world, contract):
    validated(world, contract)
    copy = hand_over_copy(actor=world.caseworker, on=date(2020, 3, 9), contract_id=contract.pk)
    contract.refresh_from_db()
    assert (contract.state, contract.handed_over_on) == (ContractState.HANDED_OVER, date(2020, 3, 9))
    assert paper_in_force(contract, PaperPurpose.HANDED_OVER).document == copy
    assert bytes_of(Document.objects.get(pk=copy.pk)).startswith(b"%PDF-")


@pytest.mark.req("R-084")
def test_a_copy_is_not_handed_over_before_the_validation(world, contract):
    validated(world, contract)
    with pytest.raises(Refusal, match="validé le 06/03/2020"):
        hand_over_copy(
            actor=world.caseworker, on=date(2020, 3, 9), contract_id=contract.pk, handed_over_on=date(2020, 3, 4)
        )
    assert paper_in_force(contract, PaperPurpose.HANDED_OVER) is None


def test_a_contract_signed_before_papers_were_kept_is_handed_over_too(world, contract):
    sign(actor=world.caseworker, on=ON, contract_id=contract.pk)
    submit(actor=world.caseworker, on=ON, contract_id=contract.pk)
    validate(actor=world.social_head, on=ON, contract_id=contract.pk)
    assert hand_over_copy(actor=world.caseworker, on=ON, contract_id=contract.pk).size > 0


def test_the_document_of_another_contract_is_not_found(world, contract):
    theirs = world.enrolled(world.person("Autre"), caseworker=world.caseworker)
    given = {"objectives": OBJECTIVES, "steps": STEPS}
    other = draft_contract(
        actor=world.caseworker, on=ON, draft=Draft(theirs.pk, date(2020, 3, 2), date(2020, 6, 30), **given)
    )
    assert document_of(contract, prepared(world, other).document.key) is None


def test_the_database_keeps_one_paper_in_force(world, contract):
    paper = prepared(world, contract)
    other = Document.objects.create(
        raw=b"x",
        sha256="2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        size=1,
        kind="contract",
        title="Autre",
        media_type="application/pdf",
        made_on=ON,
        made_by=world.head,
    )
    with pytest.raises(IntegrityError, match="contract_paper_one_in_force"), transaction.atomic():
        ContractPaper.objects.create(contract=paper.contract, document=other, purpose=PaperPurpose.SIGNATURE)


def test_the_database_never_revives_a_void_paper(world, contract):
    paper = prepared(world, contract)
    edit_contract(actor=world.caseworker, on=ON, contract_id=contract.pk, her_words="Autre chose.")
    with pytest.raises(DatabaseError, match="only becomes void"), transaction.atomic():
        ContractPaper.objects.filter(pk=paper.pk).update(voided_on=None)


@pytest.mark.req("R-089")
def test_the_contract_of_a_plie_is_signed_once_its_diagnosis_completes_it(world):
    line = world.place(world.house, action_code="plie_2014_2020", framework_code="plie_2014_2020")
    enrolment = world.enrolled(line=line, caseworker=world.caseworker)
    draft = Draft(
        enrolment.pk, ON, date(2020, 12, 31), ContractKind.PLIE, her_words="Je demande à entrer dans le PLIE."
    )
    contract = draft_contract(actor=world.caseworker, on=ON, draft=draft)
    with pytest.raises(Refusal, match="bilan de la situation"):
        prepared(world, contract)
    record_assessment(
        actor=world.caseworker,
        on=ON,
        enrolment_id=enrolment.pk,
        kind=AssessmentKind.INITIAL,
        made_on=ON,
        findings=Findings(answers=PLIE, plan=[PlanLine("Formation CACES")], confirmed_on=ON),
    )
    told_before_adhering(world, enrolment, on=ON)
    text = text_of(contract, on=ON)
    assert text.title == "Contrat d’engagement PLIE"
    heads = [one.text for one in paper_to_sign(text).blocks if one.block == "heading"]
    assert "Mon diagnostic : la personne et son parcours" in heads
    assert ("Motivations", "Travailler dehors") in text.diagnosis[0][1]
    first = prepared(world, contract)
    signing = date(2020, 3, 5)
    record_assessment(
        actor=world.caseworker,
        on=signing,
        enrolment_id=enrolment.pk,
        kind=AssessmentKind.REASSESSMENT,
        made_on=signing,
        findings=Findings(answers=PLIE, plan=[PlanLine("Formation CACES")], confirmed_on=signing),
    )
    first.refresh_from_db()
    assert first.voided_on == signing  # it printed the former diagnosis
    done = signed(world, contract, signing)
    assert (done.state, len(papers_of(done)[0].signatures)) == (ContractState.SIGNED, 2)
    later = date(2020, 7, 1)
    record_assessment(
        actor=world.caseworker,
        on=later,
        enrolment_id=enrolment.pk,
        kind=AssessmentKind.REASSESSMENT,
        made_on=later,
        findings=Findings(answers=PLIE | {"motivations": Given("Travailler au bureau")}),
    )
    assert ("Motivations", "Travailler dehors") in text_of(contract, on=later, as_of=signing).diagnosis[0][1]
    assert ("Motivations", "Travailler au bureau") in text_of(contract, on=later).diagnosis[0][1]


@pytest.mark.req("R-085")
def test_a_ppae_is_signed_and_validated_as_the_contract_it_stands_for(world, enrolment):
    given = {"kind": ContractKind.PPAE, "objectives": OBJECTIVES, "steps": STEPS}
    draft = Draft(enrolment.pk, ON, date(2020, 6, 30), **given)
    done = validated(world, draft_contract(actor=world.caseworker, on=ON, draft=draft))
    assert done.state == ContractState.VALIDATED
    assert papers_of(done)[0].document.title == "PPAE n° 1"


@pytest.mark.req("R-077", "R-078", "R-081")
def test_renewals_follow_each_other_without_a_day_missing(world, contract):
    first = validated(world, contract)
    draft = Draft(
        first.enrolment_id,
        date(2020, 7, 1),
        date(2020, 12, 31),
        previous_id=first.pk,
        objectives=[Objective(one.horizon, one.text) for one in OBJECTIVES],
        steps=[PlannedStep("job_search", "Salon", date(2020, 7, 20), "Mairie")],
        previous_review="Deux étapes sur trois réalisées.",
    )
    second = draft_contract(actor=world.caseworker, on=date(2020, 6, 2), draft=draft)
    on = date(2020, 6, 3)
    done = signed(world, second, on)
    assert "Le bilan de mon contrat précédent" in [
        one.text for one in paper_to_sign(text_of(done, on=on)).blocks if one.block == "heading"
    ]
    submit(actor=world.caseworker, on=on, contract_id=second.pk)
    validate(actor=world.social_head, on=on, contract_id=second.pk)
    assert [one.gap for one in chain_of(second)] == [None, None]


def test_the_reference_at_the_foot_tells_two_papers_of_a_contract_apart(world, contract):
    numbers = []
    for _ in range(2):
        numbers.append(re.search(r"document n° (\d)", paper_to_sign(text_of(contract, on=ON)).reference).group(1))
        prepared(world, contract)
        edit_contract(actor=world.caseworker, on=ON, contract_id=contract.pk, her_words="Encore autre chose.")
    assert numbers == ["1", "2"]
