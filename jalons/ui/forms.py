"""Forms: the renderer that ties label, help and error together, and fields that read French."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.forms.renderers import Jinja2
from django.template.backends.jinja2 import Jinja2 as Jinja2Backend
from django.utils.functional import cached_property

from jalons.kernel.refusals import NotAllowed, Refusal

DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y")
TIME_FORMATS = ("%H:%M", "%Hh%M", "%H h %M", "%Hh", "%H h", "%H")


class KitRenderer(Jinja2):
    """Renders forms with the kit's templates: no view carries class names."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"

    @cached_property
    def engine(self) -> Jinja2Backend:
        """The widget templates of Django, and ours, in an environment with our filters."""
        folder = str(Path(forms.__file__).parent / "jinja2")
        options = {"environment": "jalons.ui.jinja.forms_environment"}
        return Jinja2Backend({"APP_DIRS": True, "DIRS": [folder], "NAME": "kitforms", "OPTIONS": options})


class FrenchDateField(forms.DateField):
    """A day typed « 03/03/2020 » (or « 2020-03-03 », « 3/3/20 »); a text field, so that no browser shows mm/dd."""

    default_error_messages = {
        "invalid": "Écrivez une date comme 03/03/2020.",
        "required": "Donnez une date, comme 03/03/2020.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", list(DATE_FORMATS))
        kwargs.setdefault(
            "widget",
            forms.DateInput(
                format="%d/%m/%Y",
                attrs={"inputmode": "numeric", "placeholder": "jj/mm/aaaa", "size": 12, "autocomplete": "off"},
            ),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the day; blanks around are forgiven."""
        if isinstance(value, datetime):
            return value.date()
        return super().to_python(value.strip() if isinstance(value, str) else value)


class FrenchTimeField(forms.TimeField):
    """A time typed « 14:30 », « 14h30 » or « 14h »."""

    default_error_messages = {"invalid": "Écrivez une heure comme 14:30.", "required": "Donnez une heure, comme 14:30."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", list(TIME_FORMATS))
        kwargs.setdefault(
            "widget", forms.TimeInput(format="%H:%M", attrs={"placeholder": "hh:mm", "size": 6, "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the time; « 14H30 » is forgiven."""
        return super().to_python(value.strip().lower() if isinstance(value, str) else value)


class KitForm(forms.Form):
    """A form in French: no colon after labels, errors of an operation shown beside the form with ``refuse``."""

    required_css_class = "is-required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages["required"] == _DJANGO_REQUIRED:
                field.error_messages["required"] = "Ce champ est à remplir."


def free_text(field: forms.Field) -> bool:
    """Tell whether words are typed in this field: what is written there is shown to the guard before it is saved.

    Prose and short texts alike. A field that holds no prose (a number, an address) opts out: ``attrs={"data-guard": "off"}``.
    """
    words = type(field) is forms.CharField and type(field.widget) in (forms.Textarea, forms.TextInput)
    return words and "data-guard" not in field.widget.attrs


@contextmanager
def refusals_on(form: forms.Form) -> Iterator[None]:
    """Turn the refusal of an operation into an error of the form: said beside it, nothing typed is lost.

    « You may not » is not a matter of what was typed: it goes on to the page that says who can.
    """
    try:
        yield
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)


_DJANGO_REQUIRED = forms.Field.default_error_messages["required"]
