"""The set-based merge of households stated by a paying body: the one door by which a file changes people and rights.

The caller fills the temporary tables of ``tables`` inside its transaction, then calls ``merge_incoming``. Nothing is
guessed: a person who may or may not be somebody already known comes back as a conflict, and the whole household waits.
"""

from jalons.people.merge.matching import Conflict
from jalons.people.merge.movements import record_movements
from jalons.people.merge.operation import MergeResult, hold_merges, merge_incoming
from jalons.people.merge.ports import RightsEnd, rights_ended, rights_restored
from jalons.people.merge.tables import ADDRESS_COLUMNS, HOUSEHOLD_COLUMNS, PERSON_COLUMNS, Source, create_tables

__all__ = [
    "ADDRESS_COLUMNS",
    "HOUSEHOLD_COLUMNS",
    "PERSON_COLUMNS",
    "Conflict",
    "MergeResult",
    "RightsEnd",
    "Source",
    "create_tables",
    "hold_merges",
    "merge_incoming",
    "record_movements",
    "rights_ended",
    "rights_restored",
]
