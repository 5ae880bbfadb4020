"""The file as a stream: header, then one household at a time in constant memory, then the trailer's counts.

Nothing outside the file is ever read: no entity, no network, no DTD; a DOCTYPE is refused. The encoding is the one the
XML declaration states.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from jalons.exchange.caf import values
from jalons.exchange.caf.errors import UnreadableFile
from jalons.exchange.caf.household import read_household, request_number_of
from jalons.exchange.caf.records import Header, Household, Refusal, Trailer
from jalons.exchange.caf.values import UnreadableHousehold

HOUSEHOLD = "InfosFoyerRSA"
HEADER = "IdentificationFlux"
TRAILER = "TransmissionFlux"
NOTHING = "Rien n’a été changé."
KINDS = {"M": "mensuel", "I": "quotidien", "R": "reprise"}

# Roots and blocks of the sister files, to say which file was given instead of this one.
_OTHER_FLUXES = {
    "InfoDemandeRSA": "le flux instruction (VIRS)",
    "InfosFinancieresFoyerRSA": "le flux financier (VRSF)",
    "InfosCreanceFoyerRSA": "le flux des créances (VRSC)",
    "DossierCafMsa": "le flux bénéficiaires VRSD",
}

Item = Header | Household | Refusal | Trailer


class ParserOptions(NamedTuple):
    """The options that keep the parser inside the file; ``huge_tree`` stays off so that bombs are refused."""

    resolve_entities: bool = False
    no_network: bool = True
    load_dtd: bool = False
    huge_tree: bool = False


OPTIONS = ParserOptions()


def read_file(path: Path) -> Iterator[Item]:
    """Yield the Header, then a Household or a Refusal per household in file order, then the Trailer.

    Raises UnreadableFile (possibly after some households) when the file as a whole cannot be trusted.
    """
    check_not_empty(path)
    check_beginning(path)
    reading = _FileReading(path)
    try:
        with path.open("rb") as file:
            # Only these three tags wake Python up: three times faster than an event for each element.
            for _, element in etree.iterparse(
                file, events=("end",), tag=(HEADER, HOUSEHOLD, TRAILER), **OPTIONS._asdict()
            ):
                yield from reading.block(element)
    except etree.XMLSyntaxError as error:
        raise syntax_error(path, error, reading.households) from error
    reading.finish()


def check_not_empty(path: Path) -> None:
    """Raise UnreadableFile when the file is missing or has no byte."""
    if not path.is_file():
        raise UnreadableFile("absent", f"Le fichier {path.name} n’existe pas : vérifiez son nom et son dossier.")
    if path.stat().st_size == 0:
        raise UnreadableFile(
            "empty",
            f"Le fichier {path.name} est vide : demandez un nouvel envoi à l’organisme payeur. {NOTHING}",
        )


def check_beginning(path: Path) -> None:
    """Raise UnreadableFile when the file is no XML, has a DOCTYPE, another root than Racine, or blocks of another flux."""
    try:
        with path.open("rb") as file:
            for _, element in etree.iterparse(file, events=("start",), **OPTIONS._asdict()):
                parent = element.getparent()
                if parent is None:
                    check_root(element, path)
                elif parent.getparent() is None and element.tag != HEADER:
                    if element.tag not in (HOUSEHOLD, TRAILER):
                        raise unexpected_block(element.tag, path)
                    return
    except etree.XMLSyntaxError as error:
        raise syntax_error(path, error, 0) from error


def syntax_error(path: Path, error: etree.XMLSyntaxError, households: int) -> UnreadableFile:
    """Return the French error for a file the XML parser cannot read."""
    line = error.lineno or 1
    message = error.msg or ""
    if not _begins_like_xml(path):
        return UnreadableFile(
            "not_xml",
            f"Le fichier {path.name} n’est pas un fichier XML : choisissez un fichier RSABEM ou RSABEI de la CAF. {NOTHING}",
        )
    if not _ends_like_ours(path):
        return UnreadableFile(
            "truncated",
            f"Le fichier {path.name} est tronqué : il s’arrête ligne {line}, après {households} foyers. "
            f"Demandez un nouvel envoi à l’organisme payeur. {NOTHING}",
        )
    return UnreadableFile(
        "bad_xml",
        f"Le fichier {path.name} n’est pas un XML valide, ligne {line}, après {households} foyers ({_reason(message)}). "
        f"Demandez un nouvel envoi à l’organisme payeur. {NOTHING}",
    )


def _begins_like_xml(path: Path) -> bool:
    with path.open("rb") as file:
        beginning = file.read(64).replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return beginning.startswith(b"<")


def _ends_like_ours(path: Path) -> bool:
    """A file that was cut does not end by the root's end tag, wherever the cut fell."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return b"</Racine>" in file.read().replace(b"\x00", b"")


def _reason(message: str) -> str:
    if "encod" in message.lower() or "Input is not proper" in message or "Char 0x" in message:
        return "des caractères ne suivent pas l’encodage déclaré"
    if "ntity" in message or "amplification" in message:
        return "entité interdite"
    return "balises mal fermées ou mal formées"


class _FileReading:
    """Where the reading stands: what was seen, in which order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: Header | None = None
        self.trailer: Trailer | None = None
        self.households = 0
        self.anomalies = 0

    def block(self, element: _Element) -> Iterator[Item]:
        tag = element.tag
        before = element.getprevious()
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            raise UnreadableFile(
                "order", f"Le bloc {tag} n’est pas à sa place dans le fichier {self.path.name}. {NOTHING}"
            )
        if before is not None and isinstance(before.tag, str):
            raise unexpected_block(before.tag, self.path)  # what was read before is forgotten, so this one is not ours
        if self.trailer is not None:
            raise UnreadableFile(
                "order", f"Le fichier {self.path.name} contient un bloc après la fin annoncée. {NOTHING}"
            )
        if tag == HOUSEHOLD:
            yield self._household(element)
        elif tag == HEADER:
            if self.header is not None:
                raise UnreadableFile("order", f"Le fichier {self.path.name} a deux en-têtes. {NOTHING}")
            self.header = read_header(element, self.path)
            yield self.header
        else:
            self.trailer = read_trailer(element, self.path)
            check_counts(self.trailer, self.households, self.path)
            yield self.trailer
        _forget(element)

    def _household(self, element: _Element) -> Household | Refusal:
        if self.header is None:
            raise UnreadableFile(
                "order",
                f"Le fichier {self.path.name} n’a pas d’en-tête {HEADER} avant son premier foyer. {NOTHING}",
            )
        self.households += 1
        return household_or_refusal(element, self.households)

    def finish(self) -> None:
        if self.header is None:
            raise UnreadableFile("order", f"Le fichier {self.path.name} n’a pas d’en-tête {HEADER}. {NOTHING}")
        if self.trailer is None:
            raise UnreadableFile(
                "truncated",
                f"Le fichier {self.path.name} n’a pas de bloc {TRAILER} : il est tronqué. Demandez un nouvel envoi. {NOTHING}",
            )


def household_or_refusal(element: _Element, index: int) -> Household | Refusal:
    """Return the record of one household, or its refusal with the extract that can be read again."""
    try:
        return read_household(element, index)
    except UnreadableHousehold as reason:
        raw = etree.tostring(element, encoding="utf-8", with_tail=False)
        return Refusal(index, reason.reason, reason.message, request_number_of(element), raw)


def check_root(element: _Element, path: Path) -> None:
    """Raise UnreadableFile when the document has a DOCTYPE or another root than Racine."""
    dtd: object = element.getroottree().docinfo.internalDTD
    if dtd is not None:
        raise UnreadableFile(
            "doctype",
            f"Le fichier {path.name} contient un DOCTYPE, ce qu’un fichier de la CAF n’a jamais : il est refusé. {NOTHING}",
        )
    if element.tag != "Racine":
        raise UnreadableFile(
            "other_flux",
            f"Le fichier {path.name} commence par la balise {etree.QName(element).localname} et non Racine : ce n’est pas un flux "
            f"bénéficiaires RSA (VRSB0801). {NOTHING}",
        )


def unexpected_block(tag: str, path: Path) -> UnreadableFile:
    """Return the French error for a block this flux does not have."""
    other = _OTHER_FLUXES.get(tag)
    what = f"c’est {other}" if other else "ce n’est pas un flux bénéficiaires RSA (VRSB0801)"
    return UnreadableFile("other_flux", f"Le fichier {path.name} contient le bloc {tag} : {what}. {NOTHING}")


def read_header(element: _Element, path: Path) -> Header:
    """Return the header. Raises UnreadableFile when a value is missing or another flux is announced."""
    found = values.fields(element)
    nature, kind = found.get("NATFLUX", ""), found.get("TYPEFLUX", "")
    if nature != "D":
        told = {"I": "le flux instruction (VIRS)", "R": "le flux recueil (VIRD)"}.get(nature, "un autre flux")
        raise UnreadableFile(
            "other_flux",
            f"Le fichier {path.name} annonce NATFLUX « {nature} » : c’est {told}, pas le flux bénéficiaires (NATFLUX D). {NOTHING}",
        )
    if kind not in KINDS:
        raise UnreadableFile(
            "header",
            f"Le fichier {path.name} annonce TYPEFLUX « {kind} » ; M (mensuel), I (quotidien) ou R (reprise) attendu. {NOTHING}",
        )
    try:
        return Header(
            sender=found["APPLIEME"],
            sender_version=found.get("NUMVERSIONAPPLIEME", ""),
            kind=kind,
            nature=nature,
            created_on=values.parse_date(found["DTCREAFLUX"]),
            created_at=values.parse_time(found["HEUCREAFLUX"]),
            reference_on=values.parse_date(found["DTREF"]),
        )
    except KeyError as missing:
        tag = str(missing.args[0])
        raise UnreadableFile("header", f"L’en-tête du fichier {path.name} n’a pas de balise {tag}. {NOTHING}") from None
    except ValueError as wrong:
        raise UnreadableFile(
            "header",
            f"L’en-tête du fichier {path.name} a une date ou une heure illisible : {wrong}. {NOTHING}",
        ) from None


def read_trailer(element: _Element, path: Path) -> Trailer:
    """Return the trailer. Raises UnreadableFile when its count is missing."""
    found = values.fields(element)
    try:
        households = values.optional_integer(found, "NBTOTDOSRSATRANSM")
        anomalies = values.optional_integer(found, "NBTOTDOSRSATRANSMANO")
    except UnreadableHousehold as wrong:
        raise UnreadableFile("trailer", f"La fin du fichier {path.name} est illisible. {wrong.message}") from None
    if households is None:
        raise UnreadableFile(
            "trailer",
            f"La fin du fichier {path.name} n’a pas de nombre de foyers (NBTOTDOSRSATRANSM). {NOTHING}",
        )
    return Trailer(households, anomalies)


def check_counts(trailer: Trailer, households: int, path: Path) -> None:
    """Raise UnreadableFile when the number of households announced is not the number read."""
    if trailer.households != households:
        raise UnreadableFile(
            "count",
            f"Le fichier {path.name} annonce {trailer.households} foyers (NBTOTDOSRSATRANSM) et en contient {households} : "
            f"il est incomplet ou altéré. Demandez un nouvel envoi. {NOTHING}",
        )


def read_household_extract(raw: bytes, index: int) -> Household | Refusal:
    """Read again the extract kept with a refusal."""
    parser = etree.XMLParser(**OPTIONS._asdict())
    return household_or_refusal(etree.fromstring(raw, parser), index)


def _forget(element: _Element) -> None:
    """Free what was read, so that memory does not grow with the file."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
