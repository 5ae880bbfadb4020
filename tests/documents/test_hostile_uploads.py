"""Every kind of hostile file is refused with a sentence, within 200 MB, in a process of its own (goal S7).

Memory is held by the system (RLIMIT_AS: all the child holds, libraries included). Time is measured and told, never asserted:
``pytest -s -k two_hundred`` prints the slowest kind, whose goal is two seconds, and the resident memory at its peak.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jalons.documents.received_pdf import DEEP
from jalons.documents.uploads import MOST_BYTES, extension_of, file_kind, scan_kind
from jalons.kernel.refusals import Refusal
from tests.documents.hostile_files import HOSTILE, MB, many_tables, pdf, stream
from tests.documents.pictures import JPEG, PNG, jpeg, png

PROJECT = Path(__file__).resolve().parents[2]
MOST_MEMORY = 200 * 1024 * 1024
WATCHED = """
import contextlib, json, resource, sys, time
from jalons.documents.uploads import file_kind
from jalons.kernel.refusals import Refusal

resource.setrlimit(resource.RLIMIT_AS, ({most}, {most}))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
for line in sys.stdin:
    name, path = json.loads(line)
    with open(path, "rb") as file:
        raw = file.read()
    start = time.process_time()
    try:
        said = ["received", file_kind(raw, name)]
    except Refusal as refusal:
        said = [refusal.code, refusal.sentence]
    except MemoryError:
        said = ["memory", ""]
    spent = time.process_time() - start
    peak = 0  # not getrusage, which counts the parent before the child was itself; told where /proc does
    with contextlib.suppress(OSError), open("/proc/self/status") as file:
        peak = next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    print(json.dumps([*said, spent, peak * 1024]), flush=True)
"""


def watched(files: dict[str, tuple[str, bytes]], folder: Path) -> dict[str, list[str]]:
    """Judge files in one child whose memory is bounded: 200 MB for all it holds, Python and libraries included.

    Return, by kind, the code and the sentence it was answered; print the slowest and the peak.
    """
    lines = []
    for number, (name, raw) in enumerate(files.values()):
        path = folder / str(number)
        path.write_bytes(raw)
        lines.append(json.dumps([name, str(path)]))
    child = subprocess.run(
        [sys.executable, "-c", WATCHED.format(most=MOST_MEMORY)],
        input="\n".join(lines), capture_output=True, text=True, cwd=PROJECT, check=False, env=_quiet(),
    )  # fmt: skip
    assert child.returncode == 0, child.stderr[-2000:]
    answers = dict(zip(files, map(json.loads, child.stdout.splitlines()), strict=True))
    slowest = max(answers, key=lambda kind: answers[kind][2])
    peak = max(peak for *_, peak in answers.values())
    print(
        f"{len(answers)} kinds; slowest: {slowest}, {answers[slowest][2]:.2f} s of processor; peak: {peak / 1e6:.0f} MB"
    )
    return {kind: answer[:2] for kind, answer in answers.items()}


def _quiet() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(PROJECT), "DJANGO_SETTINGS_MODULE": "config.settings"}


def test_every_hostile_file_is_refused_within_two_hundred_megabytes(tmp_path: Path) -> None:
    assert len(HOSTILE) >= 25
    said = watched({kind: make() for kind, make in HOSTILE.items()}, tmp_path)
    assert {kind: answer for kind, answer in said.items() if not answer[0].startswith("upload_")} == {}
    assert all(len(sentence) > 20 for _, sentence in said.values())


def test_the_bound_is_real_a_naive_reader_breaks_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: unfolding a stream to look inside it, as a reader without bound does."""
    naive = WATCHED.replace("said = [\"received\", file_kind(raw, name)]", (
        "import zlib; said = ['received', str(len(zlib.decompress(raw[raw.find(b'stream') + 7:raw.rfind(b'\\nendstream')])))]"
    ))  # fmt: skip
    monkeypatch.setattr(sys.modules[__name__], "WATCHED", naive)
    said = watched({"bomb of pages": HOSTILE["bomb of pages"]()}, tmp_path)
    assert said["bomb of pages"][0] == "memory"


def test_a_file_made_to_keep_us_busy_costs_no_more_than_another(tmp_path: Path) -> None:
    """Each stays under every bound; read carelessly, each took minutes. The child has ten seconds of processor for all."""
    nearly_deep = b"[" * (DEEP - 1) + b"x"
    busy = {
        "tables": many_tables(400),
        "arrays": pdf(nearly_deep * (9 * MB // DEEP)),
        "dictionaries": pdf((b"<</A" * (DEEP - 1) + b"(x)") * (9 * MB // DEEP // 5)),
    }
    said = watched({kind: ("scan.pdf", raw) for kind, raw in busy.items()}, tmp_path)
    assert set(map(tuple, said.values())) == {("received", "application/pdf")}


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("scan.png", PNG, "image/png"),
        ("Scan du 3 mars.PNG", PNG + b"\n", "image/png"),
        ("photo.JPG", JPEG, "image/jpeg"),
        ("photo.jpeg", jpeg(3024, 4032, extra=b"\xff\xfe\x00\x08camera"), "image/jpeg"),
        ("contrat signé (2).pdf", pdf(stream(b"", b"BT (Bonjour) Tj ET")), "application/pdf"),
        ("plan.png", png(4960, 7016), "image/png"),  # A4 at 600 points per inch
        ("lien.pdf", pdf(b"<< /S /URI /URI (https://exemple.fr) >>"), "application/pdf"),
    ],
)
def test_what_people_really_send_is_received(name: str, raw: bytes, kind: str) -> None:
    assert file_kind(raw, name) == kind
    assert extension_of(kind) in ("png", "jpg", "pdf")


def test_a_sentence_says_what_to_do() -> None:
    with pytest.raises(Refusal, match="dépasse 10 Mo"):
        scan_kind(PNG + b"0" * MOST_BYTES)
    with pytest.raises(Refusal, match="renommez"):
        file_kind(PNG, "../x.png")
