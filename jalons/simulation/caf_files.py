"""Writes the synthetic dossiers as the paying body does, in the format VRSB0801: padding, empty blocks, repeats and all.

Written from the description of the format alone: the reader's tables are not used here, so that each checks the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from jalons.simulation.households import Adult, Dossier, Home
from jalons.simulation.identities import Identity
from jalons.simulation.population import dossiers_moved, dossiers_on

ENCODING = "windows-1252"
REPEATED_PER_THOUSAND = 5  # dossiers sent twice in one file, an older state first
REPEAT_GAP = 20  # dossiers between the two


def write_monthly(path: Path, *, day: date, people: int, start: date, seed: int, unreadable: int = 0) -> int:
    """Write the monthly file of ``day`` (last of a month); return how many households it carries, repeats included.

    ``unreadable`` households per thousand carry a date that does not exist, as happens: they are refused and kept.
    """
    dossiers = dossiers_on(day, people=people, start=start, seed=seed)
    return _write(
        path,
        "M",
        day,
        day + timedelta(days=5),
        _with_repeats(dossiers, Random(f"{seed}/{day}/repeats")),
        Random(f"{seed}/{day}"),
        unreadable=unreadable,
    )


def write_daily(path: Path, *, day: date, people: int, start: date, seed: int, since: date | None = None) -> int:
    """Write the daily file of ``day``: what moved since ``since`` (by default that day only); return its households."""
    moved = dossiers_moved(since or day, day, people=people, start=start, seed=seed)
    return _write(
        path, "I", day, day + timedelta(days=1), ((dossier, True) for dossier in moved), Random(f"{seed}/{day}")
    )


def file_name(kind: str, day: date, organism: str = "691") -> str:
    """Return a name as the paying body gives: « NRSACGIM_RSABEM_20201005_A0691.RCV »."""
    return f"NRSACGI{kind}_RSABE{kind}_{day:%Y%m%d}_A0{organism}.RCV"


def _write(
    path: Path,
    kind: str,
    day: date,
    created: date,
    dossiers: Iterable[tuple[Dossier, bool]],
    random: Random,
    *,
    unreadable: int = 0,
) -> int:
    """Stream the file: a dossier leaves memory once written."""
    households = anomalies = 0
    with path.open("wb") as file:
        file.write(
            f'<?xml version="1.0" encoding="{ENCODING}"?>\n<Racine>\n{_header(kind, day, created)}'.encode(ENCODING)
        )
        for dossier, current in dossiers:
            text = _household(dossier, random, daily=kind == "I", current=current)
            if unreadable and random.randrange(1000) < unreadable:
                text = text.replace("<DTDEMRSA>20", "<DTDEMRSA>30/02/20", 1)
            file.write(text.encode(ENCODING))
            households += 1
            anomalies += dossier.anomaly
        file.write(
            f"<TransmissionFlux><NBTOTDOSRSATRANSM>{households:08d}</NBTOTDOSRSATRANSM>"
            f"<NBTOTDOSRSATRANSMANO>{anomalies:08d}</NBTOTDOSRSATRANSMANO></TransmissionFlux>\n</Racine>\n".encode(
                ENCODING
            )
        )
    return households


def _with_repeats(dossiers: Iterator[Dossier], random: Random) -> Iterator[tuple[Dossier, bool]]:
    """Yield (dossier, current): a few dossiers come early in an older state, then again as they are."""
    waiting: list[tuple[int, Dossier]] = []
    for place, dossier in enumerate(dossiers):
        while waiting and waiting[0][0] <= place:
            yield waiting.pop(0)[1], True
        if random.randrange(1000) < REPEATED_PER_THOUSAND:
            yield dossier, False
            waiting.append((place + REPEAT_GAP, dossier))
        else:
            yield dossier, True
    yield from ((dossier, True) for _, dossier in waiting)


def _tag(name: str, value: object, width: int = 0) -> str:
    return f"<{name}>{escape(str(value)).ljust(width)}</{name}>"


def _maybe(name: str, value: object) -> str:
    return "" if value is None else _tag(name, value)


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _amount(cents: int) -> str:
    return f"{cents // 100:07d}.{cents % 100:02d}"


def _header(kind: str, day: date, created: date) -> str:
    return (
        "<IdentificationFlux><APPLIEME>CRI</APPLIEME><NUMVERSIONAPPLIEME>4200</NUMVERSIONAPPLIEME>"
        + _tag("TYPEFLUX", kind)
        + "<NATFLUX>D</NATFLUX>"
        + _tag("DTCREAFLUX", created)
        + "<HEUCREAFLUX>02:15:00.0000</HEUCREAFLUX>"
        + _tag("DTREF", day)
        + "</IdentificationFlux>\n"
    )


def _household(dossier: Dossier, random: Random, *, daily: bool, current: bool) -> str:
    people = [_adult(adult, place, random) for place, adult in enumerate(dossier.adults)]
    people += [_child(child, dossier) for child in dossier.children]
    return (
        "<InfosFoyerRSA>"
        + _request(dossier)
        + "".join(people)
        + _administrative(dossier)
        + (_benefit(dossier) if current else _former_benefit(dossier))
        + (_event(dossier) if daily else "")
        + ("<Anomalie><LIBANO>DONNEES INCOHERENTES</LIBANO></Anomalie>" if dossier.anomaly else "")
        + "</InfosFoyerRSA>\n"
    )


def _request(dossier: Dossier) -> str:
    moves = ""
    if dossier.moved_from is not None:
        body, day = dossier.moved_from
        moves += f"<OrganismeCedant><FONORGCEDMUT>CAF</FONORGCEDMUT>{_tag('NUMORGCEDMUT', body)}"
        moves += f"{_tag('DDARRMUT', day)}</OrganismeCedant>"
    if dossier.moved_to is not None:
        body, day = dossier.moved_to
        moves += f"<OrganismePrenant><FONORGPRENMUT>CAF</FONORGPRENMUT>{_tag('NUMORGPRENMUT', body)}"
        moves += f"{_tag('DDDEPAMUT', day)}</OrganismePrenant>"
    return (
        "<IdentificationRSA><Organisme><FONORG>CAF</FONORG><NUMORG>691</NUMORG>"
        + _tag("MATRICULE", dossier.file_number + "0" * 8)
        + "</Organisme><Partenaire><TYPEPARTE>CT  </TYPEPARTE><IDEPARTE>069</IDEPARTE></Partenaire><DemandeRSA>"
        + _tag("DTDEMRSA", dossier.requested_on)
        + _tag("NUMDEMRSA", dossier.number)
        + f"</DemandeRSA>{moves}</IdentificationRSA>"
    )


def _identity(who: Identity, title: str | None) -> str:
    return (
        "<Identification>"
        + _maybe("QUAL", title)
        + _tag("NOM", who.last_name, 28)
        + _tag("NOMNAI", who.birth_name, 28)
        + _tag("PRENOM", who.first_name, 32)
        + _tag("NOMCOMNAI", who.birth_place, 26)
        + _tag("DTNAI", who.born_on)
        + _tag("RGNAI", who.rank)
        + _tag("TYPEDTNAI", who.precision)
        + (_tag("NIR", who.nir, 15) if who.nir else "<NIR/>" if who.rank == 1 and title else "")
        + _tag("TOPVALIEC", _flag(who.nir is not None))
        + _tag("SEXE", 1 if who.sex == "M" else 2)
        + "</Identification>"
    )


def _roles(family: str, benefit: str) -> str:
    return (
        f"<Prestations><NATPREST>PFA</NATPREST><ROLEPERS>{family}</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
        f"<Prestations><NATPREST>RSA</NATPREST><ROLEPERS>{benefit}</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
    )


def _adult(adult: Adult, place: int, random: Random) -> str:
    who = adult.who
    return (
        "<Personne>"
        + _identity(who, "MR" if who.sex == "M" else "MME")
        + f"<DossierCAF>{_tag('TOPRESPDOS', _flag(place == 0))}{_tag('DDRATDOS', adult.joined_on)}"
        + _maybe("DFRATDOS", adult.left_on)
        + _maybe("NUMDEMRSAPRECE", adult.previous_number)
        + "</DossierCAF>"
        + (_roles("RDO", "DEM") if place == 0 else _roles("CJT", "CJT"))
        + (
            f"<DossierPoleEmploi>{_tag('IDASSEDIC', adult.employment_service_number)}</DossierPoleEmploi>"
            if adult.employment_service_number
            else ""
        )
        + _resources(adult, random)
        + "<MontantCalculDroitRSAPersonne>"
        + _tag("TOPPERSDRODEVORSA", _flag(adult.under_duties))
        + (_tag("TOPPERSENTDRODEVORSA", "1") if adult.newly else "")
        + _tag("MTPERSRESSMENRSA", _amount(adult.resources * 100))
        + "</MontantCalculDroitRSAPersonne>"
        + f"<Activite><REG>GE</REG>{_tag('ACT', adult.activity)}{_tag('DDACT', adult.joined_on)}</Activite></Personne>"
    )


def _resources(adult: Adult, random: Random) -> str:
    if not adult.resources or random.random() < 0.5:
        return ""
    first = adult.joined_on.replace(day=1)
    return (
        f"<Ressources><GeneraliteRessourcesTrimestre><TOPRESSNUL>0</TOPRESSNUL>{_tag('DDRESS', first)}{_tag('DFRESS', first)}"
        f"</GeneraliteRessourcesTrimestre><RessourcesMensuelles><GeneraliteRessourcesMensuelles>{_tag('MOISRESS', first)}"
        "<NBHEUMENTRA>035</NBHEUMENTRA></GeneraliteRessourcesMensuelles><DetailRessourcesMensuelles><NATRESS>001</NATRESS>"
        f"{_tag('MTNATRESSMEN', _amount(adult.resources * 100))}<ABANEU>N</ABANEU></DetailRessourcesMensuelles>"
        "</RessourcesMensuelles></Ressources>"
    )


def _child(child: Identity, dossier: Dossier) -> str:
    parent = dossier.adults[0].who
    return (
        "<Personne>"
        + _identity(child, None)
        + f"<DossierCAF><TOPRESPDOS>0</TOPRESPDOS>{_tag('DDRATDOS', max(child.born_on, dossier.requested_on))}</DossierCAF>"
        + _roles("ENF", "ENF")
        + f"<Rattachement>{_tag('NOMNAI', parent.birth_name, 28)}{_tag('PRENOM', parent.first_name, 32)}"
        + _tag("DTNAI", parent.born_on)
        + "<TYPEPAR>LEG</TYPEPAR></Rattachement></Personne>"
    )


def _administrative(dossier: Dossier) -> str:
    homes = "".join(_address(home, place, dossier) for place, home in enumerate(dossier.homes, 1))
    return (
        f"<DonneesAdministratives><SituationFamille>{_tag('SITFAM', dossier.family)}"
        f"{_tag('DDSITFAM', dossier.requested_on)}</SituationFamille>"
        f"{homes}</DonneesAdministratives>"
    )


def _address(home: Home, place: int, dossier: Dossier) -> str:
    way, name = home.street
    if dossier.homeless:
        way = name = number = ""
    else:
        number = home.number
    return (
        f"<Adresse><TroncCommunAdresse>{_tag('RGADR', f'{place:02d}')}{_tag('DTEMM', home.since)}"
        "<PAYS>FRA</PAYS><TYPEADR>D</TYPEADR><ETATADR>CO</ETATADR></TroncCommunAdresse><AdresseDetailleeFrance>"
        + ("<COMPLIDEADR/>" if not dossier.homeless else "<COMPLIDEADR>CHEZ CCAS</COMPLIDEADR>")
        + "<COMPLADR/>"
        + _tag("NUMVOIE", number)
        + _tag("LIBTYPEVOIE", way, 30 if way else 0)
        + _tag("NOMVOIE", name, 32 if name else 0)
        + "<LIEUDIST/>"
        + _tag("NUMCOM", home.place.insee_code)
        + _tag("CODEPOS", home.place.postcode)
        + _tag("NOMCOM", home.place.name, 32)
        + "</AdresseDetailleeFrance></Adresse>"
    )


def _benefit(dossier: Dossier) -> str:
    state, reason, since = dossier.state, dossier.reason, dossier.since
    blocks = f"<EtatDossierRSA>{_tag('ETATDOSRSA', state)}</EtatDossierRSA>"
    if state == "1":
        blocks += f"<Refus>{_tag('DTREFURSA', since or dossier.requested_on)}{_tag('MOTIREFURSA', reason)}</Refus>"
    elif state == "3":
        blocks += f"<SuspensionDroit>{_tag('MOTISUSDRORSA', reason)}{_tag('DDSUSDRORSA', since)}"
        blocks += "<NATGROUPFSUS>RSA</NATGROUPFSUS></SuspensionDroit>"
    elif state == "4":
        blocks += (
            f"<SuspensionVersement>{_tag('MOTISUSVERSRSA', reason)}{_tag('DDSUSVERSRSA', since)}</SuspensionVersement>"
        )
    elif state in ("5", "6"):
        name = "FinDroit" if state == "5" else "FinDroitMoisAnterieur"
        blocks += f"<{name}>{_tag('MOTICLORSA', reason)}{_tag('DTCLORSA', since)}</{name}>"
    detail = _detail(dossier, paid=state == "2")
    return f"<PrestationRSA><SituationDossierRSA>{blocks}</SituationDossierRSA>{detail}</PrestationRSA>"


def _former_benefit(dossier: Dossier) -> str:
    """What a repeated dossier said before: a request not yet decided."""
    blocks = "<EtatDossierRSA><ETATDOSRSA>0</ETATDOSRSA></EtatDossierRSA>"
    return f"<PrestationRSA><SituationDossierRSA>{blocks}</SituationDossierRSA>{_detail(dossier, paid=False)}</PrestationRSA>"


def _detail(dossier: Dossier, *, paid: bool) -> str:
    common = (
        f"<TroncCommunDroitRSA>{_tag('TOPSANSDOMFIXE', _flag(dossier.homeless))}"
        f"{_tag('NBENFAUTCHA', f'{len(dossier.children):02d}')}"
        f"<ORIDEMRSA>DEM</ORIDEMRSA>{_tag('DTORIDEMRSA', dossier.requested_on)}"
        + _tag("TOPFOYDRODEVORSA", _flag(any(adult.under_duties for adult in dossier.adults)))
        + "</TroncCommunDroitRSA>"
    )
    if not paid:
        return f"<DetailDroitRSA>{common}</DetailDroitRSA>"
    kind, detail = ("RSI", "RSIN1") if dossier.children and len(dossier.adults) == 1 else ("RSD", "RSDN2")
    return (
        f"<DetailDroitRSA>{common}<DetailCalculDroitRSA>{_tag('NATPF', kind)}{_tag('SOUSNATPF', detail)}"
        f"{_tag('DDNATDRO', dossier.requested_on.replace(day=1))}{_tag('MTRSAVERS', _amount(dossier.amount))}"
        "</DetailCalculDroitRSA></DetailDroitRSA>"
    )


def _event(dossier: Dossier) -> str:
    return f"<Evenement>{_tag('DTLIQ', dossier.changed_on)}<HEULIQ>10:30:00.00</HEULIQ>{_tag('FG', dossier.event)}</Evenement>"
