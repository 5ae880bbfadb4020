"""Small CAF files for tests, written by hand: one function per block, everything optional has a plain default."""

from __future__ import annotations

from datetime import date
from pathlib import Path

ENCODING = "windows-1252"


def nir(order: int, *, sex: int = 2, born: str = "9004", department: str = "69") -> str:
    """Return a fictitious NIR with its key: commune 999 exists nowhere."""
    thirteen = f"{sex}{born}{department}999{order:03d}"
    return f"{thirteen}{97 - int(thirteen) % 97:02d}"


def adult(
    first_name: str = "AMÉLIE",
    *,
    birth_name: str = "DUFICTIF",
    last_name: str = "ESSAI",
    born_on: str = "1990-04-17",
    rank: str = "1",
    nir: str | None = "290046999900195",
    sex: str = "2",
    role: str = "DEM",
    duties: str = "1",
    joined_on: str = "2019-06-01",
    left_on: str = "",
    previous: str = "",
) -> str:
    """Return a ``Personne`` block; ``nir=None`` leaves the element out, an empty one leaves it empty."""
    return (
        f"<Personne><Identification><QUAL>MME</QUAL><NOM>{last_name:<28}</NOM><NOMNAI>{birth_name}</NOMNAI><PRENOM>{first_name}</PRENOM>"
        f"<NOMCOMNAI>LYON</NOMCOMNAI><DTNAI>{born_on}</DTNAI>{_maybe('RGNAI', rank)}<TYPEDTNAI>N</TYPEDTNAI>"
        + ("" if nir is None else f"<NIR>{nir}</NIR>")
        + f"<TOPVALIEC>1</TOPVALIEC><SEXE>{sex}</SEXE></Identification>"
        f"<DossierCAF><TOPRESPDOS>1</TOPRESPDOS><DDRATDOS>{joined_on}</DDRATDOS>{_maybe('DFRATDOS', left_on)}"
        f"{_maybe('NUMDEMRSAPRECE', previous)}</DossierCAF>"
        f"<Prestations><NATPREST>PFA</NATPREST><ROLEPERS>RDO</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
        f"<Prestations><NATPREST>RSA</NATPREST><ROLEPERS>{role}</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
        f"<MontantCalculDroitRSAPersonne><TOPPERSDRODEVORSA>{duties}</TOPPERSDRODEVORSA></MontantCalculDroitRSAPersonne></Personne>"
    )


def child(first_name: str = "LÉO", *, born_on: str = "2015-01-02", rank: str = "1") -> str:
    """Return a child of the household."""
    return adult(first_name, born_on=born_on, rank=rank, role="ENF", nir=None, duties="")


def household(
    number: str = "00000001069",
    *persons: str,
    state: str = "2",
    suspension: tuple[str, str] | None = None,
    closure: tuple[str, str] | None = None,
    requested_on: str = "2019-06-01",
    insee: str = "69266",
    mutation: str = "",
    body: tuple[str, str] = ("CAF", "691"),
    benefit: str = "RSD",
    family: str = "CEL",
    extra: str = "",
) -> str:
    """Return an ``InfosFoyerRSA`` block; ``suspension`` and ``closure`` are (motive, date)."""
    situation = f"<EtatDossierRSA><ETATDOSRSA>{state}</ETATDOSRSA></EtatDossierRSA>"
    if suspension is not None:
        name = "SuspensionDroit" if state == "3" else "SuspensionVersement"
        kind = "DRO" if state == "3" else "VERS"
        motive, since = suspension
        situation += (
            f"<{name}><MOTISUS{kind}RSA>{motive}</MOTISUS{kind}RSA><DDSUS{kind}RSA>{since}</DDSUS{kind}RSA></{name}>"
        )
    if closure is not None:
        situation += f"<FinDroit><MOTICLORSA>{closure[0]}</MOTICLORSA><DTCLORSA>{closure[1]}</DTCLORSA></FinDroit>"
    return (
        f"<InfosFoyerRSA><IdentificationRSA><Organisme><FONORG>{body[0]}</FONORG><NUMORG>{body[1]}</NUMORG>"
        f"<MATRICULE>{number[:7]}00000000</MATRICULE></Organisme><Partenaire><TYPEPARTE>CT  </TYPEPARTE><IDEPARTE>069</IDEPARTE>"
        "</Partenaire>"
        f"<DemandeRSA><DTDEMRSA>{requested_on}</DTDEMRSA><NUMDEMRSA>{number}</NUMDEMRSA></DemandeRSA>"
        + (
            "<OrganismePrenant><FONORGPRENMUT>CAF</FONORGPRENMUT><NUMORGPRENMUT>381</NUMORGPRENMUT>"
            f"<DDDEPAMUT>{mutation}</DDDEPAMUT></OrganismePrenant>"
            if mutation
            else ""
        )
        + "</IdentificationRSA>"
        + "".join(persons or (adult(),))
        + f"<DonneesAdministratives><SituationFamille><SITFAM>{family}</SITFAM><DDSITFAM>2019-01-01</DDSITFAM></SituationFamille>"
        "<Adresse><TroncCommunAdresse><RGADR>01</RGADR><DTEMM>2018-03-01</DTEMM><PAYS>FRA</PAYS><TYPEADR>D</TYPEADR><ETATADR>CO</ETATADR>"
        "</TroncCommunAdresse><AdresseDetailleeFrance><COMPLIDEADR/><COMPLADR/><NUMVOIE>12</NUMVOIE><LIBTYPEVOIE>RUE</LIBTYPEVOIE>"
        f"<NOMVOIE>DE L ESSAI</NOMVOIE><LIEUDIST/><NUMCOM>{insee}</NUMCOM><CODEPOS>69100</CODEPOS><NOMCOM>VILLEURBANNE</NOMCOM>"
        "</AdresseDetailleeFrance></Adresse></DonneesAdministratives>"
        f"<PrestationRSA><SituationDossierRSA>{situation}</SituationDossierRSA><DetailDroitRSA><TroncCommunDroitRSA>"
        "<TOPSANSDOMFIXE>0</TOPSANSDOMFIXE><NBENFAUTCHA/><ORIDEMRSA>DEM</ORIDEMRSA></TroncCommunDroitRSA><DetailCalculDroitRSA>"
        f"<NATPF>{benefit}</NATPF><SOUSNATPF>RSDN2</SOUSNATPF><DDNATDRO>2019-06-01</DDNATDRO><MTRSAVERS>0000515.71</MTRSAVERS>"
        f"</DetailCalculDroitRSA></DetailDroitRSA></PrestationRSA>{extra}</InfosFoyerRSA>"
    )


def _maybe(tag: str, value: str) -> str:
    return f"<{tag}>{value}</{tag}>" if value else f"<{tag}/>"


def document(
    *households: str,
    kind: str = "M",
    day: date | str = "2020-09-30",
    created: str = "2020-10-05",
    nature: str = "D",
    announced: int | None = None,
    encoding: str = ENCODING,
) -> str:
    """Return the text of a whole file."""
    count = len(households) if announced is None else announced
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<Racine>\n<IdentificationFlux><APPLIEME>CRI</APPLIEME>'
        f"<NUMVERSIONAPPLIEME>4200</NUMVERSIONAPPLIEME><TYPEFLUX>{kind}</TYPEFLUX><NATFLUX>{nature}</NATFLUX>"
        f"<DTCREAFLUX>{created}</DTCREAFLUX><HEUCREAFLUX>02:15:00.0000</HEUCREAFLUX><DTREF>{day}</DTREF></IdentificationFlux>\n"
        + "\n".join(households)
        + f"\n<TransmissionFlux><NBTOTDOSRSATRANSM>{count}</NBTOTDOSRSATRANSM><NBTOTDOSRSATRANSMANO>0</NBTOTDOSRSATRANSMANO>"
        "</TransmissionFlux>\n</Racine>\n"
    )


def write(path: Path, *households: str, encoding: str = ENCODING, **header: object) -> Path:
    """Write a file and return its path."""
    path.write_bytes(document(*households, encoding=encoding, **header).encode(encoding))  # type: ignore[arg-type]
    return path
