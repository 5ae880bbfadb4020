"""The schema of a rulebook: what a policy officer may write, checked key by key. The format is told in ``content/README.md``."""

from jalons.rulebooks.schema.common import Cited, Length, Reading
from jalons.rulebooks.schema.exits import ExitRule, Exits
from jalons.rulebooks.schema.framework import Action, Blocks, Rulebook, Target
from jalons.rulebooks.schema.price import FlatRate, Price
from jalons.rulebooks.schema.shapes import SHAPES, Obligation, ObligationBase

__all__ = [
    "SHAPES",
    "Action",
    "Blocks",
    "Cited",
    "ExitRule",
    "Exits",
    "FlatRate",
    "Length",
    "Obligation",
    "ObligationBase",
    "Price",
    "Reading",
    "Rulebook",
    "Target",
]
