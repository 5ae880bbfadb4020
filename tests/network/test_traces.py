"""No trace, no page: reads of files are written in the transaction of the page and cannot be changed (goal P1)."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.test import RequestFactory

from jalons.kernel.refusals import NotAllowed
from jalons.network.models import ReadTrace
from jalons.network.queries import reads_by_user, reads_of_person
from jalons.network.traces import ReadKind, UntracedRead, must_trace, trace_read
from tests.worlds import World


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/")


@pytest.mark.req("R-162", "R-164")
def test_a_file_read_says_who_what_when_and_why(world: World) -> None:
    person = world.person()
    trace_read(world.caseworker, ReadKind.FILE, "desk:person", person_id=person.pk, reason="évaluation 2020")
    trace = reads_of_person(person.pk).get()
    assert (trace.user_id, trace.kind, trace.screen, trace.reason) == (
        world.caseworker.pk,
        "file",
        "desk:person",
        "évaluation 2020",
    )
    assert trace.at is not None


def test_a_list_or_an_export_says_how_many(world: World) -> None:
    trace_read(world.head, ReadKind.EXPORT, "desk:persons_csv", count=312)
    trace = reads_by_user(world.head.pk).get()
    assert (trace.person_id, trace.count) == (None, 312)


def test_a_file_needs_its_person(world: World) -> None:
    with pytest.raises(ValueError, match="person_id"):
        trace_read(world.head, ReadKind.FILE, "desk:person")


class TestMustTrace:
    def test_a_page_that_traced_is_sent(self, world: World, request_: HttpRequest) -> None:
        @must_trace
        def view(request: HttpRequest) -> HttpResponse:
            trace_read(world.caseworker, ReadKind.LIST, "desk:persons", count=2)
            return HttpResponse("deux personnes")

        assert view(request_).status_code == 200
        assert ReadTrace.objects.count() == 1

    def test_a_page_that_forgot_is_not_sent(self, world: World, request_: HttpRequest) -> None:
        @must_trace
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse("une personne")

        with pytest.raises(UntracedRead, match="without a trace"):
            view(request_)

    def test_a_trace_of_another_page_does_not_count(self, world: World, request_: HttpRequest) -> None:
        trace_read(world.caseworker, ReadKind.LIST, "desk:persons")

        @must_trace
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse("une personne")

        with pytest.raises(UntracedRead):
            view(request_)

    def test_redirections_and_refusals_need_none(self, world: World, request_: HttpRequest) -> None:
        assert must_trace(lambda request: HttpResponseRedirect("/"))(request_).status_code == 302
        assert must_trace(lambda request: HttpResponse(status=404))(request_).status_code == 404

    def test_a_page_that_breaks_leaves_no_trace(self, world: World, request_: HttpRequest) -> None:
        @must_trace
        def view(request: HttpRequest) -> HttpResponse:
            trace_read(world.caseworker, ReadKind.LIST, "desk:persons")
            raise NotAllowed("Non.", code="no")

        with pytest.raises(NotAllowed):
            view(request_)
        assert not ReadTrace.objects.exists()

    def test_what_the_template_reads_is_in_the_same_transaction(self, world: World, request_: HttpRequest) -> None:
        class Late(TemplateResponse):
            @property
            def rendered_content(self) -> str:
                assert connection.in_atomic_block
                trace_read(world.caseworker, ReadKind.LIST, "desk:persons")
                return "deux personnes"

        assert must_trace(lambda request: Late(request, "unused"))(request_).content == b"deux personnes"


def test_outside_a_transaction_nothing_is_traced(world: World) -> None:
    outside = mock.patch.object(connections["default"], "in_atomic_block", False)
    with outside, pytest.raises(RuntimeError, match="in the transaction of its page"):
        trace_read(world.head, ReadKind.LIST, "desk:persons")


def test_the_serving_role_never_changes_a_trace(world: World) -> None:
    trace_read(world.head, ReadKind.LIST, "desk:persons", count=3)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE network_readtrace SET count = 0")
    assert ReadTrace.objects.get().count == 3
