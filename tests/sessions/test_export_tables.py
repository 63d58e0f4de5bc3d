"""What is kept comes out of an export as it was, in every format."""

import csv
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose import INTENDED_USE, __version__
from repose.coaching.programme import usual_programme
from repose.errors import ReposeError
from repose.sessions.export import export
from repose.sessions.export_tables import TABLES, Column, Table
from repose.sessions.export_writers import TableWriter, cell_text, text_of_cell
from repose.sessions.records import LONGEST_NAME
from repose.sessions.sql_store import SqlStore
from tests.kept import BEGUN_AT, a_session, kept_store

NAME = '=HYPERLINK("http://x"),Ünal\'s <b>žofie</b> 🦵'


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    """Two persons, one with a reviewed and annotated session."""
    store = kept_store(tmp_path)
    session_id = a_session(store, NAME, "heel-slides", reps=2, partials=1, sides=("left", "right"), rate=15)
    a_session(
        store, "Bob", "backwards-stretch", reps=1, sides=("both",), ended=False, unseen_s=(1, 2), rate=15
    )
    session = store.session(session_id)
    first, second = session.sets
    rejected, judged = first.reps[0].id, first.reps[-1].id
    change = store.add_change(
        session_id,
        "Grace\nHopper",
        "=no, it\nis not",
        {"type": "reject", "event": f"m{rejected}"},
        after=None,
    )
    change = store.add_change(
        session_id, "Grace", "", {"type": "judge", "event": f"m{judged}", "complete": True}, after=change.id
    )
    store.add_change(session_id, "Grace", "", {"type": "sign_off", "set_id": second.id}, after=change.id)
    reps = [{"side": "right", "complete": True, "peak_s": kept.rep.peak_s} for kept in second.reps]
    truth = {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "side": "right", "reps": reps}
    store.add_annotation(second.id, "Grace", truth)
    store.prescribe(session.person.id, usual_programme(), BEGUN_AT)
    return store


def exported(store: SqlStore, to: Path) -> Path:
    assert export(store, to, person_ids=[person.id for person in store.persons()]) == []
    return to


def from_parquet(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def comparable(column: Column, value: Any) -> Any:
    """A value read from Parquet, as JSON has it."""
    if column.kind == "json":
        return None if value is None else json.loads(value)
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def from_cell(column: Column, cell: str) -> Any:
    """A value as CSV has it, as JSON has it."""
    if cell == "" and column.kind not in ("text", "list"):
        return None
    match column.kind:
        case "whole":
            return int(cell)
        case "number":
            return float(cell)
        case "yes_no":
            return {"true": True, "false": False}[cell]
        case "json":
            return json.loads(cell)
        case "list":
            return text_of_cell(cell).split(";") if cell else []
        case "text":
            return text_of_cell(cell)
    return cell


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_csv_parquet_and_json_hold_the_same(table: Table, store: SqlStore, tmp_path: Path) -> None:
    to = exported(store, tmp_path / "out")
    said = json.loads((to / f"{table.name}.json").read_text("utf-8"))
    rows = said["rows"]
    assert rows, "each table has rows in this example"
    assert [list(row) for row in rows] == [[column.name for column in table.columns]] * len(rows)
    by_name = {column.name: column for column in table.columns}
    assert [
        {name: comparable(by_name[name], value) for name, value in row.items()}
        for row in from_parquet(to / f"{table.name}.parquet")
    ] == rows
    with (to / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    # In a cell, nothing and an empty text look the same.
    assert [{name: from_cell(by_name[name], cell) for name, cell in row.items()} for row in cells] == [
        {name: "" if value is None and by_name[name].kind == "text" else value for name, value in row.items()}
        for row in rows
    ]


def test_the_numbers_are_those_of_the_store(store: SqlStore, tmp_path: Path) -> None:
    to = exported(store, tmp_path / "out")
    reps = {row["rep_id"]: row for row in from_parquet(to / "reps.parquet")}
    kept = [
        (session, one, rep)
        for entry in store.sessions()
        for session in [store.session(entry.id)]
        for one in session.sets
        for rep in one.reps
    ]
    assert len(reps) == len(kept) > 0
    for session, one, rep in kept:
        row = reps[rep.id]
        assert (row["session_id"], row["set_id"], row["exercise"]) == (session.id, one.id, one.head.exercise)
        for name in (
            "side",
            "start_s",
            "peak_s",
            "end_s",
            "hold_start_s",
            "hold_s",
            "excursion",
            "confidence",
        ):
            assert row[name] == getattr(rep.rep, name)
        assert {name: row[f"{name}_deg"] for name in rep.rep.peak} == rep.rep.peak
        assert (row["reason"], tuple(row["faults"])) == (rep.rep.reason, rep.rep.faults)


def test_what_review_says_stands_beside_what_the_machine_said(store: SqlStore, tmp_path: Path) -> None:
    to = exported(store, tmp_path / "out")
    (reviewed,) = [row for row in from_parquet(to / "sessions.parquet") if row["changes"]]
    # Two reps and a partial each side; of the left ones a rep was rejected, and the partial judged a rep.
    assert (reviewed["reps"], reviewed["partials"]) == (4, 2)
    assert (reviewed["reviewed_reps"], reviewed["reviewed_partials"]) == (4, 1)
    events = [
        row for row in from_parquet(to / "events.parquet") if row["session_id"] == reviewed["session_id"]
    ]
    assert sorted(row["verdict"] for row in events) == ["changed", "rejected", *["unreviewed"] * 4]
    changes = from_parquet(to / "changes.parquet")
    assert [(row["type"], row["why"], row["in_force"]) for row in changes] == [
        ("reject", "=no, it\nis not", True),
        ("judge", "", True),
        ("sign_off", "", True),
    ]
    assert sum(row["signed_off"] for row in from_parquet(to / "sets.parquet")) == 1


def test_every_export_says_what_it_is(store: SqlStore, tmp_path: Path) -> None:
    to = exported(store, tmp_path / "out")
    about = json.loads((to / "about.json").read_text("utf-8"))
    readme = " ".join((to / "README.txt").read_text("utf-8").split())
    assert about["intended_use"] == INTENDED_USE
    assert about["repose"] == __version__
    assert about["problems"] == []
    assert INTENDED_USE in readme
    for table in TABLES:
        head = json.loads((to / f"{table.name}.json").read_text("utf-8"))["about"]
        schema = pq.read_schema(to / f"{table.name}.parquet")
        for said in (head, json.loads((schema.metadata or {})[b"repose.about"])):
            assert said["intended_use"] == INTENDED_USE
            assert said["repose"] == __version__
            assert said["angles"]["knee_flexion"].startswith("0 = straight")
        for column in table.columns:
            assert about["tables"][table.name]["columns"][column.name]["meaning"] == column.meaning
            assert (schema.field(column.name).metadata or {})[b"meaning"].decode() == column.meaning
            assert f"{column.name} ({column.kind})" in readme


def test_no_file_is_named_after_a_person(store: SqlStore, tmp_path: Path) -> None:
    to = exported(store, tmp_path / "out.zip")
    with zipfile.ZipFile(to) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        person = json.loads(archive.read("persons.json"))["rows"][0]["name"]
    assert {"README.txt", "about.json", "reps.csv", "reps.parquet", "reps.json"} <= set(names)
    assert person in (NAME, "Bob")
    assert not [name for name in names if "nal" in name or "Bob" in name or not name.isascii()]


def test_only_the_formats_that_were_asked_for_are_written(store: SqlStore, tmp_path: Path) -> None:
    session = store.sessions(limit=1)[0]
    export(store, tmp_path / "out", session_ids=[session.id], formats=["csv"])
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {*(f"{table.name}.csv" for table in TABLES), "README.txt", "about.json", "recordings"}
    # Of a person whose session alone is exported, no prescription goes along.
    assert (tmp_path / "out" / "persons.csv").read_text("utf-8").count("\n") == 2


def test_a_person_without_a_session_can_be_exported(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    person = store.person_named("Zoë")
    export(store, tmp_path / "out", person_ids=[person.id])
    assert [row["name"] for row in from_parquet(tmp_path / "out" / "persons.parquet")] == ["Zoë"]
    assert from_parquet(tmp_path / "out" / "reps.parquet") == []
    assert json.loads((tmp_path / "out" / "reps.json").read_text("utf-8"))["rows"] == []


def test_what_is_there_is_not_overwritten(store: SqlStore, tmp_path: Path) -> None:
    ids = [entry.id for entry in store.sessions()]
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine")
    for to in (taken, taken / "mine.txt", tmp_path / "no" / "folder", tmp_path / "no" / "x.zip"):
        with pytest.raises(ReposeError):
            export(store, to, session_ids=ids)
    assert [path.name for path in taken.iterdir()] == ["mine.txt"]
    with pytest.raises(ReposeError, match="there is no session"):
        export(store, tmp_path / "out", session_ids=["f" * 32])
    empty = tmp_path / "empty"
    empty.mkdir()
    export(store, empty, session_ids=ids)
    assert (empty / "README.txt").is_file()


def test_an_export_that_fails_leaves_nothing(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "outs"
    folder.mkdir()
    monkeypatch.setattr("repose.sessions.export.session_rows", full)
    for name in ("out", "out.zip"):
        with pytest.raises(ReposeError, match="No space left on device"):
            export(store, folder / name, session_ids=[store.sessions()[0].id])
    assert list(folder.iterdir()) == []


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_text_survives_its_cell_and_is_no_formula(text: str) -> None:
    assert text_of_cell(cell_text(text)) == text
    assert not cell_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=LONGEST_NAME)


@given(names)
@settings(max_examples=50, deadline=None)
def test_any_name_comes_out_as_it_went_in(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("names")
    table = Table("persons", "", (Column("name", "text", ""), Column("number", "whole", "")))
    files: dict[Any, Path] = {kind: folder / f"persons.{kind}" for kind in ("csv", "parquet", "json")}
    with TableWriter(table, files, BEGUN_AT) as writer:
        writer.write({"name": name, "number": 7})
    assert json.loads(files["json"].read_text("utf-8"))["rows"] == [{"name": name, "number": 7}]
    assert pq.read_table(files["parquet"]).to_pylist() == [{"name": name, "number": 7}]
    (row,) = csv.DictReader(io.StringIO(files["csv"].read_bytes().decode(), newline=""))
    assert (text_of_cell(row["name"]), row["number"]) == (name, "7")
