"""Sealed identifiers: a keyed hash to match, a ciphertext to read back; the clear text is never stored (goal P9).

The two keys come from the setting ``JALONS_SEALING_KEY``; pgcrypto is not available everywhere, so Python does it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


@cache
def _keys(secret: str) -> tuple[bytes, AESGCM]:
    matching = hashlib.sha256(b"jalons.match:" + secret.encode()).digest()
    sealing = hashlib.sha256(b"jalons.seal:" + secret.encode()).digest()
    return matching, AESGCM(sealing)


def match_key(clear: str) -> bytes:
    """Return the 32 bytes that stand for ``clear`` in look-ups: equal for equal texts, useless without the key."""
    matching, _ = _keys(settings.JALONS_SEALING_KEY)
    return hmac.digest(matching, clear.encode(), "sha256")


def seal(clear: str) -> bytes:
    """Return the encrypted ``clear`` (random nonce first): two calls give two texts."""
    _, sealing = _keys(settings.JALONS_SEALING_KEY)
    nonce = os.urandom(NONCE_BYTES)
    return nonce + sealing.encrypt(nonce, clear.encode(), None)


def unseal(sealed: bytes) -> str:
    """Return the clear text of ``seal``; raises ``cryptography.exceptions.InvalidTag`` when it was altered."""
    _, sealing = _keys(settings.JALONS_SEALING_KEY)
    sealed = bytes(sealed)
    return sealing.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
