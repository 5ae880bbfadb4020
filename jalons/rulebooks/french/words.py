"""The French words of every value the schema allows, told by the name of its key. A test refuses a value without words."""

from __future__ import annotations

# Titles of the parts of an action, for a list of contents.
PARTS = {
    "skeleton": "Squelette",
    "type": "Type d'accompagnement",
    "public": "Public",
    "orientation_delay": "Délai d'orientation",
    "contract": "Contrat",
    "obligations": "Obligations",
    "steps": "Étapes",
    "obstacles": "Freins",
    "diagnosis": "Diagnostic",
    "final_review": "Bilan de fin d'action",
    "team": "Équipe",
    "reviews": "Examens en instance",
    "missions": "Missions du référent",
    "follow_up_bodies": "Suivi de l'action",
    "sign_in": "Émargement",
    "time_sheets": "Feuilles de temps",
    "active_caseload": "File active",
    "follow_up": "Suivi",
    "exits": "Sorties",
    "price": "Prix",
    "funding": "Partie d'année",
    "targets": "Résultats attendus",
    "documents": "Pièces demandées",
    "parameters": "Paramètres",
    "texts": "Règles en texte",
}
BASIS = {"stated": "dit par le texte", "derived": "déduit", "chosen": "choisi"}
UNVERIFIED = "à vérifier dans le texte officiel"
CONDITIONS = {
    "rsa": "être allocataire du RSA",
    "basic_rsa": "toucher le RSA socle",
    "rights_and_duties": "être soumis aux droits et devoirs",
    "domicile": "être domicilié dans le ressort de l'autorité",
    "orientation": "être orienté par l'autorité",
}
PRECONDITIONS = {
    "running_enrolment": "être suivi dans l'une de ces actions",
    "orientation_type": "avoir une orientation en cours de ce type",
    "self_employed": "être travailleur indépendant",
    "opinion": "avoir l'avis d'une instance",
}
ACCOMPANIMENTS = {"employment": "emploi", "activity": "activité", "professional": "professionnel"}
CONTRACTUALISATION = {
    "mandatory": "obligatoire",
    "possible": "possible",
    "not_planned": "non prévue",
    "by_other_action": "faite par une autre action",
    "possible_for_types": "possible pour certains types",
}
CONTRACTS = {"engagement": "contrat d'engagements", "ppae": "PPAE", "plie": "contrat PLIE"}
HORIZONS = {"short": "court terme", "medium": "moyen terme", "long": "long terme"}
MODES = {"monthly": "mensuelle", "annual": "annuelle", "unspecified": "non précisée"}
COUNTED = {
    "monthly": "comptée le dernier jour de chaque mois",
    "annual": "comptée sur l'année",
    "unspecified": "sans règle de comptage dite",
}
FAMILIES = {
    "employment_training": "emploi-formation",
    "employment_access": "accès à l'emploi",
    "mobilisation": "mobilisation",
}
CARRIERS = {
    "association": "association",
    "ccas": "CCAS",
    "cias": "CIAS",
    "epci": "EPCI",
    "enterprise": "entreprise",
    "employment_service": "Pôle emploi",
    "authority_service": "service de l'autorité",
    "plie": "PLIE",
}
ANCHORS = {
    "enrolment_start": "l'entrée",
    "orientation": "l'orientation",
    "reorientation": "la réorientation",
    "first_interview": "le premier entretien",
    "duties_end": "la fin des droits et devoirs",
    "registration_end": "la fin de l'inscription à Pôle emploi",
    "contract_end": "la fin du contrat",
    "job_start": "la prise de poste",
    "step_start": "le début de l'étape",
    "exit": "la sortie",
    "period_end": "la fin de la période",
}
PERIOD_ENDS = {"month": "la fin du mois", "year": "la fin de l'année"}
APPOINTMENTS = {
    "individual": "individuel",
    "group": "collectif",
    "tripartite": "tripartite",
    "information_session": "d'information collective",
    "body": "devant une instance",
    "employer_visit": "chez l'employeur",
}
MEETINGS = {"face_to_face": "en face à face", "phone": "par téléphone", "video": "en visio", "mail": "par courrier"}
OUTCOMES = {
    "held": "tenu",
    "justified_absence": "absence justifiée",
    "unjustified_absence": "absence non justifiée",
    "cancelled": "annulé",
    "moved": "déplacé",
}
CONTRACT_MILESTONES = {"signed": "signé", "submitted": "transmis", "in_force": "validé et commencé"}
CONTRACT_OF = {"enrolment": "dans cette action", "person": "dans cette action ou une autre"}
STEP_MILESTONES = {"positioned": "positionnée", "started": "commencée", "ended": "terminée"}
OBSTACLE_MILESTONES = {"opened": "repéré", "worked": "travaillé", "lifted": "levé"}
ASSESSMENTS = {"initial": "diagnostic initial", "reassessment": "réévaluation", "final": "bilan final"}
INFORMATION = {
    "rights_and_duties": "sur les droits et devoirs",
    "risks": "sur les conséquences d'un manquement",
    "declarations": "sur les déclarations à faire",
}
BODIES = {
    "itt": "l'ITT",
    "cli": "la CLI",
    "mediation": "l'instance de médiation",
    "multidisciplinary_team": "l'équipe pluridisciplinaire",
    "piple": "le PIPLE",
    "plie_commission": "la commission du PLIE",
}
ATTENDEES = {"person": "la personne", "caseworker": "le référent", "prescriber": "le prescripteur"}
CONTRACT_PARTS = {
    "her_words": "ce que la personne veut, avec ses mots",
    "one_objective": "au moins un objectif",
    "steps": "au moins une étape",
    "dates": "la date de chaque étape",
    "places": "le lieu de chaque étape",
    "doers": "qui fait chaque étape",
}
DELAY_STARTS = {
    "rights_and_duties": "l'entrée dans les droits et devoirs",
    "first_right": "la première ouverture d'un droit au RSA",
}
MISSING_INFORMATION = {
    "refuses": "le contrat n'est ni signé ni transmis tant qu'une information manque",
    "warns": "une information qui manque est signalée sur le contrat",
}
QUESTIONS = {
    "text": "des mots",
    "choice": "une réponse au choix",
    "choices": "une ou plusieurs réponses au choix",
    "number": "un nombre",
    "yes_no": "oui ou non",
}
ROLES = {
    "unwanted_trades": "une offre dans un de ces métiers n'est pas proposée",
    "perimeter_km": "une offre plus loin n'est pas proposée",
    "least_salary_eur": "une offre payée moins n'est pas proposée",
}
SEATS = {
    "organisation": "un professionnel de l'organisme qui accompagne",
    "group": "un professionnel de l'organisme ou d'un membre de son groupement",
    "anywhere": "un professionnel de l'organisme ou d'ailleurs",
}
PURPOSES = {
    "pause": "la mise en veille est accordée en instance",
    "continuation": "la poursuite est étudiée en instance",
}
REPORTS = {"monthly": "compte rendu mensuel", "annual": "rapport annuel", "financial": "bilan financier"}
FACTS = {
    "registration": "inscription à Pôle emploi",
    "maintenance": "décision de maintien",
    "enrolment_end": "fin de l'accompagnement",
    "duties_start": "nouvelle période de droits et devoirs",
    "job_start": "prise de poste",
    "weekly_activity": "activité de la semaine (rendez-vous tenus, heures des étapes et des emplois en cours)",
}
EXCEPTIONS = {
    "maintenance": "sauf décision de maintien",
    "age_at_least": "sauf à partir de {years} ans",
    "disabled_worker": "sauf pour un travailleur handicapé (RQTH)",
}
NATURES = {"duty": "obligation", "alert": "alerte : rien n'est un manquement"}
WINDOWS = {
    "from_start": "par période de {length} depuis {anchor}",
    "rolling": "sur {length} glissants",
    "calendar_week": "par semaine, du lundi au dimanche",
    "calendar_month": "par mois civil",
    "milestones": "par paliers depuis {anchor}",
}
MEASURES = {"count": "fois", "minutes": "minutes"}
PRO_RATA = {"none": "", "down": ", au prorata d'une période écourtée"}
PER = {"fte": "équivalent temps plein", "places": "place"}
DESTINATIONS = {
    "job": "un emploi",
    "training": "une formation",
    "other_action": "une autre action",
    "other_rights": "d'autres droits",
    "moved": "un déménagement",
    "rights_ended": "la fin des droits",
    "reorientation": "une réorientation",
    "abandoned": "un abandon",
    "deceased": "un décès",
    "other": "autre chose",
}
JOBS = {
    "cdi": "CDI",
    "cdd": "CDD",
    "interim": "intérim",
    "cddi": "CDDI",
    "aided": "contrat aidé",
    "apprenticeship": "apprentissage",
    "business": "création d'activité",
}
EMPLOYERS = {
    "ordinary": "employeur ordinaire",
    "siae": "SIAE",
    "aci": "atelier ou chantier d'insertion",
    "lending": "mise à disposition",
}
MEASURED = {
    "contract_months": "durée du contrat en mois",
    "weekly_hours": "heures par semaine",
    "training_months": "durée de la formation en mois",
}
OPERATORS = {
    "at_least": "au moins {}",
    "more_than": "plus de {}",
    "less_than": "moins de {}",
    "exactly": "exactement {}",
}
FLAGS = {
    "qualifying": ("formation qualifiante", "formation non qualifiante"),
    "diploma": ("diplôme ou titre obtenu", "diplôme ou titre non obtenu"),
}
PARTS_OF_YEAR = {
    "days": "chaque jour où les places sont ouvertes",
    "months": "chaque mois à la fin duquel les places sont ouvertes",
}
ROUNDINGS = {"cent": "au centime, le demi au-dessus", "euro": "à l'euro, le demi au-dessus"}
POPULATIONS = {"action": "de cette action", "framework": "de toutes les actions du cadre ensemble"}
COMPARISONS = {"at_least": "au moins", "at_most": "au plus", "about": "environ"}
UNITS = {
    "percent": "%",
    "per_100_places": "pour 100 places",
    "count": "",
    "days": "jours",
    "hours": "heures",
    "per_fte": "par équivalent temps plein",
    "per_person": "par personne",
    "per_step": "par étape",
}
PERIODS = {
    "year": "par an",
    "month": "par mois",
    "twelve_months": "sur 12 mois",
    "step": "par étape",
    "unspecified": "période non dite",
}
# Documents of shipped rulebooks named only by their code; another rulebook names them under ``documents``.
PIECES = {
    "cli_report": "signalement à la CLI",
    "cli_report_breach": "signalement à la CLI pour un non-respect du contrat",
    "cli_report_breach_dismissed": "signalement à la CLI pour un non-respect du contrat, écarté",
    "cli_report_dismissed": "signalement à la CLI écarté",
    "declaration_reminder": "rappel des déclarations",
    "employer_statement": "attestation de l'employeur",
    "exit_proof": "preuve de la sortie",
    "final_review": "bilan de fin de parcours",
    "follow_up_note": "note de suivi",
    "other_contract": "contrat conclu dans une autre action",
    "pay_slip": "bulletin de paie",
    "pole_emploi_registration": "inscription à Pôle emploi",
    "three_month_review": "bilan à 3 mois",
    "three_year_review": "bilan à 3 ans",
    "work_contract": "contrat de travail",
}
# Titles of the texts of shipped rulebooks; another text gives its own ``label``.
TEXTS = {
    "absence_at_a_session": "Absence à une information collective",
    "absence_justification": "Justification d'une absence",
    "absence_rule": "Absences",
    "advance": "Avance",
    "agreement_before_sending": "Accord avant envoi",
    "aids": "Aides individuelles",
    "axis_numbering": "Numérotation des axes",
    "balance_modulation": "Solde",
    "cli_examination": "Examen par la CLI",
    "contact_frequency": "Fréquence des contacts",
    "contract_administrative": "Renseignements administratifs du contrat",
    "contract_breach": "Non-respect du contrat",
    "contract_handover": "Remise du contrat",
    "contract_horizons": "Horizons du contrat",
    "contract_instrument": "Instrument du contrat",
    "contract_length": "Durée du contrat",
    "contract_quality": "Qualité du contrat",
    "contract_validation": "Validation du contrat",
    "cost_per_place": "Coût par place",
    "data_entry": "Saisie",
    "deciders": "Qui décide",
    "delays": "Délais",
    "duties": "Droits et devoirs",
    "end_of_rights": "Fin des droits pendant l'action",
    "entry": "Entrée",
    "entry_conditions": "Conditions d'entrée",
    "entry_date": "Date d'entrée",
    "equal_treatment": "Égalité de traitement",
    "european_funding": "Financement européen",
    "exit_classes": "Classes de sortie",
    "exits": "Sorties",
    "file_for_evaluation": "Dossier et évaluation",
    "file_of_the_person": "Dossier remis à la personne",
    "first_interview": "Premier entretien",
    "follow_up_indicators": "Indicateurs suivis",
    "frequency": "Fréquence",
    "fse_call": "Appel à projets FSE",
    "fse_mention": "Mention du FSE",
    "funding_rule": "Financement",
    "group_time": "Temps collectif",
    "job_follow_up": "Suivi en emploi",
    "job_start_actions_results": "Résultats des actions de prise de poste",
    "long_accompaniment": "Accompagnement long",
    "lots": "Lots du marché",
    "max_duration": "Durée maximale",
    "monthly_report_content": "Contenu du compte rendu mensuel",
    "national_indicators": "Indicateurs nationaux",
    "objective": "Objectif",
    "obligations": "Obligations",
    "offer_2020": "Offre 2020",
    "orientation_criteria": "Critères d'orientation",
    "orientation_grid": "Grille d'orientation",
    "orienting_body": "Qui oriente",
    "other_contacts": "Autres contacts",
    "other_exits": "Autres sorties",
    "pair": "Binôme",
    "period": "Période",
    "priority_publics": "Publics prioritaires",
    "professional_project": "Projet professionnel",
    "quality": "Qualité",
    "quality_criteria": "Critères de qualité",
    "recommendations": "Préconisations",
    "reduced_activity": "Activité réduite",
    "referent": "Référent unique",
    "registration": "Inscription",
    "reinforced": "Accompagnement renforcé",
    "renewable": "Renouvellement",
    "reporting": "Comptes rendus",
    "rsa_participants": "Participants allocataires du RSA",
    "sanctions": "Sanctions",
    "special_rules": "Règles particulières",
    "suspension": "Suspension",
    "target_public": "Public visé",
    "user_participation": "Participation des personnes",
    "work_situations_first": "Mises en situation d'abord",
    "written_recommendations": "Préconisations écrites",
}


def plain(code: str) -> str:
    """Return a code as words when nothing better is known: « social_diagnosis » → « social diagnosis »."""
    return code.replace("_", " ")


def either(parts: list[str] | tuple[str, ...]) -> str:
    """« a », « a ou b », « a, b ou c »."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} ou {parts[-1]}"


def of(noun: str) -> str:
    """« de la sortie », « du début de l'étape », « de l'entrée »."""
    return f"du {noun.removeprefix('le ')}" if noun.startswith("le ") else f"de {noun}"
