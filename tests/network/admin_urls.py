"""Django's admin alone, for the tests of its pages."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("compte/", include("allauth.account.urls"))]
