"""A file that cannot be read at all: nothing of it is imported."""

from __future__ import annotations


class UnreadableFile(Exception):
    """The whole file is refused; ``sentence`` (French) says what is wrong, where, and what to do; ``code`` is stable."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)  # all the arguments, so that it crosses from one process to another
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence
