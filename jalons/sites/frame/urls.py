"""Addresses all faces share."""

from __future__ import annotations

from django.urls import path, re_path

from jalons.sites.frame import views, writing

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.sign_in, name="account_login"),
    path("deconnexion/", views.sign_out, name="account_logout"),
    path("reglages/", views.settings_page, name="settings"),
    path("reprendre/", writing.kept_forms, name="kept_forms"),
    path("verifier-un-texte/", writing.check_text, name="check_text"),
    path("sante/", views.health, name="health"),
    re_path(r"^theme/(?P<colour>[0-9a-f]{6})\.css$", views.theme, name="theme"),
]
