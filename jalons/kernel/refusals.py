"""Refusals: an operation that cannot be done says why in one French sentence a caseworker could read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, models


class Refusal(Exception):
    """The operation is not possible now. ``sentence`` is for the user; ``code`` is stable, for tests and exports."""

    def __init__(self, sentence: str, *, code: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class NotAllowed(Refusal):
    """The actor may not do it; the sentence says who can."""


def constraint_sentence(name: str) -> str | None:
    """Return the French sentence of the database constraint called ``name``, or None when it has none."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if (
                constraint.name == name
                and constraint.violation_error_message != models.BaseConstraint.default_violation_error_message
            ):
                return str(constraint.violation_error_message)
    return None


@contextmanager
def constraints_explained() -> Iterator[None]:
    """Turn a database constraint broken inside into a Refusal with the constraint's own sentence."""
    try:
        yield
    except IntegrityError as error:
        diagnostic = getattr(error.__cause__, "diag", None)
        name = getattr(diagnostic, "constraint_name", None) or ""
        sentence = constraint_sentence(name) if name else None
        hint = getattr(diagnostic, "message_hint", None)  # triggers put their French sentence there
        if sentence is None and hint is None:
            raise
        raise Refusal(sentence or str(hint), code=name or "constraint") from error
