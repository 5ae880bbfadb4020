"""Wherever words are typed, the guard looks at them before they are saved (R-163)."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from jalons.ui.forms import KitForm, free_text

PROJECT = Path(__file__).resolve().parents[2]
WITHOUT = {
    ("ContactForm", "value"): "an e-mail address or a number: the very thing asked",
    ("SourcingForm", "projet"): "words one looks for: kept nowhere",
}
_RAW = re.compile(r"<textarea\b[^>]*>|<input\b[^>]*type=\"text\"[^>]*>|<input\b(?![^>]*type=)[^>]*>")


def every_form(parent: type[KitForm] = KitForm) -> Iterator[type[KitForm]]:
    for form in parent.__subclasses__():
        yield form
        yield from every_form(form)


def test_fields_of_words_are_guarded_by_themselves() -> None:
    class Told(KitForm):
        prose = forms.CharField(widget=forms.Textarea)
        words = forms.CharField()
        number = forms.DecimalField(widget=forms.TextInput)
        hidden = forms.CharField(widget=forms.HiddenInput)

        def __init__(self) -> None:
            super().__init__()
            self.fields["added"] = forms.CharField()

    page = str(Told())
    assert re.findall(r'name="(\w+)"[^>]*data-guard', page) == ["prose", "words", "added"]


@pytest.mark.req("R-163")
def test_those_that_opt_out_are_listed_with_their_reason() -> None:
    for file in (PROJECT / "jalons" / "sites").rglob("forms*.py"):
        importlib.import_module(".".join(file.relative_to(PROJECT).with_suffix("").parts))
    out = {
        (form.__name__, name)
        for form in every_form()
        if form.__module__.startswith("jalons.")
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField and type(field.widget) in (forms.Textarea, forms.TextInput)
        if not free_text(field)
    }
    assert out == set(WITHOUT)


def test_no_page_has_a_field_of_words_of_its_own_making() -> None:
    bare = [
        f"{file.name}: {tag}"
        for file in (PROJECT / "jalons").rglob("*.html")
        if "vendor" not in file.parts
        for tag in _RAW.findall(file.read_text(encoding="utf-8"))
        if not re.search(r"data-guard|readonly|hidden", tag)
    ]
    assert bare == [], "use a KitForm, or write data-guard on the field"
