"""Jinja2 for the heavy lists and dashboards: strict, escaped, with the few functions every page needs."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """Return the environment of Django's Jinja2 backend (which turns escaping on)."""
    environment = Environment(
        **{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    )
    environment.globals.update(static=static, url=reverse)
    return environment
