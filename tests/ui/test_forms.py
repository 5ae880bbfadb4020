"""Fields read what the French type; labels, help and errors are tied together."""

from __future__ import annotations

from datetime import date, time

import pytest
from django import forms

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.ui.forms import FrenchDateField, FrenchTimeField, KitForm, refusals_on


class Sample(KitForm):
    day = FrenchDateField(label="Date", help_text="Le jour du rendez-vous.")
    hour = FrenchTimeField(label="Heure", required=False)
    kind = forms.ChoiceField(label="Nature", choices=[("a", "A")], widget=forms.RadioSelect)


@pytest.mark.parametrize("typed", ["03/03/2020", " 3/3/2020 ", "2020-03-03", "03.03.2020", "03-03-2020", "3/3/20"])
def test_a_date_as_typed(typed: str) -> None:
    assert FrenchDateField().clean(typed) == date(2020, 3, 3)


@pytest.mark.parametrize("typed", ["03/13/2020", "31/02/2020", "mardi"])
def test_a_wrong_date_is_taught(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="comme 03/03/2020"):
        FrenchDateField().clean(typed)


@pytest.mark.parametrize("typed", ["14:30", "14h30", "14H30", "14 h 30"])
def test_a_time_as_typed(typed: str) -> None:
    assert FrenchTimeField().clean(typed) == time(14, 30)


def test_label_help_and_error_are_tied() -> None:
    page = str(Sample({"day": "mardi"}))
    assert 'for="id_day"' in page
    assert 'aria-describedby="id_day_helptext id_day_error"' in page
    assert 'id="id_day_helptext"' in page
    assert 'id="id_day_error"' in page
    assert 'aria-invalid="true"' in page
    assert "<legend" in page


def test_what_may_stay_empty_says_so() -> None:
    assert str(Sample()).count("(facultatif)") == 1


def test_a_date_is_shown_as_typed_in_french() -> None:
    assert 'value="03/03/2020"' in str(Sample(initial={"day": date(2020, 3, 3)}))


def test_a_refusal_stays_beside_the_form() -> None:
    form = Sample({"day": "03/03/2020", "kind": "a"})
    assert form.is_valid()
    with refusals_on(form):
        raise Refusal("Ce contrat est « Validé » : il ne se modifie plus.", code="x")
    assert not form.is_valid()
    assert "il ne se modifie plus" in str(form)
    assert 'value="03/03/2020"' in str(form)


def test_not_allowed_goes_on_to_its_own_page() -> None:
    with pytest.raises(NotAllowed), refusals_on(Sample()):
        raise NotAllowed("Peuvent le faire : …", code="x")


def test_what_was_typed_is_never_run() -> None:
    page = str(Sample({"day": '"><script>alert(1)</script>'}))
    assert "<script>" not in page
