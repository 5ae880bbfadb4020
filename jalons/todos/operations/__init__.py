"""The one door to write to-dos: recomputed from the facts, put aside for a while, read in a calendar."""

from jalons.todos.operations.feeds import close_feed, note_feed_read, open_feed
from jalons.todos.operations.refreshing import BATCH, Changes, refresh, refresh_lines
from jalons.todos.operations.reminders import forget_reminders, remind
from jalons.todos.operations.rounds import go_round

__all__ = [
    "BATCH",
    "Changes",
    "close_feed",
    "forget_reminders",
    "go_round",
    "note_feed_read",
    "open_feed",
    "refresh",
    "refresh_lines",
    "remind",
]
