"""Persons who come by the table of an organisation rather than by the CAF file: written, completed, taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from jalons.kernel.operation import operation, touch
from jalons.kernel.sealing import match_key, seal
from jalons.network.models import User
from jalons.network.permissions import Permission, require
from jalons.people.access import lock_persons
from jalons.people.merge.operation import hold_merges
from jalons.people.models import AccessReason, DossierAccess, Person
from jalons.people.names import folded_name

COMPLETED = frozenset({"phone", "email", "employment_service_number", "birth_name", "sex"})


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to write. ``nir`` is its 13 characters, or empty; without territory she is reached through the authority."""

    last_name: str
    first_name: str
    born_on: date
    birth_name: str = ""
    sex: str = ""
    nir: str = ""
    phone: str = ""
    email: str = ""
    employment_service_number: str = ""
    territory_id: int | None = None


@operation
def register_persons(*, actor: User, on: date, authority_id: int, persons: Collection[NewPerson]) -> list[Person]:
    """Write persons who have no RSA household yet. Who they may already be is the caller's question.

    The merges of CAF files of the authority wait: the same person never comes twice by two doors at once.
    """
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    hold_merges(authority_id)
    rows = Person.objects.bulk_create([_row(one, authority_id) for one in persons], batch_size=2000)
    DossierAccess.objects.bulk_create(
        [
            DossierAccess(
                person_id=row.pk,
                territory_id=row.territory_id,
                authority_id=None if row.territory_id else authority_id,
                reason=AccessReason.RESIDENCE,
                source_id=row.pk,
                start_on=on,
            )
            for row in rows
        ],
        batch_size=2000,
    )
    touch(persons={row.pk for row in rows})
    return rows


def _row(one: NewPerson, authority_id: int) -> Person:
    return Person(
        authority_id=authority_id,
        territory_id=one.territory_id,
        last_name=one.last_name,
        first_name=one.first_name,
        birth_name=one.birth_name,
        folded=folded_name(last_name=one.last_name, first_name=one.first_name, birth_name=one.birth_name),
        born_on=one.born_on,
        sex=one.sex,
        nir_match=match_key(one.nir) if one.nir else None,
        nir_sealed=seal(one.nir) if one.nir else None,
        phone=one.phone,
        email=one.email,
        employment_service_number=one.employment_service_number,
    )


@operation
def complete_persons(
    *, actor: User, on: date, authority_id: int, values: Mapping[int, Mapping[str, str]], overwrite: bool = False
) -> dict[int, dict[str, str]]:
    """Fill what is empty of known persons (person → field → value) and return what was there before, field by field.

    ``overwrite`` gives back former values (undo): what is written is then replaced.
    """
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    before: dict[int, dict[str, str]] = {}
    rows = [one for one in lock_persons(values) if one.authority_id == authority_id]
    for row in rows:
        wanted = {name: value for name, value in values[row.pk].items() if name in COMPLETED}
        kept = {name: value for name, value in wanted.items() if overwrite or not getattr(row, name)}
        before[row.pk] = {name: getattr(row, name) for name in kept}
        for name, value in kept.items():
            setattr(row, name, value)
        row.folded = folded_name(last_name=row.last_name, first_name=row.first_name, birth_name=row.birth_name)
    Person.objects.bulk_update(rows, [*sorted(COMPLETED), "folded"], batch_size=500)
    touch(persons=set(before))
    return before


@operation
def forget_persons(*, actor: User, on: date, authority_id: int, person_ids: Collection[int]) -> int:
    """Take back persons written by mistake, nothing resting on them; the history keeps them. Returns how many."""
    require(actor, Permission.IMPORT_RUN, on=on, authority_id=authority_id)
    rows = Person.objects.filter(authority=authority_id, pk__in=[one.pk for one in lock_persons(person_ids)])
    found = list(rows.values_list("pk", flat=True))
    DossierAccess.objects.filter(person__in=found).delete()
    rows.delete()
    return len(found)
