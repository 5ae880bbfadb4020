"""Teams, reviews by a body, missions, the bodies that follow an action, signed interviews and time sheets, in words."""

from __future__ import annotations

from collections.abc import Iterator

from jalons.rulebooks.french import words
from jalons.rulebooks.french.tree import Told, cited
from jalons.rulebooks.french.words import either, plain
from jalons.rulebooks.schema import Action
from jalons.rulebooks.schema.accompaniment import FollowUpBody, Review, TeamRole


def told_accompaniment(action: Action) -> Iterator[Told]:
    """Yield the team, the reviews, the missions, the bodies of follow-up, the sign-ins and the time sheets of an action."""
    if action.team:
        roles = (Told(one.code, _role(one)) for one in action.team.roles)
        yield cited("team", f"Équipe : {action.team.label}", action.team, *roles)
    if action.reviews:
        yield Told(
            "reviews",
            "Examens en instance",
            children=tuple(cited(one.code, _review(one), one) for one in action.reviews),
        )
    if action.missions:
        items = (Told(one.code, one.label) for one in action.missions.items)
        yield cited("missions", action.missions.label, action.missions, *items)
    if action.follow_up_bodies:
        yield Told(
            "follow_up_bodies",
            "Instances qui suivent l’action",
            children=tuple(cited(one.code, _follow_up(one), one) for one in action.follow_up_bodies),
        )
    if action.sign_in:
        kinds = ", ".join(words.APPOINTMENTS[kind] for kind in action.sign_in.kinds)
        signed = Told("kinds", f"rendez-vous émargés : {kinds}")
        yield cited("sign_in", f"Émargement : {action.sign_in.label}", action.sign_in, signed)
    if action.time_sheets:
        yield cited("time_sheets", f"Feuilles de temps : {action.time_sheets.label}", action.time_sheets)


def _follow_up(one: FollowUpBody) -> str:
    members = f" ; y siègent : {', '.join(one.members)}" if one.members else ""
    return f"{one.label} : {one.purpose}{members}"


def _role(one: TeamRole) -> str:
    said = [one.label, words.SEATS[one.seat]]
    if one.carriers:
        said.append(f"organisme : {either([words.CARRIERS[kind] for kind in one.carriers])}")
    if one.lead:
        said.append("tenu par le référent unique")
    if one.required:
        said.append("attendu dans l'équipe")
    if one.sensitive:
        said.append("aucune information de santé au dossier")
    return f"{said[0]} : {', '.join(said[1:])}"


def _review(one: Review) -> str:
    bodies = either([words.BODIES.get(body, plain(body)) for body in one.bodies])
    said = [f"{one.label} : {words.PURPOSES[one.purpose]} ; examen par {bodies}"]
    if one.after:
        said.append(f"toute personne accompagnée depuis {one.after.in_french} est listée")
    if one.piece:
        said.append(f"la décision met au dossier : {plain(one.piece).lower()}")
    return " ; ".join(said)
