"""Make the paper of a contract, have it signed on screen or on paper, hand over its copy (R-082, R-084).

A signature covers the bytes that were shown. The paper of a contract that changes is void: the next one is made from what is
written then, and nobody signs the former.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jalons.documents.models import Document, IdentityCheck, SignerKind
from jalons.documents.operations import keep_paper
from jalons.kernel.operation import operation
from jalons.kernel.refusals import Refusal
from jalons.network.models import User
from jalons.network.permissions import Permission
from jalons.pathways.contract_paper import ContractText, paper_handed_over, paper_to_sign, words_of
from jalons.pathways.models import Contract, ContractPaper, ContractState, PaperPurpose
from jalons.pathways.operations._signing import Drawn, sign_with_hands, sign_with_scan
from jalons.pathways.operations.contracts import hand_over, sign
from jalons.pathways.operations.drafts import open_contracts, void_papers
from jalons.pathways.queries.contract_papers import given_to, paper_in_force, says_the_same, text_of
from jalons.pathways.queries.contracts import missing_for_signature
from jalons.pathways.rules import CONTRACT_TRANSITIONS, is_noted_ppae, require_transition

KIND = "contract"  # of the document, for lists of what is kept
SCAN = "signed_contract"


@operation
def prepare_signature(*, actor: User, on: date, contract_id: int) -> ContractPaper:
    """Make the paper to sign, or return the one in force while it says the same: the référent, the rules, the diagnosis of today.

    Refused: a contract that is incomplete, or past its signature (R-091).
    """
    contract = _to_sign(actor, contract_id, on)
    text, ready = text_of(contract, on=on), paper_in_force(contract)
    if ready is not None and ready.words == words_of(text):
        return ready
    missing = missing_for_signature(contract, on=on)
    if missing:
        raise Refusal(f"Avant de signer : {' '.join(sentence for _, sentence in missing)}", code=missing[0][0])
    void_papers([contract], on=on)
    document = keep_paper(actor=actor, on=on, paper=paper_to_sign(text), kind=KIND)
    return _kept(contract, document, text, PaperPurpose.SIGNATURE)


@operation
def sign_contract_on_screen(
    *, actor: User, on: date, contract_id: int, sha256: str, hands: Iterable[Drawn]
) -> Contract:
    """Record the hands of both sides under the paper whose hash was shown, and date the signature of the contract (R-082)."""
    contract = _to_sign(actor, contract_id, on)
    paper = _paper_of(contract)
    document = paper.document
    # Somebody may have taken the person over since: who signs today is who the paper names.
    if document.sha256 != sha256 or not says_the_same(paper, contract, on=on):
        raise _changed()
    sign_with_hands(document, hands, actor=actor, on=on, sha256=sha256)
    return sign(actor=actor, on=on, contract_id=contract_id)


@operation
def sign_contract_on_paper(
    *,
    actor: User,
    on: date,
    contract_id: int,
    sha256: str,
    scan: bytes,
    signed_on: date,
    identity_check: IdentityCheck,
    signers: Iterable[SignerKind] = (SignerKind.BENEFICIARY, SignerKind.PROFESSIONAL),
) -> Contract:
    """Keep the scan of the signed paper, and date the signature of the contract by the day written on it (R-082)."""
    contract = _to_sign(actor, contract_id, on)
    document = _paper_of(contract).document
    if document.sha256 != sha256:
        raise _changed()
    sign_with_scan(
        document,
        scan,
        actor=actor,
        on=on,
        kind=SCAN,
        signed_on=signed_on,
        identity_check=identity_check,
        signers=signers,
    )
    return sign(actor=actor, on=on, contract_id=contract_id, signed_on=signed_on)


@operation
def hand_over_copy(*, actor: User, on: date, contract_id: int, handed_over_on: date | None = None) -> Document:
    """Hand the validated contract over with its copy, kept: the text, who signed, who validated (R-084)."""
    if is_noted_ppae(Contract.objects.get(pk=contract_id)):
        raise Refusal(
            "Ce PPAE est fait par Pôle emploi, qui remet sa copie : ici, seules ses dates sont notées.",
            code="ppae_not_handed_over",
        )
    hand_over(actor=actor, on=on, contract_id=contract_id, handed_over_on=handed_over_on)
    (handed,) = open_contracts(actor, [contract_id], on=on, permission=Permission.CONTRACT_WRITE, carried=True)
    contract = _with_words(handed)
    signed = paper_in_force(contract)
    as_of = signed.document.made_on if signed is not None else contract.signed_on
    text = text_of(contract, on=on, as_of=as_of)
    document = keep_paper(actor=actor, on=on, paper=paper_handed_over(text, given_to(contract)), kind=KIND)
    _kept(contract, document, text, PaperPurpose.HANDED_OVER)
    return document


def _kept(contract: Contract, document: Document, text: ContractText, purpose: PaperPurpose) -> ContractPaper:
    return ContractPaper.objects.create(contract=contract, document=document, purpose=purpose, words=words_of(text))


def _to_sign(actor: User, contract_id: int, on: date) -> Contract:
    contract = open_contracts(actor, [contract_id], on=on, permission=Permission.CONTRACT_WRITE)[0]
    require_transition(CONTRACT_TRANSITIONS, ContractState(contract.state), ContractState.SIGNED, what="Ce contrat")
    return _with_words(contract)


def _with_words(contract: Contract) -> Contract:
    """The contract as its paper reads it: its enrolment is the locked one already, its person comes with it."""
    contract.person = contract.enrolment.person
    return contract


def _paper_of(contract: Contract) -> ContractPaper:
    paper = paper_in_force(contract)
    if paper is None:
        raise _changed()
    return paper


def _changed() -> Refusal:
    return Refusal(
        "Le contrat a changé depuis que ce document a été affiché : préparez-le à nouveau, relisez-le, puis signez.",
        code="signature_other_document",
    )
