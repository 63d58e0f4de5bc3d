"""Videos of sessions: the session's times, readable however they end."""

import subprocess
import sys
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from repose.live.film import AHEAD, Film


def picture(
    number: int, size: tuple[int, int] = (120, 160)
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = np.full((*size, 3), 40, np.uint8)
    image[:, number % 100 : number % 100 + 20] = 220
    return image


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert stream.time_base is not None
        return [float((frame.pts or 0) * stream.time_base) for frame in file.decode(stream)]


def add_all(film: Film, times: list[float]) -> None:
    for number, time_s in enumerate(times):
        # Half-way the pictures become smaller, as on a machine that is too slow.
        before = film.left_out
        while True:
            film.add(time_s, picture(number, (121, 161) if number < len(times) / 2 else (60, 80)))
            if film.left_out == before:
                break
            before = film.left_out


def test_a_video_has_the_times_of_its_session(tmp_path: Path) -> None:
    times = [20 + 0.033 * k + (0.01 if k % 3 else 0) for k in range(70)]
    film = Film(tmp_path / "videos" / "one.mp4")
    add_all(film, times)
    film.close()
    film.close()
    assert film.trouble is None
    assert not film.running
    assert times_of(tmp_path / "videos" / "one.mp4") == pytest.approx(times, abs=1e-4)
    assert (tmp_path / "videos" / "one.mp4").stat().st_mode & 0o077 == 0


def test_pictures_are_left_out_rather_than_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Film, "_write", lambda _: go_on.wait(30))
    film = Film(tmp_path / "one.mp4")
    for k in range(AHEAD + 5):
        film.add(float(k), picture(k))
    assert film.left_out == 5
    go_on.set()
    film.close()


def test_a_video_that_cannot_be_written_says_so_and_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / "videos").touch()
    film = Film(tmp_path / "videos" / "one.mp4")
    for k in range(20):
        film.add(float(k), picture(k))
    film.close()
    assert film.trouble is not None
    assert film.trouble.startswith("The video is not being kept: ")


def test_whatever_goes_wrong_with_a_video_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Film) -> None:
        raise MemoryError("no more of it")

    monkeypatch.setattr(Film, "_write", fail)
    film = Film(tmp_path / "one.mp4")
    for k in range(20):
        film.add(float(k), picture(k))
    film.close()
    assert film.trouble is not None
    assert "no more of it" in film.trouble


def test_a_video_without_pictures_leaves_no_file(tmp_path: Path) -> None:
    Film(tmp_path / "one.mp4").close()
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, sys, time
from pathlib import Path
from repose.live.film import Film
from tests.live.test_film import add_all
film = Film(Path(sys.argv[1]))
add_all(film, [k / 30 for k in range(200)])
time.sleep(0.5)
os._exit(9)
"""


def test_a_video_of_a_killed_program_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "one.mp4"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=Path(__file__).parents[2], check=False)
    times = times_of(path)
    assert times[0] == 0
    assert times[-1] > 4
