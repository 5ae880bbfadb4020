"""A provider that keeps everything in a folder of this machine: for demonstrations and trials, nothing leaves."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from jalons.exchange.messages.gsm7 import measure, plain
from jalons.kernel.outbox import Accepted, Channel, Delivery, Letter, NotAccepted


@dataclass(frozen=True, slots=True)
class LocalSink:
    """One file per message, named by its idempotency key: the same message handed over twice is one file."""

    folder: Path
    channel: str

    def deliver(self, letter: Letter) -> Delivery:
        """Keep the letter; what an SMS would cost is written beside its text."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            target = self.folder / f"{letter.key}.json"
            drawn = self.folder / f".{letter.key}.{os.getpid()}"
            drawn.touch(mode=0o600)
            drawn.write_text(json.dumps(self._kept(letter), ensure_ascii=False, indent=1), encoding="utf-8")
            drawn.replace(target)
        except OSError:
            return NotAccepted("Le dossier local des messages n’est pas accessible.")
        return Accepted(reference=str(letter.key))

    def _kept(self, letter: Letter) -> dict[str, object]:
        kept: dict[str, object] = {"channel": self.channel, "address": letter.address, "title": letter.title}
        if self.channel != Channel.SMS:
            return kept | {"body": letter.body, "attachment": letter.attachment_name}
        text = plain(letter.body)
        size = measure(text)
        return kept | {"body": text, "units": size.units, "parts": size.parts, "unicode": size.unicode}
