"""A request larger than any page takes is refused before its body is read: it would fill the disk, then the memory."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jalons.sites.frame.errors import too_large

MOST_BODY = 66 * 1024 * 1024  # the largest file a page takes is 64 MB (a CAF file); the form around it is small


class BoundedBodies:
    """Middleware: answers 413 to what announces more than ``MOST_BODY`` bytes. A body without length is not read at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced[:12]) > MOST_BODY:
            return too_large(request)
        return self.get_response(request)
