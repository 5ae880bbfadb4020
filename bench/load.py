"""A bounded load from a process of its own: ``python -m bench.load PORT PATH THREADS SECONDS``, the session on standard input.

Loopback only. Each thread asks for the page again as soon as it has it, and stops at the end of the time.
"""

from __future__ import annotations

import http
import http.client
import json
import statistics
import sys
import threading
import time

LONGEST = 20  # seconds, whatever is asked
HOST = "127.0.0.1"


def main() -> None:
    """Read the page until the time is over, then tell the rate and the delays."""
    port, path, threads, length = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), min(int(sys.argv[4]), LONGEST)
    cookie = sys.stdin.read().strip()
    for _ in range(threads):  # each process of the site draws its first page
        _ask(port, path, cookie)
    delays: list[float] = []
    errors: list[int] = []
    until = time.perf_counter() + length
    readers = [threading.Thread(target=_read, args=(port, path, cookie, until, delays, errors)) for _ in range(threads)]
    start = time.perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    took = time.perf_counter() - start
    places = statistics.quantiles(delays, n=100) if len(delays) > 1 else [*delays * 99] or [0.0] * 99
    told = {"rate": len(delays) / took, "p50": places[49], "p95": places[94], "errors": len(errors)}
    print(json.dumps(told))


def _read(port: int, path: str, cookie: str, until: float, delays: list[float], errors: list[int]) -> None:
    while (start := time.perf_counter()) < until:
        status = _ask(port, path, cookie)
        delays.append(time.perf_counter() - start)
        if status != http.HTTPStatus.OK:
            errors.append(status)


def _ask(port: int, path: str, cookie: str) -> int:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


if __name__ == "__main__":
    main()
