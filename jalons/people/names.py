"""The search key of a person, the same for whoever writes names."""

from __future__ import annotations

from jalons.kernel.text import fold


def folded_name(*, last_name: str, first_name: str, birth_name: str = "") -> str:
    """Return what lists sort by and search reads: « nom prénom », then the birth name when it is another one."""
    other = birth_name if birth_name != last_name else ""
    return fold(f"{last_name} {first_name} {other}")
