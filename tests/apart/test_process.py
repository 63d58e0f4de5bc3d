"""A process apart may crash, hang or starve, and ends when it should."""

import errno
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repose.apart.limits import Limits
from repose.apart.pictures import Pictures
from repose.apart.process import Apart, Ending, LostError
from tests.apart.gone import gone, open_files

PATIENCE_S = 60.0
"""Longest wait for an answer: only a test that fails waits so long."""

Start = Callable[..., Apart]


def made(work: str, memory_mb: int = 1000, **about: Any) -> Apart:
    return Apart(
        f"tests.apart.workers:{work}", Limits(memory_mb), about=about, places=2, place_bytes=3 * 60 * 80
    )


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts processes that do not outlive the test."""
    begun: list[Apart] = []

    def begin(work: str, **about: Any) -> Apart:
        begun.append(made(work, **about))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()
        assert gone(one.pid)


def test_messages_and_pictures_go_there_and_back(start: Start) -> None:
    echo, negative = start("echo"), start("negative")
    for message in (b"", b"one", bytes(60_000)):
        echo.send(message)
        assert echo.receive(PATIENCE_S) == message
    picture = np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8)
    for place, seen in enumerate((picture, picture[:7, :9])):
        negative.pictures.put(place, seen)
        negative.send(bytes([place, *seen.shape[:2]]))
        assert negative.receive(PATIENCE_S) == b"done"
        np.testing.assert_array_equal(negative.pictures.view(place, *seen.shape[:2]), 255 - seen)


@pytest.mark.parametrize(
    ("place", "height", "width"), [(0, 61, 80), (0, 0, 5), (0, -1, -1), (2, 1, 1), (-1, 1, 1)]
)
def test_a_picture_that_does_not_fit_is_refused(place: int, height: int, width: int) -> None:
    pictures = Pictures.make(2, 3 * 60 * 80)
    with pytest.raises(ValueError, match="does not fit into place"):
        pictures.view(place, height, width)
    os.close(int(pictures.key))
    pictures.close()


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS"])
def test_a_crash_is_told(name: str, start: Start) -> None:
    apart = start("kill_itself", signal=name)
    with pytest.raises(LostError, match=rf"^crashed \({name}\)$") as lost:
        apart.receive(PATIENCE_S)
    assert lost.value.ending is Ending.CRASHED
    for _ in range(2):
        with pytest.raises(LostError):
            apart.send(b"anybody there?")
        with pytest.raises(LostError):
            apart.receive(PATIENCE_S)


def test_one_that_the_system_ends_may_have_wanted_memory(start: Start) -> None:
    with pytest.raises(LostError, match="was ended by the system, perhaps for want of memory"):
        start("kill_itself", signal="SIGKILL").receive(PATIENCE_S)


def test_a_mistake_in_the_work_ends_it(start: Start) -> None:
    with pytest.raises(LostError, match=r"ended by itself \(code 1\)"):
        start("fail").receive(PATIENCE_S)


def test_one_that_does_not_answer_is_ended(start: Start) -> None:
    apart = start("hang")
    assert apart.receive(PATIENCE_S) == b"hanging"
    os.kill(apart.pid, signal.SIGSTOP)
    with pytest.raises(LostError, match=r"did not answer for 0\.2 s") as lost:
        apart.receive(0.2)
    assert lost.value.ending is Ending.HUNG
    assert gone(apart.pid)


def test_one_that_wants_too_much_memory_is_told(start: Start) -> None:
    with pytest.raises(LostError) as lost:
        start("hoard", memory_mb=100).receive(PATIENCE_S)
    assert lost.value.ending is Ending.OUT_OF_MEMORY


def test_it_has_little_and_may_do_little(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPOSE_SECRET", "hunter2")
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    # What lies in the folder that the user is in is not run.
    (tmp_path / "numpy.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    said = json.loads(start("tell", file=str(tmp_path / "file")).receive(PATIENCE_S))
    assert "hunter2" not in str(said["environment"])
    assert str(tmp_path) not in said["path"]
    assert said["stdin"] == ""
    assert said["core"] == [0, 0]
    assert said["files"] < 12
    assert "NoNewPrivs:\t1" in said["status"]
    assert said["first_to_go"] >= 500
    assert said["writing"] == errno.EFBIG
    assert said["opening"] == errno.EMFILE
    assert (tmp_path / "file").read_bytes() == b""


def test_the_last_word_is_heard(start: Start) -> None:
    apart = start("say_last")
    apart.send(b"unread")
    assert apart.receive(PATIENCE_S) == b"the last word"


@pytest.mark.parametrize("work", ["hang", "toil"])
def test_it_ends_with_the_process_that_it_works_for(work: str) -> None:
    code = (
        "import time; from tests.apart.test_process import made\n"
        f"apart = made({work!r}); apart.receive(60); print(apart.pid, flush=True); time.sleep(60)"
    )
    top = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(top)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        assert gone(pid)


def test_one_that_was_forgotten_ends(start: Start) -> None:
    apart = made("hang")
    pid = apart.pid
    del apart
    gc.collect()
    assert gone(pid)


def test_nothing_is_left_over() -> None:
    before = open_files()
    for number in range(20):
        apart = made("echo")
        if number % 4 == 0:  # the others are not even awake
            apart.send(b"one")
            apart.receive(PATIENCE_S)
        apart.close()
        apart.close()
    assert open_files() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(apart.pid, os.WNOHANG)
