"""Addresses of « Courriers »; part of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import letter_batches, letter_models, letters, letters_to_write

urlpatterns = [
    path("", letters.letters, name="letters"),
    path("partis/", letters.letters_sent, name="letters_sent"),
    path("a-ecrire/<slug:kind>/", letters_to_write.to_write, name="letters_to_write"),
    path("a-ecrire/<slug:kind>/apercu/", letters_to_write.preview, name="letters_preview"),
    path("a-ecrire/<slug:kind>/ecrire/", letters_to_write.write, name="letters_write"),
    path("a-ecrire/<slug:kind>/<int:subject_id>/exemple/", letters_to_write.sample, name="letter_sample"),
    path("envois/<uuid:letter_batch>/", letter_batches.batch, name="letter_batch"),
    path("envois/<uuid:letter_batch>/liasse/", letter_batches.bundle, name="letter_batch_file"),
    path("envois/<uuid:letter_batch>/non-ecrits/<slug:layout>/", letter_batches.not_written, name="letter_batch_unfit"),
    path("envois/<uuid:letter_batch>/<slug:act>/", letter_batches.act, name="letter_batch_act"),
    path("modeles/", letter_models.models_page, name="letter_models"),
    path("modeles/nouveau/<slug:kind>/", letter_models.new, name="letter_model_new"),
    path("modeles/essai/<slug:kind>/", letter_models.try_text, name="letter_model_try"),
    path("modeles/<int:model_id>/", letter_models.model, name="letter_model"),
    path("modeles/<int:model_id>/<slug:act>/", letter_models.act, name="letter_model_act"),
    path("<uuid:letter_key>/", letters.letter, name="letter"),
    path("<uuid:letter_key>/document/", letters.document, name="letter_document"),
    path("<uuid:letter_key>/annuler/", letters.cancel, name="letter_cancel"),
]
