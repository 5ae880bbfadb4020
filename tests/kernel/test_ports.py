"""Every port has exactly one owner, and a port without owner raises instead of dropping the call."""

import pytest

from jalons.kernel.ports import Port, UnboundPort


def test_every_declared_port_is_bound() -> None:
    ports = {name: found for name, found in Port.registry.items() if name.startswith("jalons.")}
    assert ports, "no port is declared"
    assert [name for name, found in ports.items() if found.owner is None] == []


def test_an_unbound_port_raises() -> None:
    def ask(*, number: int) -> int:
        """Give a number back."""
        raise NotImplementedError

    lone = Port("tests.lone", ask)
    try:
        with pytest.raises(UnboundPort, match="wiring"):
            lone(number=1)
        lone.bind(lambda *, number: number + 1)
        assert lone(number=1) == 2
        with pytest.raises(ValueError, match="already"):
            lone.bind(lambda *, number: number)
    finally:
        del Port.registry["tests.lone"]


def test_a_port_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Port(next(iter(Port.registry)), lambda: None)
