"""A real SMTP server on this machine (RFC 5321, what a client needs of it), told how to misbehave."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class MailServer:
    """``answers`` gives another answer to a verb (« RCPT »: « 550 5.1.1 no such user ») ; an empty one hangs up instead.

    The verb « . » is the end of the text: what is answered there decides of the acceptance.
    """

    answers: dict[str, str] = field(default_factory=dict)
    texts: list[bytes] = field(default_factory=list)
    port: int = 0
    server: Any = None

    def mails(self) -> list[EmailMessage]:
        """Return what was accepted, parsed."""
        return [message_from_bytes(text, policy=policy.default) for text in self.texts]  # type: ignore[misc]

    def start(self) -> None:
        mailbox = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, verb: str, usual: str) -> bool:
                answer = mailbox.answers.get(verb, usual)
                if answer:
                    self.wfile.write(f"{answer}\r\n".encode())
                return bool(answer)

            def handle(self) -> None:
                if not self.say("HELLO", "220 local"):
                    return
                while line := self.rfile.readline():
                    verb = line.decode().strip().upper().partition(" ")[0].partition(":")[0]
                    usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")
                    if not self.say(verb, usual) or verb == "QUIT":
                        return
                    if verb == "DATA" and not self.text():
                        return

            def text(self) -> bool:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line[1:] if line.startswith(b".") else line)
                mailbox.texts.append(b"".join(lines))
                return self.say(".", "250 taken")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
