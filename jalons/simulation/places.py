"""Where the synthetic people live: real communes of the Métropole de Lyon (names, INSEE codes and postcodes are public).

The eleven territories group them for the demo; the real limits of the « Maisons de la Métropole » may differ.
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A commune (or an arrondissement of Lyon), its territory, and its share of the synthetic households."""

    insee_code: str
    postcode: str
    name: str
    territory: str
    weight: int


TERRITORIES: dict[str, str] = {
    "lyon-1-2-4": "Lyon 1, 2 et 4",
    "lyon-3-6": "Lyon 3 et 6",
    "lyon-5-9": "Lyon 5 et 9",
    "lyon-7-8": "Lyon 7 et 8",
    "villeurbanne": "Villeurbanne",
    "portes-du-sud": "Portes du Sud",
    "portes-des-alpes": "Portes des Alpes",
    "rhone-amont": "Rhône Amont",
    "plateau-nord": "Plateau Nord et Val de Saône",
    "ouest": "Ouest Nord et Val d’Yzeron",
    "lones-et-coteaux": "Lônes et Coteaux du Rhône",
}

PLACES: tuple[Place, ...] = (
    Place("69381", "69001", "LYON 1ER", "lyon-1-2-4", 22),
    Place("69382", "69002", "LYON 2EME", "lyon-1-2-4", 14),
    Place("69384", "69004", "LYON 4EME", "lyon-1-2-4", 18),
    Place("69383", "69003", "LYON 3EME", "lyon-3-6", 70),
    Place("69386", "69006", "LYON 6EME", "lyon-3-6", 24),
    Place("69385", "69005", "LYON 5EME", "lyon-5-9", 28),
    Place("69389", "69009", "LYON 9EME", "lyon-5-9", 52),
    Place("69387", "69007", "LYON 7EME", "lyon-7-8", 62),
    Place("69388", "69008", "LYON 8EME", "lyon-7-8", 84),
    Place("69266", "69100", "VILLEURBANNE", "villeurbanne", 160),
    Place("69259", "69200", "VENISSIEUX", "portes-du-sud", 92),
    Place("69199", "69190", "SAINT FONS", "portes-du-sud", 30),
    Place("69276", "69320", "FEYZIN", "portes-du-sud", 9),
    Place("69273", "69960", "CORBAS", "portes-du-sud", 6),
    Place("69296", "69360", "SOLAIZE", "portes-du-sud", 1),
    Place("69290", "69800", "SAINT PRIEST", "portes-des-alpes", 44),
    Place("69029", "69500", "BRON", "portes-des-alpes", 42),
    Place("69283", "69780", "MIONS", "portes-des-alpes", 6),
    Place("69271", "69680", "CHASSIEU", "portes-des-alpes", 4),
    Place("69256", "69120", "VAULX EN VELIN", "rhone-amont", 88),
    Place("69275", "69150", "DECINES CHARPIEU", "rhone-amont", 26),
    Place("69282", "69330", "MEYZIEU", "rhone-amont", 18),
    Place("69279", "69330", "JONAGE", "rhone-amont", 2),
    Place("69286", "69140", "RILLIEUX LA PAPE", "plateau-nord", 42),
    Place("69034", "69300", "CALUIRE ET CUIRE", "plateau-nord", 20),
    Place("69143", "69250", "NEUVILLE SUR SAONE", "plateau-nord", 6),
    Place("69088", "69270", "FONTAINES SUR SAONE", "plateau-nord", 5),
    Place("69292", "69580", "SATHONAY CAMP", "plateau-nord", 4),
    Place("69244", "69160", "TASSIN LA DEMI LUNE", "ouest", 9),
    Place("69081", "69130", "ECULLY", "ouest", 9),
    Place("69072", "69570", "DARDILLY", "ouest", 3),
    Place("69089", "69340", "FRANCHEVILLE", "ouest", 5),
    Place("69069", "69290", "CRAPONNE", "ouest", 4),
    Place("69202", "69110", "SAINTE FOY LES LYON", "ouest", 10),
    Place("69091", "69700", "GIVORS", "lones-et-coteaux", 26),
    Place("69096", "69520", "GRIGNY", "lones-et-coteaux", 10),
    Place("69149", "69600", "OULLINS", "lones-et-coteaux", 22),
    Place("69152", "69310", "PIERRE BENITE", "lones-et-coteaux", 12),
    Place("69204", "69230", "SAINT GENIS LAVAL", "lones-et-coteaux", 10),
    Place("69100", "69540", "IRIGNY", "lones-et-coteaux", 4),
)

STREETS: tuple[tuple[str, str], ...] = (
    ("RUE", "DES LILAS"), ("RUE", "VICTOR HUGO"), ("AVENUE", "DE LA REPUBLIQUE"), ("RUE", "DE L EGLISE"), ("PLACE", "DU MARCHE"),
    ("RUE", "JEAN JAURES"), ("CHEMIN", "DES VIGNES"), ("ALLEE", "DES TILLEULS"), ("BOULEVARD", "DE LA GARE"),
    ("IMPASSE", "DU MOULIN"),
    ("RUE", "PASTEUR"), ("RUE", "DE LA FONTAINE"), ("AVENUE", "DES SAULES"), ("QUAI", "DE SAONE"), ("RUE", "DU CHATEAU D'EAU"),
    ("MONTEE", "DE LA COTE"), ("RUE", "ÉMILE ZOLA"), ("RUE", "DES ÉCOLES"), ("SQUARE", "BERLIOZ"), ("COURS", "LAFAYETTE"),
)  # fmt: skip
