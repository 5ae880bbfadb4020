"""The table an organisation moves in with: its columns are kept, some of its rows wait, one is refused until it is corrected."""

from __future__ import annotations

from jalons.agenda.models import Outcome
from jalons.exchange.spreadsheets.models import MoveState
from jalons.exchange.spreadsheets.moving.operations import (
    Received,
    explain_words,
    map_columns,
    receive_table,
)
from jalons.exchange.spreadsheets.moving.queries import columns_of
from jalons.pathways.models import Enrolment
from jalons.simulation.furnishing.stage import Stage

HEADER = "Nom;Prénom;Date de naissance;Date d’entrée;Référent;Date RDV;Présence"
STRANGERS = (
    "Fictif;Dominique;31/02/1984;03/02/2020;{referent};12/02/2020;venu",
    "TOTAL;;;;;;12",
)


def furnish(stage: Stage) -> None:
    """Bring the table of the house, with the dates and words people type."""
    rows = [_row(stage, one) for one in stage.some(0, 5)]
    if not rows:
        return
    rows += [one.format(referent=stage.referent) for one in STRANGERS]
    move = receive_table(
        actor=stage.data,
        on=stage.on,
        organisation_id=stage.house.pk,
        name="Suivi des participants",
        received=Received("suivi-des-participants.csv", "\r\n".join([HEADER, *rows]).encode("cp1252")),
    )
    if move.state == MoveState.COLUMNS:
        guessed = {one.header: one.field for one in columns_of(move)}
        map_columns(actor=stage.data, on=stage.on, move_id=move.pk, columns=guessed)
    explain_words(actor=stage.data, on=stage.on, move_id=move.pk, words={"appointment_outcome": {"OK": Outcome.HELD}})


def _row(stage: Stage, one: Enrolment) -> str:
    person, day = one.person, stage.day(-4)
    return (
        f"{person.last_name};{person.first_name.title()};{person.born_on:%d/%m/%Y};{one.start_on:%d/%m/%y};"
        f"{stage.referent};{day:%d/%m/%Y};OK"
    )
