"""The format of a file of examples: French keys (accents optional), one rulebook, several cases."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from jalons.rulebooks.examples import words
from jalons.rulebooks.schema.common import refuse


class Block(BaseModel):
    """A block that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Periode(Block):
    """Days from ``du`` to ``au`` included; without ``au`` it runs."""

    du: date
    au: date | None = None


class Personne(Block):
    """What matters of the person."""

    nee_le: date | None = None
    travailleur_handicape: bool | None = None


class Accompagnement(Block):
    """The enrolment and the orientation it follows: ``reorientation`` replaced another; ``avis_de`` is the code of a body."""

    debut: date
    oriente_le: date | None = None
    fin: date | None = None
    reorientation: bool = False
    avis_le: date | None = None
    avis_de: str | None = None


class Bilan(Block):
    """An assessment of the whole situation."""

    le: date
    nature: Literal["initial", "reevaluation", "final"] = "initial"


class Information(Block):
    """An information given to the person."""

    le: date
    sur: Literal["droits_et_devoirs", "risques", "declarations"] = "droits_et_devoirs"


class Frein(Block):
    """An obstacle; ``domaine`` is a code of the list of domains."""

    domaine: str
    ouvert_le: date
    travaille_le: date | None = None
    leve_le: date | None = None


class CompteRendu(Block):
    """A report received for the places of the case; ``periode`` is the first day of the month or year it tells."""

    periode: date
    recu_le: date
    type: Literal["mensuel", "annuel", "financier"] = "mensuel"


class Maintien(Block):
    """A decision to keep the accompaniment."""

    decide_le: date
    jusqu_au: date | None = None


class Contrat(Periode):
    """A contract, with the dates of its steps; ``ailleurs``: held in another accompaniment of the person."""

    au: date
    ailleurs: bool = False
    nature: Literal["engagement", "ppae", "plie"] = "engagement"
    signe_le: date | None = None
    transmis_le: date | None = None
    valide_le: date | None = None


class RendezVous(Block):
    """An appointment."""

    le: date
    type: Literal[
        "individuel", "collectif", "tripartite", "information_collective", "instance", "visite_entreprise"
    ] = "individuel"
    mode: Literal["face_a_face", "telephone", "visio", "courrier"] = "face_a_face"
    resultat: Literal["honore", "absence_justifiee", "absence_non_justifiee", "annule", "deplace", "prevu"] = "honore"
    minutes: int | None = None


class Etape(Block):
    """A step."""

    type: str
    famille: Literal["emploi_formation", "acces_emploi", "mobilisation"] = "emploi_formation"
    positionnee_le: date | None = None
    commencee_le: date | None = None
    terminee_le: date | None = None
    qualifiante: bool = False
    diplome_le: date | None = None
    heures: Decimal | None = None


class Emploi(Periode):
    """A job or a business."""

    contrat: Literal["cdi", "cdd", "interim", "cddi", "contrat_aide", "apprentissage", "creation_activite"]
    employeur: Literal["ordinaire", "siae", "aci", "mise_a_disposition"] = "ordinaire"
    heures: Decimal | None = None
    arrete_le: date | None = None


class Piece(Block):
    """A document of the file."""

    type: str
    le: date


class Sortie(Block):
    """The exit, resting on the first job or the first step of the case."""

    le: date
    vers: Literal[
        "emploi",
        "formation",
        "autre_action",
        "autres_droits",
        "demenagement",
        "fin_de_droits",
        "reorientation",
        "abandon",
        "deces",
        "autre",
    ]


class ObligationAttendue(Block):
    """What one obligation must say; keys left out are not checked."""

    obligation: str
    etat: Literal[
        "respectee", "respectee_en_retard", "en_retard", "non_respectee", "a_venir", "suspendue", "sans_objet"
    ]
    echeance: date | None = None
    fait_le: date | None = None
    manquee_le: date | None = None
    compte: Decimal | None = None
    sur: Decimal | None = None
    periode: str | None = None


class SortieAttendue(Block):
    """The class expected; ``classe: aucune`` when none is reached or defined."""

    classe: str
    a_revoir: bool | None = None
    decidee_par: str | None = None
    atteinte_le: date | None = None


class MontantAttendu(Block):
    """An amount of places."""

    places: int
    porteur: str | None = None
    demande: Decimal | None = None
    montant: Decimal
    justification: bool = False


class Attendu(Block):
    """What the rulebook must say."""

    obligations: tuple[ObligationAttendue, ...] = ()
    sortie: SortieAttendue | None = None
    montants: tuple[MontantAttendu, ...] = ()


class Exemple(Block):
    """One case: facts of one person, the day it is looked at, and what is expected.

    ``actions``: several actions the same rule binds; the file is then read as one example for each of them, ``action`` filled.
    ``limite``: the obligations and exit classes whose limit the case stands on, when its dates do not say it.
    """

    titre: str
    exigences: tuple[str, ...] = ()
    action: str = ""
    actions: tuple[str, ...] = ()
    limite: tuple[str, ...] = ()
    le: date
    personne: Personne = Personne()
    accompagnement: Accompagnement | None = None
    droits_et_devoirs: tuple[Periode, ...] = ()
    inscriptions: tuple[Periode, ...] = ()
    veilles: tuple[Periode, ...] = ()
    maintiens: tuple[Maintien, ...] = ()
    contrats: tuple[Contrat, ...] = ()
    rendez_vous: tuple[RendezVous, ...] = ()
    etapes: tuple[Etape, ...] = ()
    emplois: tuple[Emploi, ...] = ()
    pieces: tuple[Piece, ...] = ()
    bilans: tuple[Bilan, ...] = ()
    informations: tuple[Information, ...] = ()
    freins: tuple[Frein, ...] = ()
    comptes_rendus: tuple[CompteRendu, ...] = ()
    sortie: Sortie | None = None
    personnes_suivies: int | None = None
    equivalents_temps_plein: Decimal = Decimal(1)
    places: int = 100
    attendu: Attendu = Attendu()

    @model_validator(mode="after")
    def _one_action_or_several(self) -> Self:
        if bool(self.action) == bool(self.actions):
            raise refuse("action", "un exemple nomme son action (action: code), ou plusieurs (actions: [code, code])")
        return self


class Fichier(Block):
    """A file of examples for one rulebook; an example of several actions is repeated for each."""

    cadre: str
    exemples: Annotated[tuple[Exemple, ...], Field(min_length=1)]

    @field_validator("exemples")
    @classmethod
    def _one_for_each_action(cls, cases: tuple[Exemple, ...]) -> tuple[Exemple, ...]:
        return tuple(
            case.model_copy(update={"action": action, "actions": ()})
            for case in cases
            for action in case.actions or (case.action,)
        )


def without_accents(data: Any) -> Any:
    """Return ``data`` with its keys, and the words of choices, spelt without accents."""
    if isinstance(data, dict):
        return {_plain(key): without_accents(value) for key, value in data.items()}
    if isinstance(data, list):
        return [without_accents(value) for value in data]
    if isinstance(data, str) and _plain(data) in _CHOICES:
        return _plain(data)
    return data


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).replace(" ", "_").lower()


_CHOICES = {
    *words.APPOINTMENT_KINDS,
    *words.MODES,
    *words.OUTCOMES,
    *words.FAMILIES,
    *words.EMPLOYERS,
    *words.JOBS,
    *words.DESTINATIONS,
    *words.ASSESSMENTS,
    *words.INFORMATIONS,
    *words.REPORTS,
    *words.STATES.values(),
    "sans_objet",
    "aucune",
}
