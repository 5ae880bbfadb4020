"""A published figure stays as it was; data corrected later show as a correction (R-218)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from jalons.facts.engines import DuckDBExecutor
from jalons.indicators.models import FrozenFigure
from jalons.indicators.operations import freeze
from jalons.indicators.queries import correction_of
from jalons.kernel.refusals import NotAllowed
from tests.facts.given import Rows, complete

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-218")]

PUBLISHED_ON = date(2020, 2, 20)
DECEMBER = date(2019, 12, 1)


def _facts(authority: int, oriented: int) -> Rows:
    return complete(
        {
            "person": [{"repeat": 1000, "person_id": "@", "authority_id": authority}],
            "rights_and_duties": [{"repeat": 1000, "person_id": "@", "start_on": date(2019, 2, 1)}],
            "orientation": [{"repeat": oriented, "person_id": "@", "authority_id": authority, "decided_on": date(2019, 6, 3)}],
        }
    )  # fmt: skip


@pytest.fixture
def published(world: Any) -> FrozenFigure:
    with DuckDBExecutor.over_rows(_facts(world.authority.pk, 660)) as executor:
        return freeze(
            actor=world.steering_officer, on=PUBLISHED_ON, indicator="orientation_rate", month=DECEMBER, interval="year",
            authority_id=world.authority.pk, published_as="66 %", source="Rapport 2019, au 31/12/2019", executor=executor,
        )  # fmt: skip


def test_recomputing_later_gives_another_value_and_the_published_one_stays(world: Any, published: FrozenFigure) -> None:
    with DuckDBExecutor.over_rows(_facts(world.authority.pk, 664)) as executor:
        correction = correction_of(published, executor=executor)
    published.refresh_from_db()
    assert published.value == Decimal("66")
    assert correction.value == Decimal("66.4")
    assert correction.difference == Decimal("0.4")
    assert correction.added == {"numerator": 4, "denominator": 0}
    assert correction.removed == {"numerator": 0, "denominator": 0}
    assert correction.changed
    assert correction.same_definition


def test_without_correction_nothing_differs(world: Any, published: FrozenFigure) -> None:
    with DuckDBExecutor.over_rows(_facts(world.authority.pk, 660)) as executor:
        assert not correction_of(published, executor=executor).changed


def test_the_figure_keeps_its_definition_and_rows_that_name_nobody(published: FrozenFigure) -> None:
    assert published.definition["families"]["oriented"]["source"].startswith("select")
    assert len(published.rows["numerator"]) == 660
    assert len(published.rows["denominator"]) == 1000
    assert all(len(key) == 24 for key in published.rows["numerator"])
    assert published.frozen_on == PUBLISHED_ON


def test_the_serving_role_cannot_change_nor_delete_it(published: FrozenFigure) -> None:
    for change in (lambda: FrozenFigure.objects.update(value=67), lambda: FrozenFigure.objects.all().delete()):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            change()
    published.refresh_from_db()
    assert published.value == 66


@pytest.mark.django_db(databases=["default", "owner"])
def test_even_the_owner_is_stopped_by_the_table_with_a_sentence() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO network_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,"
            " is_system, date_joined) VALUES ('x', '', '', '', '', false, false, true, false, now()) RETURNING id"
        )
        [user] = cursor.fetchone()
        cursor.execute(
            "INSERT INTO indicators_frozenfigure (indicator, label, definition_version, definition, interval, month, filters,"
            " numerator, value, published_as, source, rows, frozen_on, frozen_at, frozen_by_id)"
            " VALUES ('a', 'A', 1, '{}', 'month', '2020-01-01', '{}', 1, 1, '', '', '{}', '2020-01-02', now(), %s)",
            [user],
        )
        for statement in ("UPDATE indicators_frozenfigure SET value = 2", "DELETE FROM indicators_frozenfigure"):
            with pytest.raises(IntegrityError) as caught, transaction.atomic(using="owner"):
                cursor.execute(statement)
            assert "ne change jamais" in caught.value.__cause__.diag.message_hint  # type: ignore[union-attr]
        transaction.set_rollback(True, using="owner")


def test_who_may_not_freeze_reads_who_may(world: Any) -> None:
    with DuckDBExecutor.over_rows({}) as executor, pytest.raises(NotAllowed, match="direction de l’insertion"):
        freeze(
            actor=world.caseworker, on=PUBLISHED_ON, indicator="orientation_rate", month=DECEMBER,
            authority_id=world.authority.pk, executor=executor,
        )  # fmt: skip


def test_an_empty_denominator_has_no_value(world: Any) -> None:
    with DuckDBExecutor.over_rows({}) as executor:
        frozen = freeze(
            actor=world.steering_officer, on=PUBLISHED_ON, indicator="orientation_rate", month=DECEMBER,
            authority_id=world.authority.pk, executor=executor,
        )  # fmt: skip
    assert (frozen.denominator, frozen.value) == (0, None)
    fields = {f.attname: getattr(frozen, f.attname) for f in FrozenFigure._meta.fields if f.attname != "id"}
    with pytest.raises(IntegrityError, match="frozen_figure_empty_denominator"), transaction.atomic():
        FrozenFigure.objects.create(**{**fields, "value": 0})
    with pytest.raises(IntegrityError, match="frozen_figure_interval"), transaction.atomic():
        FrozenFigure.objects.create(**{**fields, "interval": "week"})
