"""The guard warns of what a note should not hold, says what to write instead, and never blocks."""

from __future__ import annotations

import pytest

from jalons.documents.guard import noticed

TOLD = [
    ("sous traitement pour dépression", "health"),
    ("Elle a été OPÉRÉE en mars", "health"),
    ("Mme est enceinte de cinq mois", "health"),
    ("suivi par un psy depuis deux ans", "health"),
    ("VIH connu de longue date", "health"),
    ("ne vient pas pendant le ramadan", "religion"),
    ("gens du voyage", "religion"),
    ("bracelet électronique jusqu’en juin", "offences"),
    ("sorti de prison le 3 mars", "offences"),
    ("franchement feignante", "insults"),
    ("un cas social", "insults"),
    ("NIR 2 84 05 69 123 456 78", "nir"),
    ("284056912345678", "nir"),
    ("joignable au 06 12 34 56 78", "phone"),
    ("+33 6.12.34.56.78", "phone"),
]
ORDINARY = [
    "A appelé l’assurance maladie pour ses droits.",
    "Cherche un poste d’aide-soignante, ou d’agent hospitalier.",
    "Connexion à l’espace personnel à revoir, problème de connexion.",
    "Détention du permis B vérifiée.",
    "Rendez-vous le 03 03 2020 à 14 h, salle 12.",
    "Projet : manipulation de charges, logistique, 35 heures.",
    "Idéal pour elle : temps partiel près de l’école.",
    "Étape « accès aux soins » en cours.",
    "Atelier dans l’enceinte du lycée.",
    "SIRET de l’employeur 999 999 999 00017.",
]


@pytest.mark.req("R-163")
@pytest.mark.parametrize(("text", "code"), TOLD)
def test_what_a_file_should_not_hold_is_told_with_what_to_write_instead(text, code):
    remarks = {one.code: one for one in noticed(text)}
    assert code in remarks
    assert remarks[code].advice
    assert remarks[code].label


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_notes_pass_in_silence(text):
    assert noticed(text) == []


def test_numbers_are_never_repeated_in_a_remark():
    assert all(one.excerpt == "" for one in noticed("284056912345678 et 06 12 34 56 78"))


def test_each_topic_is_told_once():
    assert [one.code for one in noticed("dépression, cancer, prison")] == ["health", "offences"]
