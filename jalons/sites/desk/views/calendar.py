"""« Mon calendrier »: the page that draws, changes or closes the secret address, and what a calendar program reads there."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.cache import never_cache

from jalons.kernel import clock
from jalons.network.permissions import Permission
from jalons.sites.desk.calendar import digest, entries, written
from jalons.sites.frame.access import public, screen, user_of
from jalons.todos.operations import close_feed, note_feed_read, open_feed
from jalons.todos.queries import feed_of, feed_of_user

TYPE = "text/calendar; charset=utf-8"


@never_cache
@screen(permission=Permission.TODO_READ, methods=("GET", "POST"))
def calendar(request: HttpRequest) -> HttpResponse:
    """Show whether there is a calendar. A new address is shown once, in the answer that draws it: it is kept nowhere."""
    user, on = user_of(request), clock.today()
    address = ""
    if request.method == "POST" and request.POST.get("act") == "fermer":
        close_feed(actor=user, on=on)
        messages.success(request, "Calendrier fermé. Son adresse ne répond plus.")
        return redirect("desk:calendar")
    if request.method == "POST":
        secret = open_feed(actor=user, on=on)
        address = request.build_absolute_uri(reverse("desk:calendar_feed", args=[secret]))
    return render(request, "desk/calendar.html", {"feed": feed_of_user(user), "address": address})


@public
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Send the calendar of the secret; unknown, closed or of a closed account, the same « page introuvable »."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(("GET", "HEAD"))
    feed = feed_of(secret)
    if feed is None:
        raise Http404("calendar")
    on = clock.today()
    found = entries(feed.user, on=on)
    feed = note_feed_read(actor=feed.user, on=on, content_hash=digest(found))
    assert feed.changed_at is not None
    address = request.build_absolute_uri(reverse("desk:todos"))
    response = HttpResponse(written(found, changed_at=feed.changed_at, address=address), content_type=TYPE)
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    answer = get_conditional_response(
        request, etag=f'"{feed.content_hash}"', last_modified=int(feed.changed_at.timestamp()), response=response
    )
    assert answer is not None
    answer["ETag"], answer["Last-Modified"] = f'"{feed.content_hash}"', http_date(feed.changed_at.timestamp())
    return answer
