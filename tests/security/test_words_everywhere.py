"""What people type is shown as they typed it, wherever it is shown: never markup, a formula or a command."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest

from repose.calibration.folder import VARIABLE as CALIBRATION
from repose.calibration.profiles import Profiles
from repose.exercises.own import own_folder
from repose.sessions.database import VARIABLE
from repose.sessions.sql_store import SqlStore
from tests.exercises.own_files import example_text, own_folder_in
from tests.kept import a_session, kept_store
from tests.program import RunCli
from tests.security.markup_check import in_page
from tests.web.coach.running import Running, running

WORDS: Final = """=1+"'><b evil onx=1>&lt;%s{{7*7}}"""
OWN: Final = WORDS.replace('"', "").replace("{{7*7}}", "")
"""As an exercise's file takes it."""

PLACES: Final = (
    "/", "/history", "/history?person={person}", "/history?day={words}", "/sessions",
    "/sessions?person={words}", "/sessions/{session}", "/sessions/{words}", "/sessions/{own}",
    "/sessions/{session}/report", "/sessions/{own}/report", "/accuracy", "/accuracy?person={person}&since=",
    "/annotate", "/annotate?session={session}", "/annotate?session={words}", "/calibrate?session={session}",
    "/calibrate?person={person}&exercise=heel-slides", "/calibrate?exercise={words}", "/data",
    "/data?person={person}", "/privacy", "/audit", "/protocol", "/sign-in?to={words}", "/?token={words}",
)  # fmt: skip


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as made:
        yield made


@pytest.fixture(scope="module")
def own_exercise(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> None:
    """An exercise of the user's own with these words wherever it has words."""
    own_folder_in(tmp_path_factory.mktemp("own"), patch)
    head, *parts = re.split(r"(?m)^(?=\[\[)", example_text())
    said = r'(?m)^((?:{}) += )".*?"'
    head = re.sub(said.format("name|position|rest|going|holding|returning"), rf'\1"{OWN}"', head)
    parts = [re.sub(said.format("text|limit|why"), rf'\1"{OWN}"', part) for part in parts]
    text = (head + "".join(parts)).replace('slug = "squat"', 'slug = "evil"')
    assert text.count(OWN) > 5
    (own_folder() / "evil.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    with closing(kept_store(tmp_path_factory.mktemp("words"))) as made:
        yield made


@pytest.fixture(scope="module")
def filled(store: SqlStore, own_exercise: None) -> dict[str, str]:
    """A session with these words in all that can be typed, and one of the exercise."""
    software = {"repose": WORDS, WORDS: "1"}
    session = a_session(store, WORDS, source=WORDS, model=WORDS[:20], software=software, rate=15.0)
    own = a_session(store, WORDS, "evil", 1, 0, source=WORDS, rate=15.0)
    person = store.session(session).person.id
    return {"session": session, "own": own, "person": person, "words": quote(WORDS, safe="")}


@pytest.fixture(scope="module")
def server(store: SqlStore, filled: dict[str, str]) -> Iterator[Running]:
    Profiles().save(WORDS, {"heel-slides.hold_deg": 4}, who=WORDS, why=WORDS, expected=0, recordings=(WORDS,))
    with running(store=store) as made, made.browser() as client:
        judge(client, store, filled["session"])
        yield made


def judge(client: httpx.Client, store: SqlStore, session: str) -> None:
    """A reviewer's words on a set."""
    kept = store.session(session).sets[0]
    reps: list[dict[str, Any]] = [
        {"side": "left", "peak_s": 3.0, "faults": [WORDS]},
        {"side": "left", "peak_s": 9.0, "complete": False, "reason": WORDS},
    ]
    truth = {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "note": WORDS, "reps": reps}
    change = {"type": "reject", "event": f"m{kept.reps[0].id}"}
    for path, body in (
        (f"/api/sessions/{session}/changes", {"change": change, "who": WORDS, "why": WORDS, "after": None}),
        (
            f"/api/sessions/{session}/sets/{kept.id}/annotations",
            {"who": WORDS, "text": json.dumps({**truth, "not_measurable": WORDS})},
        ),
    ):
        answer = client.post(path, json=body, headers={"Origin": str(client.base_url).rstrip("/")})
        assert answer.status_code < 300, answer.text


def test_pages_show_words_as_words(server: Running, filled: dict[str, str]) -> None:
    showing = 0
    with server.browser() as client:
        for place in PLACES:
            path = place.format(**filled)
            answer = client.get(path, headers={"Accept": "text/html"})
            assert answer.status_code < 500, path
            styled = "'sha256-" in answer.headers["Content-Security-Policy"]
            assert in_page(answer.text, str(answer.url), inline_style=styled) == [], path
            assert "<b evil" not in answer.text, path
            assert "1+49" not in answer.text.replace(" ", ""), path
            showing += "evil onx=1" in answer.text
    assert showing > len(PLACES) / 2


def test_tables_take_words_for_words(server: Running, filled: dict[str, str]) -> None:
    with server.browser() as client:
        answer = client.get(f"/data/persons/{filled['person']}/export.zip")
    cells = 0
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            assert re.fullmatch(r"[\w./-]+", name), name
            assert ".." not in name
            if name.endswith(".csv"):
                rows = list(csv.reader(io.StringIO(archive.read(name).decode())))
                assert len({len(row) for row in rows}) == 1, name
                words = [cell for row in rows for cell in row if "evil" in cell]
                assert not [cell for cell in words if cell.startswith(("=", "+", "-", "@"))], name
                cells += len(words)
    assert cells > 5


def test_a_reports_name_is_a_name(server: Running, filled: dict[str, str]) -> None:
    with server.browser() as client:
        answer = client.get(f"/sessions/{filled['session']}/report.pdf")
    assert answer.content.startswith(b"%PDF")
    assert re.fullmatch(r'(inline|attachment); filename="[\w. -]+"', answer.headers["Content-Disposition"])


TERMINAL: Final = "[/x] [bold]Ada :boom: [link=x]"


@pytest.mark.parametrize("command", [["sessions"], ["calibrate", "list"]])
def test_the_terminal_shows_words_as_words(
    command: list[str], run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Rich would take for colour, a link or a picture is none."""
    with closing(kept_store(tmp_path)) as kept:
        a_session(kept, TERMINAL, reps=1, partials=0, source=TERMINAL, recorded=False)
        monkeypatch.setenv(VARIABLE, str(tmp_path / "repose.db"))
    monkeypatch.setenv(CALIBRATION, str(tmp_path / "calibration"))
    Profiles().save(TERMINAL, {"heel-slides.hold_deg": 4}, who=TERMINAL, why=TERMINAL, expected=0)
    monkeypatch.setenv("COLUMNS", "400")
    said = run_cli(*command)
    assert said.code == 0, said
    assert TERMINAL in said.out, said
