"""Which absences somebody has reported: asked of the room above, which knows reports (R-147)."""

from __future__ import annotations

from collections.abc import Collection

from jalons.kernel.ports import port


@port
def reported(*, appointment_ids: Collection[int]) -> set[int]:
    """Return which of these appointments a written report cites."""
    raise NotImplementedError
