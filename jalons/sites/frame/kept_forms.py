"""A form sent when the sign-in has ended is kept, sealed, until its sender is back: what was typed is never lost.

Each form carries a signed stamp that says whom the page was made for. A stamped form that arrives without a sign-in waits in
the visitor's session; after the sign-in the same person finds it and sends it, through the very same page and its checks.
Somebody else who signs in there never sees it. Without a stamp nothing is kept: nobody can fill the sessions from outside.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from django.core import signing
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jalons.kernel import clock
from jalons.kernel.sealing import seal, unseal
from jalons.network.models import User

STAMP = "page_stamp"
SENT_AGAIN = "kept_form"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field
SESSION = "kept_forms"
STAMP_LIFE = timedelta(days=7)
MOST_FORMS = 5
MOST_CHARACTERS = 400_000  # of one form: ten long contracts
_DRAWN = re.compile(r"[MLQC0-9\s,.-]+")  # a hand, a date or a number: nothing to read
_SIGNER = signing.TimestampSigner(salt="jalons.page_stamp")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent: by whom, where to, when; ``files`` names the fields whose file must be chosen again."""

    owner: int
    path: str
    sent_at: str
    fields: list[list[str]]
    files: list[str] = field(default_factory=list)
    key: str = field(default_factory=lambda: uuid4().hex)

    @property
    def words(self) -> list[str]:
        """What was written in it, without codes and ticks: to be recognised."""
        return [text for _, text in self.fields if " " in text.strip() and not _DRAWN.fullmatch(text)]

    @property
    def at(self) -> datetime:
        """When it was sent."""
        return datetime.fromisoformat(self.sent_at)


def form_inputs(request: HttpRequest) -> Any:
    """Return the hidden inputs of every form: the token against forged requests, the stamp of a signed-in user, and the
    one-time token of a page that ``acts_once``."""
    return _inputs_lazily(request)


def _inputs(request: HttpRequest) -> SafeString:
    token = format_html('<input type="hidden" name="{}" value="{}">', TOKEN, get_token(request))
    single = getattr(request, "once_token", None)
    if single is not None:
        token += format_html('<input type="hidden" name="once" value="{}">', single)
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return token
    return token + format_html('<input type="hidden" name="{}" value="{}">', STAMP, _SIGNER.sign(str(user.pk)))


_inputs_lazily = lazy(_inputs, SafeString, str)


def received(request: HttpRequest) -> KeptForm | None:
    """Return the form of this request, None when it has no stamp of ours or is too long to be kept."""
    try:
        owner = int(_SIGNER.unsign(request.POST.get(STAMP, ""), max_age=STAMP_LIFE))
    except (signing.BadSignature, ValueError):
        return None
    own = (TOKEN, STAMP, SENT_AGAIN)
    fields = [[name, text] for name, texts in request.POST.lists() if name not in own for text in texts]
    if sum(len(text) for _, text in fields) > MOST_CHARACTERS:
        return None
    return KeptForm(owner, request.get_full_path(), clock.now().isoformat(), fields, sorted(request.FILES))


def keep(request: HttpRequest, form: KeptForm) -> None:
    """Keep a form in the visitor's session, sealed; the oldest goes past five."""
    _write(request, [*_all(request), form][-MOST_FORMS:])


def kept_for(request: HttpRequest, user: User) -> list[KeptForm]:
    """Return the forms this user sent while signed out, oldest first."""
    return [one for one in _all(request) if one.owner == user.pk]


def forget(request: HttpRequest, key: str) -> None:
    """Let go of a form: sent, or thrown away."""
    _write(request, [one for one in _all(request) if one.key != key])


def forget_others(request: HttpRequest, user: User) -> None:
    """Let go of what somebody else had sent from this browser."""
    _write(request, kept_for(request, user))


def holds_any(request: HttpRequest) -> bool:
    """Tell whether something waits, before anybody has signed in."""
    return SESSION in request.session


def _all(request: HttpRequest) -> list[KeptForm]:
    sealed = request.session.get(SESSION)
    if sealed is None:
        return []
    try:
        rows = json.loads(unseal(b64decode(sealed)))
    except (InvalidTag, ValueError):  # the key of the installation changed
        return []
    return [KeptForm(**row) for row in rows]


def _write(request: HttpRequest, forms: list[KeptForm]) -> None:
    if forms:
        request.session[SESSION] = b64encode(seal(json.dumps([asdict(one) for one in forms]))).decode()
    else:
        request.session.pop(SESSION, None)
