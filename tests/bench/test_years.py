"""Years of made-up sessions: as many as were asked for, the same from the same seed."""

from pathlib import Path

import pytest

from repose.bench.pages import judged_sets, page_times
from repose.bench.years import Made, Wanted, database_bytes, make_years
from repose.coaching.programme import plan, usual_programme
from repose.errors import ReposeError
from repose.sessions.records import Selection
from repose.sessions.sql_store import SqlStore
from tests.kept import played

WANTED = Wanted(persons=2, days=4, signed_off=0.5, recorded=1, seed=3)


def make(path: Path) -> tuple[SqlStore, Made]:
    SqlStore(str(path), path.parent / "videos").close()
    told: list[tuple[int, int]] = []
    recording = played("heel-slides", "left", 1, 0, 0.5, 2.0, 15.0)
    made = make_years(str(path), WANTED, recording, lambda done, of: told.append((done, of)))
    assert told[-1] == (made.sessions, 8)
    return SqlStore(str(path), path.parent / "videos"), made


def test_what_was_made_is_there_and_can_be_looked_at(tmp_path: Path) -> None:
    store, made = make(tmp_path / "repose.db")
    entries = store.sessions()
    sets = len(plan(usual_programme()))
    assert (made.sessions, made.sets) == (len(entries), len(entries) * sets)
    assert made.reps == sum(entry.reps + entry.partials for entry in entries)
    assert len({entry.person.id for entry in entries}) == WANTED.persons
    assert judged_sets(store) == sets * len(store.judged(Selection()).sets) > 0
    recorded = [entry for entry in entries if store.session(entry.id).recorded_s]
    assert len(recorded) == 1
    tracks = list(store.landmarks(recorded[0].id))
    assert sum(len(track.time_s) for track in tracks) == pytest.approx(made.recorded_s * 15, rel=0.02)
    assert database_bytes(tmp_path / "repose.db") > made.recorded_bytes
    pages: list[str] = []
    times = page_times(store, pages.append)
    assert [one.name for one in times] == pages
    assert all(one.size > 1000 and one.seconds <= one.longest_s for one in times)
    store.close()


def test_the_same_seed_gives_the_same_reps(tmp_path: Path) -> None:
    figures = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        store, _ = make(tmp_path / name / "repose.db")
        person = store.persons()[0]
        figures.append([(one.set_id, one.angle_deg, one.tempo_s) for one in store.set_figures(person.id)])
        store.close()
    assert figures[0] == figures[1]


def test_a_database_with_sessions_is_left_alone(tmp_path: Path) -> None:
    store, _ = make(tmp_path / "repose.db")
    before = store.sessions()
    recording = played("heel-slides", "left", 1, 0, 0.5, 2.0, 15.0)
    with pytest.raises(ReposeError, match="holds sessions already"):
        make_years(str(tmp_path / "repose.db"), WANTED, recording, lambda *_: None)
    assert store.sessions() == before
    store.close()
