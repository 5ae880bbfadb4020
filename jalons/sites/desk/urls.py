"""Addresses of the desk. A file is named by its random key; nothing of a person is in an address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from jalons.sites.desk import urls_agenda, urls_diagnosis
from jalons.sites.desk.views import (
    appointments,
    contacts,
    contracts,
    exits,
    mandates,
    opinions,
    pauses,
    person,
    persons,
    signing,
    situation,
    steps,
    today,
)

app_name = "desk"
of_person: list[URLPattern | URLResolver] = [
    path("", person.person, name="person"),
    path("", include("jalons.sites.desk.urls_casefile")),
    path("", include("jalons.sites.desk.urls_letters")),
    path("rendez-vous/prevoir/", appointments.add_planned, name="add_planned"),
    path("rendez-vous/fait/", appointments.add_held, name="add_held"),
    path("rendez-vous/<int:appointment_id>/issue/", appointments.outcome, name="outcome"),
    path("rendez-vous/<int:appointment_id>/annuler/", appointments.cancelled, name="cancel_appointment"),
    path("rendez-vous/<int:appointment_id>/deplacer/", appointments.moved, name="move_appointment"),
    path("rendez-vous/<int:appointment_id>/compte-rendu/", appointments.note, name="note"),
    *urls_agenda.of_person,
    path("contrats/nouveau/", contracts.add_contract, name="add_contract"),
    *urls_diagnosis.urlpatterns,
    path("contrats/<uuid:contract_key>/", contracts.contract, name="contract"),
    path("contrats/<uuid:contract_key>/modifier/", contracts.change_contract, name="change_contract"),
    path("contrats/<uuid:contract_key>/a-signer/", signing.prepare, name="prepare_signature"),
    path("contrats/<uuid:contract_key>/signer/", signing.sign_contract, name="sign_contract"),
    path("contrats/<uuid:contract_key>/signer/papier/", signing.sign_on_paper, name="sign_on_paper"),
    path(
        "contrats/<uuid:contract_key>/documents/<uuid:document_key>/",
        signing.contract_document,
        name="contract_document",
    ),
    path("contrats/<uuid:contract_key>/<slug:act>/", contracts.advance_contract, name="advance_contract"),
    path("etapes/nouvelle/", steps.add_step, name="add_step"),
    path("etapes/<int:step_id>/", steps.step, name="step"),
    path("emplois/nouveau/", steps.add_job, name="add_job"),
    path("documents/nouveau/", steps.add_piece, name="add_piece"),
    path("sorties/nouvelle/", exits.add_exit, name="add_exit"),
    path("sorties/apercu/", exits.exit_preview, name="exit_preview"),
    path("sorties/<int:exit_id>/", exits.leaving, name="exit"),
    path("sorties/<int:exit_id>/<slug:act>/", exits.decide_exit, name="decide_exit"),
    path("referent/", mandates.mandate, name="mandate"),
    path("professionnels/nouveau/", pauses.add_professional, name="add_professional"),
    path("veilles/nouvelle/", pauses.add_pause, name="add_pause"),
    path("veilles/<int:pause_id>/", pauses.pause, name="pause"),
    path("avis/", opinions.add_opinion, name="add_opinion"),
    path("pole-emploi/", situation.registration, name="registration"),
    path("pole-emploi/<int:registration_id>/", situation.change_registration, name="change_registration"),
    path("coordonnees/", contacts.contacts, name="contacts"),
    path("coordonnees/<int:contact_id>/retirer/", contacts.withdraw_contact, name="withdraw_contact"),
    path("qualites/", situation.qualities, name="qualities"),
]
urlpatterns = [
    path("aujourdhui/", today.today, name="today"),
    path("echeances/", include("jalons.sites.desk.urls_todos")),
    path("", include("jalons.sites.desk.urls_agenda")),
    path("calendrier/", include("jalons.sites.desk.urls_calendar")),
    path("personnes/", persons.persons, name="persons"),
    path("personnes/export/<slug:layout>/", persons.export, name="export"),
    path("personnes/<uuid:person_key>/", include(of_person)),
]
