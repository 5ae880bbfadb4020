"""The Jinja2 environment of all pages: French filters, addresses, static files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.messages import get_messages
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined, Undefined

from jalons.ui import french
from jalons.ui.filters import hidden_filters
from jalons.ui.forms import free_text


def environment(**options: Any) -> Environment:
    """Build the environment Django's backend asks for; an undefined name is an error, never an empty text."""
    return _build(**{**options, "undefined": StrictUndefined})


def forms_environment(**options: Any) -> Environment:
    """The same for form fields: Django's own widget templates rely on undefined names being empty."""
    return _build(**{**options, "undefined": Undefined})


def _build(**options: Any) -> Environment:
    env = Environment(**{"trim_blocks": True, "lstrip_blocks": True, **options})  # noqa: S701 - Django's backend sets autoescape
    env.filters.update(
        date_long=french.date_long,
        date_short=french.date_short,
        day_name=french.day_name,
        month_long=french.month_long,
        clock_time=french.clock_time,
        number=french.number,
        amount=french.amount,
        percent=french.percent,
        plural=french.plural,
        fr=_typography,
    )
    env.globals.update(
        static=static,
        url=_url,
        htmx_script=htmx_script,
        messages_of=get_messages,
        query_with=query_with,
        hidden_filters=hidden_filters,
        free_text=free_text,
        plural=french.plural,
    )
    return env


def _url(name: str, /, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _typography(text: object) -> str:
    shown = french.typography(str(text))
    return SafeString(shown) if isinstance(text, SafeString) else shown


def query_with(query: QueryDict, **changes: object) -> str:
    """Return « ?a=1&b=2 » : the present filters with ``changes`` (None removes one). A change of filter goes back to page 1."""
    kept = [
        (key, value) for key, values in query.lists() for value in values if key not in {"page", *changes} and value
    ]
    kept += [(key, str(value)) for key, value in changes.items() if value not in (None, "")]
    return "?" + urlencode(sorted(kept))
