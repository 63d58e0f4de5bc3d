"""Whatever is stored is on the list of the privacy page, and nobody else at this computer may read it."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from repose.calibration import folder
from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import Profiles
from repose.live.film import Film
from repose.pose import bundle
from repose.sessions.database import VARIABLE as DATABASE
from repose.sessions.open_store import open_store
from repose.sessions.records import SetState
from repose.sessions.store import Store
from repose.web.access import Access
from repose.web.kept.data import LEFT_S
from repose.web.kept.stored import IN_BROWSER, Stored, stored
from tests.kept import played
from tests.program import RunCli
from tests.sessions.made import a_head, a_rep, a_set_head
from tests.sessions.old_databases import make_sqlite
from tests.web.kept.kept_pages import kept_pages

RECORDING = Path(__file__).parents[2] / "counting" / "golden" / "heel-slides.parquet"
STATIC = Path(__file__).parents[3] / "src" / "repose" / "web" / "static"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home in which nothing is yet, for a user who lets others read what they make."""
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home if name == "HOME" else home / name))
    for name in (VARIABLE, DATABASE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMPDIR", str(home / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(bundle, "checkout", lambda: None)
    monkeypatch.chdir(home)
    folder._of_the_user.cache_clear()
    before = os.umask(0o022)
    yield home
    os.umask(before)
    folder._of_the_user.cache_clear()


def made_in(home: Path) -> set[Path]:
    return {path for path in home.rglob("*") if not path.is_dir()}


def listed(store: Store) -> tuple[Stored, ...]:
    return stored(store, Profiles())


def live_session(store: Store) -> str:
    """What a live session keeps, with a video."""
    session = store.begin_session(a_head(store.person_named("Ada").id))
    film = Film(store.videos / f"{session}.mp4")
    for number in range(3):
        film.add(number / 30, np.full((48, 64, 3), 9, np.uint8))
    film.close()
    store.keep_video(session, f"{session}.mp4")
    of_set = store.begin_set(session, a_set_head(), SetState())
    store.keep_rep(of_set, a_rep())
    store.keep_landmarks(session, played("heel-slides", "left", 1, 0, 0.5, 4.0, 15.0))
    return session


def test_every_file_that_is_made_is_on_the_list_and_for_its_owner_only(home: Path, run_cli: RunCli) -> None:
    data = home / "XDG_DATA_HOME" / "repose"
    data.mkdir(parents=True, mode=0o700)
    make_sqlite(data / "repose.db", "0003")  # which is copied before it is brought up to date
    (data / "repose.db").chmod(0o600)
    commands: tuple[tuple[str, ...], ...] = (
        ("count", str(RECORDING), "--exercise", "heel-slides", "--save", "--person", "Ada"),
        ("calibrate", "set", "Ada", "heel-slides.target_deg=90", "--why", "x"),
        ("calibrate", "set", "Ada", "heel-slides.target_deg=80", "--why", "y"),
        ("calibrate", "set", "clinic", "heel-slides.complete_share=0.6", "--why", "z"),
        ("calibrate", "rollback", "Ada", "1", "--why", "back"),
        ("exercise", "copy", "heel-slides", "my-slides"),
        ("sessions",),
        ("report", "latest"),
        ("accuracy", "--person", "Ada"),
        ("audit", "check"),
    )
    for command in commands:
        said = run_cli(*command)
        assert said.code == 0, (command, said.err)
    bundle._keep(b"weights", "full.task")
    with closing(open_store()) as store:
        session = store.session(live_session(store))
        with kept_pages(store) as kept, kept.client() as client:
            for path in (
                "/history",
                f"/sessions/{session.id}",
                f"/sessions/{session.id}/report",
                f"/data/persons/{session.person.id}/export.zip",
                "/data/export.zip",
                f"/api/sessions/{session.id}/video",
                f"/api/sessions/{session.id}/landmarks?from_s=0&to_s=9",
                "/calibrate",
                "/audit",
                "/privacy",
            ):
                assert client.get(path).status_code == 200, path
            sent = client.post(
                "/api/recordings/landmarks",
                content=RECORDING.read_bytes(),
                headers={"Origin": kept.url, "Content-Type": "application/octet-stream"},
            )
            assert sent.status_code == 200, sent.text
            kinds = listed(store)
            on_list = {path for kind in kinds for path in kind.files}
            assert made_in(home) - on_list == set(), "add what is new to the list"
            there = {kind.title for kind in kinds if kind.files} - {"Points of the sample clips"}
            assert there == {
                "Database",
                "Witness of the log",
                "Copies from before updates",
                "Videos",
                "Calibration profiles",
                "Own exercises",
                "Pose models",
            }, "temporary files are gone, and of all else there is something"
    about_persons = {path for kind in kinds if kind.personal for path in kind.files}
    modes = {
        path.relative_to(home): oct(path.stat().st_mode & 0o777) for path in made_in(home) & about_persons
    }
    assert set(modes.values()) == {"0o600"}, modes
    folders = {path for path in data.rglob("*") if path.is_dir()}
    assert folders, "or nothing would be tested"
    assert {path for path in folders if path.stat().st_mode & 0o077} == set()
    assert [kind.readable for kind in kinds if kind.readable] == []


def test_a_new_folder_is_for_its_owner_only_whatever_is_made_first(home: Path, run_cli: RunCli) -> None:
    assert run_cli("calibrate", "set", "clinic", "heel-slides.complete_share=0.6", "--why", "z").code == 0
    data = home / "XDG_DATA_HOME" / "repose"
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "calibration" / "clinic.toml").stat().st_mode & 0o777 == 0o600


def test_what_is_given_out_is_for_its_owner_only_too(home: Path, run_cli: RunCli) -> None:
    assert run_cli("count", RECORDING, "--exercise", "heel-slides", "--save", "--person", "Ada").code == 0
    assert run_cli("export", "--all", "--to", home / "all.zip").code == 0
    assert run_cli("export", "--all", "--to", home / "all").code == 0
    assert run_cli("report", "latest", "--html", home / "report.html").code == 0
    modes = {name: (home / name).stat().st_mode & 0o077 for name in ("all.zip", "all", "report.html")}
    assert modes == {"all.zip": 0, "all": 0, "report.html": 0}


def test_a_file_that_others_may_read_is_told(home: Path) -> None:
    with closing(open_store()) as store:
        store.person_named("Ada")
        file = store.place.file
        assert file is not None
        file.chmod(0o644)
        assert [kind.readable for kind in listed(store) if kind.readable] == [], "its folder keeps them out"
        file.parent.chmod(0o755)
        assert [kind.readable for kind in listed(store) if kind.readable] == [(file,)]
        with kept_pages(store) as kept, kept.client() as client:
            page = client.get("/privacy").text
    assert "Others at this computer may read one of the files" in page
    assert f"<code>{file}</code>; <code>chmod go= FILE</code> mends it" in page


def test_what_a_killed_export_left_is_on_the_list_and_goes_a_day_later(home: Path) -> None:
    left, fresh = (home / "tmp" / f"repose-export-{name}" for name in ("left", "fresh"))
    for one in (left, fresh):
        one.mkdir()
        (one / "export.zip").write_bytes(b"health")
    day_ago = time.time() - LEFT_S - 60
    os.utime(left, (day_ago, day_ago))
    with closing(open_store()) as store:
        (temporary,) = [kind for kind in listed(store) if kind.title == "Temporary files"]
        assert set(temporary.files) == {left / "export.zip", fresh / "export.zip"}
        with kept_pages(store):
            assert not left.exists()
            assert fresh.exists(), "another Repose may be sending it"
    shutil.rmtree(fresh)


def test_all_that_pages_have_the_browser_remember_is_on_the_list() -> None:
    scripts = {path: path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js")}
    text = "\n".join(scripts.values())
    named = set(re.findall(r'"(repose\.[a-z]+)"', text))
    cookie = Access(8350).cookie_name.replace("8350", "PORT")
    assert named | {f"the cookie {cookie}"} == {one.key for one in IN_BROWSER}
    who = {path.name for path, script in scripts.items() if re.search(r"(local|session)Storage", script)}
    assert who == {"theme.js", "client.js", "dom.js"}, "only these touch the browser's storage"
    for other in ("indexedDB", "document.cookie", "caches.", "serviceWorker"):
        assert other not in text
