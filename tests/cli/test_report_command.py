"""`repose report` and `repose export` as they are typed."""

import zipfile
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from repose import INTENDED_USE
from tests.kept import BEGUN_AT, a_session, kept_store
from tests.program import RunCli


@pytest.fixture
def ids(tmp_path: Path) -> list[str]:
    """Two sessions in a database; the second is the newer one."""
    store = kept_store(tmp_path)
    found = [
        a_session(store, "[bold]Ünal[/bold]", reps=2, rate=15),
        a_session(store, "Bob", reps=1, rate=15, begun_at=BEGUN_AT + timedelta(days=1)),
    ]
    store.close()
    return found


@pytest.fixture
def database(tmp_path: Path) -> list[str]:
    return ["--database", str(tmp_path / "repose.db")]


def test_a_report_is_printed_in_short(run_cli: RunCli, ids: list[str], database: list[str]) -> None:
    said = run_cli("report", ids[0][:8], *database)
    assert said.code == 0, said.err
    assert "[bold]Ünal[/bold], Monday, 1 March 2027" in said.out
    assert "2 of 20 prescribed reps done (10 %)" in said.out
    assert "Not reviewed" in said.out
    assert INTENDED_USE in " ".join(said.out.split())


def test_a_report_is_written_as_html_and_pdf(
    run_cli: RunCli, ids: list[str], database: list[str], tmp_path: Path
) -> None:
    html, pdf = tmp_path / "out.html", tmp_path / "out.pdf"
    said = run_cli("report", ids[0], "latest", "--html", html, "--pdf", pdf, *database)
    assert (said.code, said.out) == (0, ""), said.err
    page = html.read_text("utf-8")
    assert page.count("<article") == 2
    assert "[bold]Ünal[/bold]" in page
    assert len(pypdf.PdfReader(pdf).pages) == 2
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.name.startswith((".", "out"))) == [
        ".html",
        ".pdf",
    ]


def test_a_report_that_cannot_be_written_is_told_before_anything_is_done(
    run_cli: RunCli, ids: list[str], database: list[str], tmp_path: Path
) -> None:
    for arguments in (["--html", tmp_path], ["--pdf", tmp_path / "no" / "x.pdf"]):
        said = run_cli("report", "latest", *arguments, *database)
        assert said.code == 2
        assert len(said.err.strip().splitlines()) == 1
    said = run_cli("report", "ffffffff", *database)
    assert said.code == 2
    assert "there is no session 'ffffffff'" in said.err


def test_an_export_is_written_to_a_folder_or_a_zip(
    run_cli: RunCli, ids: list[str], database: list[str], tmp_path: Path
) -> None:
    said = run_cli("export", "--person", "bob", "--to", tmp_path / "bob", "--format", "csv", *database)
    assert said.code == 0, said.err
    assert (tmp_path / "bob" / "persons.csv").read_text("utf-8").count("\n") == 2
    assert not (tmp_path / "bob" / "reps.json").exists()
    said = run_cli("export", "--all", "--to", tmp_path / "all.zip", *database)
    assert said.code == 0, said.err
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.read("persons.csv").decode().count("\n") == 3
    said = run_cli("export", ids[0][:6], ids[1], "--to", tmp_path / "two", *database)
    assert said.code == 0, said.err
    assert len(list((tmp_path / "two" / "recordings").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "say what to export"),
        (["--all", "--person", "Bob"], "say what to export"),
        (["--all", "--format", "csv,xls"], "'xls' is none of csv, parquet, json"),
        (["--person", "Nobody"], "there is no person"),
        (["fff"], "too short"),
    ],
)
def test_a_wrong_export_is_refused_in_one_line(
    run_cli: RunCli, ids: list[str], database: list[str], tmp_path: Path, arguments: list[str], why: str
) -> None:
    said = run_cli("export", *arguments, "--to", tmp_path / "out", *database)
    assert said.code == 2
    assert why in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_an_export_never_overwrites_a_folder(
    run_cli: RunCli, ids: list[str], database: list[str], tmp_path: Path
) -> None:
    said = run_cli("export", "--all", "--to", tmp_path, *database)
    assert said.code == 2
    assert "exists already" in said.err
