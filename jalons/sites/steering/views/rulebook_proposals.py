"""« Cadres »: a rulebook is proposed, checked, tried, compared, then adopted by an officer of its authority, or withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from jalons.kernel import clock
from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.network.permissions import Permission
from jalons.rulebooks import proposals as kept
from jalons.rulebooks.adoption import obstacles
from jalons.rulebooks.loader import BadRulebook, FileFault
from jalons.rulebooks.models import ProposalState, RulebookProposal, RulebookVersion
from jalons.rulebooks.operations import adopt_proposal, attach_examples, propose, withdraw
from jalons.rulebooks.permissions import authorities_of, visible_proposals
from jalons.rulebooks.queries import in_force_before, proposed
from jalons.rulebooks.schema import Rulebook
from jalons.sites.frame.access import screen, user_of
from jalons.sites.frame.once import acts_once
from jalons.sites.steering.forms_rulebooks import AdoptForm, ExamplesForm, ProposeForm
from jalons.ui.french import typography
from jalons.ui.tables import Column

FAULTS = (Column("Ligne", "num"), Column("Clé"), Column("À corriger"))
EXAMPLES = (Column("Exemple"), Column("Action"), Column("Résultat"))
FAULTS_SHOWN = 200


def _content(upload: UploadedFile[Any] | None) -> tuple[str, bytes] | None:
    return None if upload is None else (upload.name or "fichier.yaml", upload.read())


def _found(request: HttpRequest, rulebook_id: int) -> RulebookProposal:
    found = visible_proposals(user_of(request), on=clock.today()).filter(pk=rulebook_id).first()
    if found is None:
        raise Http404("proposal")
    return found


def visible_proposal(request: HttpRequest, rulebook_id: int) -> tuple[RulebookProposal, Rulebook]:
    """Return a proposal the user may see and what it says; raises Http404."""
    found = _found(request, rulebook_id)
    return found, proposed(found.pk)


def _with_faults(request: HttpRequest, template: str, faults: tuple[FileFault, ...], **context: Any) -> HttpResponse:
    shown = {"faults": faults[:FAULTS_SHOWN], "fault_count": len(faults), "fault_columns": FAULTS}
    return render(request, template, {**context, **shown}, status=200)


@screen(permission=Permission.RULEBOOK_ADOPT, methods=("GET", "POST"))
@acts_once
def propose_one(request: HttpRequest) -> HttpResponse:
    """Receive a rulebook, or tell all that must be corrected in it."""
    user, on = user_of(request), clock.today()
    sent = request.method == "POST"
    form = ProposeForm(request.POST if sent else None, request.FILES if sent else None)
    context = {"form": form, "shipped": kept.shipped(), "authorities": authorities_of(user, on=on)}
    faults: tuple[FileFault, ...] = ()
    if sent and form.is_valid():
        file = _content(form.cleaned_data["file"])
        assert file is not None
        examples = _content(form.cleaned_data["examples"])
        try:
            made = propose(raw=file[1], file=file[0], actor=user, on=on, examples=examples)
            return redirect("steering:rulebook_proposal", made.pk)
        except BadRulebook as bad:
            faults = bad.faults
        except Refusal as refusal:
            form.add_error("file", typography(refusal.sentence))
    return _with_faults(request, "steering/rulebook_propose.html", faults, **context)


@screen(permission=Permission.RULEBOOK_ADOPT, methods=("POST",))
def propose_shipped(request: HttpRequest, name: str) -> HttpResponse:
    """Propose one of the examples shipped with Jalons."""
    shipped = next((one for one in kept.shipped() if one.name == name), None)
    if shipped is None:
        raise Http404(name)
    try:
        made = propose(
            raw=shipped.raw, file=shipped.file, actor=user_of(request), on=clock.today(), examples=shipped.examples
        )
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
        return redirect("steering:rulebook_propose")
    return redirect("steering:rulebook_proposal", made.pk)


@screen(permission=Permission.RULEBOOK_ADOPT)
def proposal(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Show a proposal: what it is, what keeps it from being adopted, its examples tried, what to do next."""
    return _proposal(request, _found(request, rulebook_id), ExamplesForm())


def _proposal(
    request: HttpRequest, found: RulebookProposal, form: ExamplesForm, faults: tuple[FileFault, ...] = ()
) -> HttpResponse:
    rulebook = proposed(found.pk)
    draft = found.state == ProposalState.DRAFT
    former = in_force_before(rulebook) if draft else None
    context = {
        "proposal": found,
        "rulebook": rulebook,
        "draft": draft,
        "former_name": _name_of(former) if former else "",
        "obstacles": obstacles(rulebook, on=clock.today()) if draft else (),
        "tries": kept.tried(found.pk),
        "try_columns": EXAMPLES,
        "form": form,
        "simulate": _simulate(found.pk),
    }
    return _with_faults(request, "steering/rulebook_proposal.html", faults, **context)


def _name_of(former: Rulebook) -> str:
    pk = RulebookVersion.objects.filter(code=former.code, version=former.version).values_list("pk", flat=True).get()
    return f"v{pk}"


def _simulate(proposal_id: int) -> str:
    try:
        return reverse("steering:simulate", args=(proposal_id,))
    except NoReverseMatch:
        return ""


@screen(permission=Permission.RULEBOOK_ADOPT, methods=("POST",))
def proposal_examples(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Receive the examples of a proposal."""
    found = _found(request, rulebook_id)
    form = ExamplesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _proposal(request, found, form)
    name, raw = _content(form.cleaned_data["examples"]) or ("", b"")
    try:
        attach_examples(proposal_id=found.pk, file=name, raw=raw, actor=user_of(request), on=clock.today())
    except BadRulebook as bad:
        return _proposal(request, found, form, bad.faults)
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    return redirect("steering:rulebook_proposal", found.pk)


@screen(permission=Permission.RULEBOOK_ADOPT)
def proposal_file(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Send the exact bytes proposed."""
    found = _found(request, rulebook_id)
    return yaml_file(bytes(found.raw), found.file_name)


def yaml_file(raw: bytes, name: str) -> HttpResponse:
    """Answer with a file to keep, never shown in the browser."""
    response = HttpResponse(raw, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_plain(name)}"'
    return response


def _plain(name: str) -> str:
    kept_letters = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name
    )
    return kept_letters or "cadre.yaml"


@screen(permission=Permission.RULEBOOK_ADOPT, methods=("GET", "POST"))
def adopt_one(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Ask for the date and the confirmation, then adopt."""
    user, on = user_of(request), clock.today()
    found = _found(request, rulebook_id)
    if found.state != ProposalState.DRAFT:
        return redirect("steering:rulebook_proposal", found.pk)
    rulebook = proposed(found.pk)
    form = AdoptForm(request.POST or None, initial={"decided_on": on})
    if request.method == "POST" and form.is_valid():
        try:
            adopted = adopt_proposal(
                proposal_id=found.pk, actor=user, on=on, decided_on=form.cleaned_data["decided_on"]
            )
            messages.success(request, typography("Cadre adopté. Les échéances sont recalculées."))
            return redirect("steering:rulebook", adopted.pk)
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error(None, typography(refusal.sentence))
    context = {
        "proposal": found,
        "rulebook": rulebook,
        "former": in_force_before(rulebook),
        "obstacles": obstacles(rulebook, on=on),
        "form": form,
    }
    return render(request, "steering/rulebook_adopt.html", context)


@screen(permission=Permission.RULEBOOK_ADOPT, methods=("POST",))
def withdraw_one(request: HttpRequest, rulebook_id: int) -> HttpResponse:
    """Close a proposal that will not be adopted."""
    found = _found(request, rulebook_id)
    try:
        withdraw(proposal_id=found.pk, actor=user_of(request), on=clock.today())
        messages.info(request, "Proposition retirée. Rien n’a changé dans les cadres en vigueur.")
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, typography(refusal.sentence))
    return redirect("steering:rulebook_proposal", found.pk)
