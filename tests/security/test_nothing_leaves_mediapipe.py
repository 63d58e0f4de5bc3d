"""A MediaPipe that sends is refused by every command that would look through it, before it is imported."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"

COMMANDS = {
    "count": ("count", "{clip}", "--exercise", "heel-slides"),
    "live": ("live", "--source", "{clip}", "--no-browser", "--port", "0", "--keep-nothing"),
    "bench": ("bench", "counting", "{clip}", "--exercise", "heel-slides", "--rounds", "1"),
    "doctor": ("doctor",),
}
"""Each command that runs the pose model."""


def refused(names: Iterable[str], other: Path, clip: Path) -> dict[str, tuple[int, str]]:
    """Run these commands with another MediaPipe before the installed one: exit codes, and what was said."""
    path = os.pathsep.join(filter(None, (str(other), os.environ.get("PYTHONPATH"))))
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "repose", *(part.format(clip=clip) for part in COMMANDS[name])],
            env=os.environ | {"PYTHONPATH": path},
            cwd=other,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in names
    }
    said = {name: process.communicate()[0] for name, process in running.items()}
    return {name: (process.returncode, said[name]) for name, process in running.items()}


def another_mediapipe(folder: Path, version: str | None) -> Path:
    """A package of this name that tells when it is imported, installed by pip in this version or by hand."""
    package = folder / "mediapipe"
    package.mkdir(parents=True)
    told = f"open({str(folder / 'imported')!r}, 'w').close()\n"
    (package / "__init__.py").write_text(told, encoding="utf-8")
    if version is not None:
        about = folder / f"mediapipe-{version}.dist-info"
        about.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: mediapipe\nVersion: {version}\n"
        (about / "METADATA").write_text(metadata, encoding="utf-8")
    return folder


def test_every_command_refuses_a_mediapipe_that_sends_before_it_is_imported(
    one_slide: Path, tmp_path: Path
) -> None:
    other = another_mediapipe(tmp_path / "other", "1.2.2")
    why = "MediaPipe 1.2.2 sends usage data over the network, which must not happen"
    for name, (code, said) in refused(COMMANDS, other, one_slide).items():
        assert code == (1 if name == "doctor" else 2), (name, said)
        assert why in said, (name, said)
        assert "Traceback" not in said, (name, said)
    assert not (other / "imported").exists(), "it was imported, which is when it begins to send"


def test_one_that_stands_before_the_installed_one_is_refused(one_slide: Path, tmp_path: Path) -> None:
    other = another_mediapipe(tmp_path / "other", None)
    ((code, said),) = refused(["count"], other, one_slide).values()
    assert code == 2, said
    assert f"Python would import {other}" in said
    assert "nobody knows what that one sends" in said
    assert said.count("\n") == 1
    assert not (other / "imported").exists()


ASKS = {
    "repose/pose/landmarker.py": "repose/pose/landmarker.py",
    "repose/bench/counting.py": "repose/bench/counting.py",
    # Is begun by the other alone, in a process of its own.
    "repose/pose/apart_worker.py": "repose/pose/apart.py",
}
"""Each module that imports MediaPipe, and the one that asks for its version before."""


def test_nothing_imports_mediapipe_without_asking_for_its_version() -> None:
    importing = re.compile(r"^\s*(?:from|import) mediapipe\b|import_module\(.mediapipe", re.MULTILINE)
    texts = {path.relative_to(SOURCE).as_posix(): path.read_text("utf-8") for path in SOURCE.rglob("*.py")}
    assert {name for name, text in texts.items() if importing.search(text)} == set(ASKS)
    assert [name for name in ASKS.values() if "    check_mediapipe()" not in texts[name]] == []
