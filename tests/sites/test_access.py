"""The guard of pages: reading writes only its trace, and a page without trace is not sent (goals P1, S1)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from jalons.network.models import ReadTrace, Territory
from jalons.network.permissions import Permission
from jalons.network.traces import UntracedRead
from jalons.sites.frame.access import screen, showed
from tests.worlds import World


def asked(world: World, method: str = "get", path: str = "/personnes/") -> HttpRequest:
    request = getattr(RequestFactory(), method)(path)
    request.user = world.caseworker
    request.resolver_match = resolve(path)
    return request


def test_a_page_that_reads_cannot_write(world: World) -> None:
    @screen(permission=None)
    def writes(request: HttpRequest) -> HttpResponse:
        Territory.objects.create(authority=world.authority, code="x", name="X")
        return HttpResponse()

    with pytest.raises(DatabaseError, match="read-only"):
        writes(asked(world))


def test_the_same_page_may_write_when_it_is_posted(world: World) -> None:
    @screen(permission=None, methods=("GET", "POST"))
    def writes(request: HttpRequest) -> HttpResponse:
        Territory.objects.create(authority=world.authority, code="x", name="X")
        return HttpResponse()

    assert writes(asked(world, "post")).status_code == 200


def test_a_page_that_forgets_its_trace_is_not_sent(world: World) -> None:
    @screen(permission=Permission.PERSON_OPEN, trace="list")
    def silent(request: HttpRequest) -> HttpResponse:
        return HttpResponse("des noms")

    with pytest.raises(UntracedRead):
        silent(asked(world))


def test_what_a_page_says_it_showed_is_the_trace(world: World) -> None:
    @screen(permission=Permission.PERSON_OPEN, trace="list")
    def told(request: HttpRequest) -> HttpResponse:
        showed(request, 7)
        return HttpResponse("des noms")

    told(asked(world))
    trace = ReadTrace.objects.get()
    assert (trace.kind, trace.count, trace.user_id, trace.screen) == ("list", 7, world.caseworker.pk, "desk:persons")


def test_a_method_not_declared_is_refused(world: World) -> None:
    @screen(permission=None)
    def reads(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert reads(asked(world, "post")).status_code == 405


@pytest.mark.req("R-164")
def test_opening_a_file_leaves_one_trace(client: Client, world: World) -> None:
    person = world.person()
    world.enrolled(person, caseworker=world.caseworker)
    client.force_login(world.caseworker)
    client.get(f"/personnes/{person.key}/")
    trace = ReadTrace.objects.get()
    assert (trace.kind, trace.person_id, trace.count) == ("file", person.pk, 1)
    assert str(person.key) not in trace.screen


def test_a_search_and_an_export_leave_theirs(client: Client, world: World) -> None:
    world.enrolled(world.person("Durand"), caseworker=world.caseworker)
    client.force_login(world.caseworker)
    client.post("/personnes/", {"q": "durand"})
    client.get("/personnes/export/csv/")
    assert list(ReadTrace.objects.order_by("pk").values_list("kind", "count")) == [("search", 1), ("export", 1)]


@pytest.mark.req("R-164")
def test_unknown_and_out_of_reach_look_the_same(client: Client, world: World) -> None:
    person = world.person()
    world.enrolled(person, caseworker=world.caseworker)
    world.enrolled(line=world.neighbour_line, caseworker=world.stranger)
    client.force_login(world.stranger)
    reached, unknown = client.get(f"/personnes/{person.key}/"), client.get(f"/personnes/{uuid.uuid4()}/")
    assert (reached.status_code, unknown.status_code) == (404, 404)
    assert _body(reached) == _body(unknown)
    assert not ReadTrace.objects.exists()


def test_a_refusal_says_who_can(client: Client, world: World) -> None:
    client.force_login(world.steering_officer)
    response = client.get("/personnes/")
    assert response.status_code == 403
    assert "référent de parcours" in response.content.decode()


def _body(response: Any) -> str:
    return response.content.decode().split("<main")[1]


def test_pages_keep_to_the_content_policy(client: Client, world: World) -> None:
    person = world.person()
    world.enrolled(person, caseworker=world.caseworker)
    client.force_login(world.caseworker)
    for address in (
        "/aujourdhui/",
        "/personnes/",
        f"/personnes/{person.key}/",
        f"/personnes/{person.key}/contrats/nouveau/",
    ):
        response = client.get(address)
        page = response.content.decode()
        assert "unsafe-inline" not in response["Content-Security-Policy"]
        assert " style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
