"""Addresses of the calendar; part of the desk. The secret one is hidden from the logs (``config.logs``)."""

from __future__ import annotations

from django.urls import path, re_path

from jalons.sites.desk.views import calendar

urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    re_path(r"^(?P<secret>[\w-]{20,100})\.ics$", calendar.calendar_feed, name="calendar_feed"),
]
