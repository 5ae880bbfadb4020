"""Django's admin: superusers look, nobody changes, and looking at a person leaves a trace."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.test import Client
from django.urls import reverse

from jalons.network.models import ReadTrace, User
from jalons.ui.readonly_admin import ReadOnlyAdmin
from tests.worlds import World

pytestmark = pytest.mark.urls("tests.network.admin_urls")
ROOMS = ("network", "people", "agreements")
SHOWN = [model for model in admin.site._registry if model._meta.app_label in ROOMS]


def page(model: type, name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)  # type: ignore[attr-defined]


@pytest.fixture
def superuser(world: World) -> Client:
    user = User.objects.create(username="racine", is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(user)
    return client


def test_the_three_rooms_are_there_and_every_window_is_read_only() -> None:
    assert {model._meta.app_label for model in SHOWN} == set(ROOMS)
    assert all(isinstance(admin.site._registry[model], ReadOnlyAdmin) for model in SHOWN)


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.label)
def test_a_superuser_reads_lists_and_rows(superuser: Client, world: World, model: type) -> None:
    world.person()
    assert superuser.get(page(model, "changelist")).status_code == 200
    row = model._default_manager.first()  # type: ignore[attr-defined]
    if row is not None:
        assert superuser.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.label)
def test_nobody_adds_changes_or_deletes(superuser: Client, world: World, model: type) -> None:
    world.person()
    assert superuser.get(page(model, "add")).status_code == 403
    row = model._default_manager.first()  # type: ignore[attr-defined]
    if row is not None:
        assert superuser.post(page(model, "change", row.pk), {}).status_code == 403
        assert superuser.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.label)
def test_a_member_of_staff_who_is_no_superuser_sees_nothing(world: World, model: type) -> None:
    world.administrator.is_staff = True
    world.administrator.save()
    client = Client()
    client.force_login(world.administrator)
    assert client.get(page(model, "changelist")).status_code == 403


@pytest.mark.req("R-164")
def test_a_person_looked_at_leaves_a_trace_and_shows_no_nir(superuser: Client, world: World) -> None:
    from jalons.people.models import Person

    person = world.person("Lumière")
    answer = superuser.get(page(Person, "change", person.pk))
    assert "nir" not in answer.content.decode().lower().replace("tenir", "").replace("venir", "")
    trace = ReadTrace.objects.get()
    assert (trace.kind, trace.person_id, trace.screen) == ("file", person.pk, "admin:people_person")
    superuser.get(page(Person, "changelist"))
    assert ReadTrace.objects.filter(kind="list", count=1).count() == 1


def test_rows_of_a_person_are_traced_as_that_person(superuser: Client, world: World) -> None:
    from jalons.people.models import RsaRight

    person = world.person()
    superuser.get(page(RsaRight, "change", RsaRight.objects.get(person=person).pk))
    assert ReadTrace.objects.get(kind="file").person_id == person.pk


def test_no_window_is_left_writable_by_default() -> None:
    writable = [
        m for m in SHOWN if type(admin.site._registry[m]).has_change_permission is ModelAdmin.has_change_permission
    ]
    assert writable == []
