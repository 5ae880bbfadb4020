"""The papers of a contract: what to print, the one in force, and the documents a reader may open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from jalons.documents.models import Document, Signature, SignatureMeans, SignerKind
from jalons.documents.paper import Hand
from jalons.pathways.contract_paper import ContractText, Given, PaperStep, words_of
from jalons.pathways.models import (
    Assessment,
    Contract,
    ContractKind,
    ContractPaper,
    ContractStep,
    Mandate,
    PaperPurpose,
    StepDoer,
)
from jalons.pathways.queries.adhesion import told_before
from jalons.pathways.queries.assessments import answers_of, told
from jalons.pathways.rulebook import ActionRules, ContractRules, Shelf
from jalons.pathways.rules import is_noted_ppae
from jalons.ui.french import date_long, typography


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A paper of a contract with its signatures, without its bytes."""

    paper: ContractPaper
    signatures: tuple[Signature, ...]

    @property
    def document(self) -> Document:
        """What was kept."""
        return self.paper.document


def paper_in_force(contract: Contract, purpose: PaperPurpose = PaperPurpose.SIGNATURE) -> ContractPaper | None:
    """Return the paper that speaks for the contract as it is now, its bytes left aside; None when there is none."""
    rows = ContractPaper.objects.filter(contract=contract, purpose=purpose, voided_on__isnull=True)
    return rows.select_related("document").defer("document__raw").first()


def papers_of(contract: Contract) -> list[KeptPaper]:
    """Return every paper of a contract, the newest first, each with its signatures; two queries, no bytes."""
    rows = list(
        ContractPaper.objects.filter(contract=contract)
        .select_related("document")
        .defer("document__raw")
        .order_by("-pk")
    )
    signatures: dict[int, list[Signature]] = {}
    for one in (
        Signature.objects.filter(document__in=[row.document_id for row in rows])
        .select_related("recorded_by", "scan")
        .defer("scan__raw", "strokes")
        .order_by("pk")
    ):
        signatures.setdefault(one.document_id, []).append(one)
    return [KeptPaper(row, tuple(signatures.get(row.document_id, ()))) for row in rows]


def document_of(contract: Contract, key: UUID) -> Document | None:
    """Return a document of the contract by its key: one of its papers, or the scan of a signed one."""
    papers = ContractPaper.objects.filter(contract=contract).values("document")
    scans = Signature.objects.filter(document__in=papers, scan__isnull=False).values("scan")
    return Document.objects.filter(Q(pk__in=papers) | Q(pk__in=scans), key=key).first()


def title_of(kind: str, rules: ContractRules) -> str:
    """Return the name of a contract on its paper: that of the rulebook for the contract it makes, else that of its kind (C-33)."""
    named = kind == ContractKind.ENGAGEMENT or rules.kinds == frozenset({kind})
    return typography((rules.title if named else "") or str(ContractKind(kind).label))


def text_of(contract: Contract, *, on: date, as_of: date | None = None, shelf: Shelf | None = None) -> ContractText:
    """Return what the paper of a contract says on a day; ``contract.enrolment`` comes with its organisation and authority.

    ``as_of``: the day of the paper that was signed; a copy made on ``on`` reads its rules, référent and diagnosis then.
    ``shelf``: the adopted rulebooks, when the caller has read them.
    """
    enrolment = contract.enrolment
    read_on = as_of or on
    rules = (shelf or Shelf()).rules_of(enrolment.action_code, on=read_on)
    return ContractText(
        title=title_of(contract.kind, rules.contract),
        rank=contract.rank,
        copy=ContractPaper.objects.filter(contract=contract).count() + 1,
        day=on,
        person=f"{contract.person.first_name} {contract.person.last_name}",
        caseworker=_caseworker(contract, read_on),
        organisation=enrolment.organisation.name,
        authority=enrolment.authority.name,
        action=rules.label or enrolment.action_code,
        start_on=contract.start_on,
        end_on=contract.end_on,
        her_words=contract.her_words,
        previous_review=contract.previous_review,
        objectives={one.horizon: one.text for one in contract.objectives.order_by("pk")},
        steps=[_step(one, rules) for one in contract.planned_steps.order_by("planned_on", "pk")],
        rules=_sentences(rules),
        diagnosis=_diagnosis(contract, rules, on=read_on),
        told=told_before(contract, rules, on=read_on),
    )


def says_the_same(paper: ContractPaper, contract: Contract, *, on: date) -> bool:
    """Tell whether a paper still says what one made today would: the same words, the same référent."""
    return paper.words == words_of(text_of(contract, on=on))


def text_on_screen(contract: Contract, papers: Iterable[KeptPaper], *, on: date, shelf: Shelf) -> ContractText:
    """Return what a page shows of a contract: the words of its paper, as read the day it was made for signature (R-091)."""
    kept = (one.paper for one in papers if one.paper.purpose == PaperPurpose.SIGNATURE and one.paper.voided_on is None)
    paper = next(kept, None)
    return text_of(contract, on=on, as_of=paper.document.made_on if paper else contract.signed_on, shelf=shelf)


def given_to(contract: Contract) -> Given:
    """Return who signed the paper in force, how, and who validated the contract; one that was signed elsewhere has no hand."""
    paper = paper_in_force(contract)
    rows = Signature.objects.filter(document=paper.document_id).order_by("pk") if paper else Signature.objects.none()
    hands = [_hand(one) for one in rows]
    sentences = []
    if paper is not None and hands:
        sentences.append(f"Empreinte du document signé (SHA-256) : {paper.document.sha256}.")
    elif contract.signed_on is not None:
        sentences.append(f"Signé par {contract.person.first_name} le {date_long(contract.signed_on)}.")
    if is_noted_ppae(contract) and contract.validated_on is not None:
        sentences.append(f"Noté par {contract.validated_by}, d’après le PPAE du {date_long(contract.validated_on)}.")
    elif contract.validated_on is not None:
        who = contract.enrolment.authority.name
        by = f" ({contract.validated_by})" if contract.validated_by is not None else ""
        sentences.append(f"Validé par {who}{by} le {date_long(contract.validated_on)}.")
    return Given(hands, sentences)


def _caseworker(contract: Contract, on: date) -> str:
    running = Q(end_on__isnull=True) | Q(end_on__gte=on)
    mandate = (
        Mandate.objects.filter(running, person=contract.person_id, start_on__lte=on)
        .filter(organisation=contract.enrolment.organisation_id)
        .select_related("caseworker")
        .first()
    )
    return str(mandate.caseworker if mandate is not None else contract.drafted_by)


def _step(one: ContractStep, rules: ActionRules) -> PaperStep:
    known = rules.steps.get(one.kind)
    name = known.label if known else one.kind.replace("_", " ").capitalize()
    doer = str(StepDoer(one.doer).label) if one.doer else ""
    return PaperStep(doer, f"{name} – {one.label}" if one.label else name, one.planned_on, one.place)


def _sentences(rules: ActionRules) -> list[str]:
    if not rules.framework:
        return []
    frame = f"Action « {rules.label} », dans le cadre « {rules.framework} »."
    return [typography(sentence) for sentence in (frame, *(f"{label}." for label in rules.contract.duties))]


def _diagnosis(contract: Contract, rules: ActionRules, *, on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The grid that completes the contract, as last filled, where the rulebook asks for it (R-089)."""
    if rules.diagnosis is None or not rules.contract.assessment:
        return []
    last = (
        Assessment.objects.filter(enrolment=contract.enrolment_id, made_on__lte=on).order_by("-made_on", "-pk").first()
    )
    answers = answers_of([last.pk]).get(last.pk, {}) if last else {}
    return [
        (section.label, [(one.label, told(one, answers.get(one.code))) for one in section.questions])
        for section in rules.diagnosis.sections
    ]


def _hand(one: Signature) -> Hand:
    who = str(SignerKind(one.signer).label)
    how = "à l’écran" if one.means == SignatureMeans.SCREEN else "sur papier"
    words = f"signé {how} le {date_long(one.signed_on)}. {one.get_identity_check_display()}."
    return Hand(who, words, bytes(one.strokes).decode() if one.strokes is not None else "")
