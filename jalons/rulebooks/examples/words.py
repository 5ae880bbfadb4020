"""The French words of examples and their codes."""

from __future__ import annotations

APPOINTMENT_KINDS = {
    "individuel": "individual",
    "collectif": "group",
    "tripartite": "tripartite",
    "information_collective": "information_session",
    "instance": "body",
    "visite_entreprise": "employer_visit",
}
MODES = {"face_a_face": "face_to_face", "telephone": "phone", "visio": "video", "courrier": "mail"}
OUTCOMES = {
    "honore": "held",
    "absence_justifiee": "justified_absence",
    "absence_non_justifiee": "unjustified_absence",
    "annule": "cancelled",
    "deplace": "moved",
    "prevu": "planned",
}
FAMILIES = {
    "emploi_formation": "employment_training",
    "acces_emploi": "employment_access",
    "mobilisation": "mobilisation",
}
EMPLOYERS = {"ordinaire": "ordinary", "siae": "siae", "aci": "aci", "mise_a_disposition": "lending"}
JOBS = {
    "cdi": "cdi",
    "cdd": "cdd",
    "interim": "interim",
    "cddi": "cddi",
    "contrat_aide": "aided",
    "apprentissage": "apprenticeship",
    "creation_activite": "business",
}
DESTINATIONS = {
    "emploi": "job",
    "formation": "training",
    "autre_action": "other_action",
    "autres_droits": "other_rights",
    "demenagement": "moved",
    "fin_de_droits": "rights_ended",
    "reorientation": "reorientation",
    "abandon": "abandoned",
    "deces": "deceased",
    "autre": "other",
}
CONTRACTS = {"engagement": "engagement", "ppae": "ppae", "plie": "plie"}
ASSESSMENTS = {"initial": "initial", "reevaluation": "reassessment", "final": "final"}
INFORMATIONS = {"droits_et_devoirs": "rights_and_duties", "risques": "risks", "declarations": "declarations"}
REPORTS = {"mensuel": "monthly", "annuel": "annual", "financier": "financial"}
STATES = {
    "met": "respectee",
    "met_late": "respectee_en_retard",
    "late": "en_retard",
    "breached": "non_respectee",
    "coming": "a_venir",
    "suspended": "suspendue",
}
SHOWN_STATES = {
    "met": "respectée",
    "met_late": "respectée en retard",
    "late": "en retard",
    "breached": "non respectée",
    "coming": "à venir",
    "suspended": "suspendue",
}
