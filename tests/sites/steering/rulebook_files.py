"""Files of rulebooks for the screens: the Lyon one of a later year, a new département."""

from __future__ import annotations

from jalons.rulebooks.loader import CONTENT


def lyon_later(valid_from: str = "2020-12-01", version: str = "2") -> bytes:
    """The Lyon rulebook with a dearer place, from a later day on."""
    text = (CONTENT / "lyon_2020.yaml").read_text(encoding="utf-8")
    return (
        text.replace("unit_cost_eur: 50000", "unit_cost_eur: 60000", 1)
        .replace('version: "1"', f'version: "{version}"', 1)
        .replace("valid_from: 2020-01-01", f"valid_from: {valid_from}", 1)
        .encode()
    )
