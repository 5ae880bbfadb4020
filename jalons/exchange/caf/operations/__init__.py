"""The doors of the CAF exchange: import a file, try it without writing, replay what was refused, decide who is who."""

from jalons.exchange.caf.operations.importing import FileRefused, Progress, import_file
from jalons.exchange.caf.operations.replaying import drop_record, replay_record, replay_run, resolve_conflict
from jalons.exchange.caf.operations.trying import Forecast, try_file

__all__ = [
    "FileRefused",
    "Forecast",
    "Progress",
    "drop_record",
    "import_file",
    "replay_record",
    "replay_run",
    "resolve_conflict",
    "try_file",
]
