"""The samples through the whole program: the demo, and the evaluation of its landmarks."""

import json
import shutil
from pathlib import Path

import pytest

from repose.demo import CACHE
from repose.exercises import slugs
from tests.program import SAMPLES, RunCli, Said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Truth and recordings of the samples, once the demo has made them."""
    return tmp_path_factory.mktemp("samples")


def evaluated(run_cli: RunCli, folder: Path, *arguments: str | Path) -> Said:
    """Evaluate the landmarks that the demo left, so that the model runs once for all."""
    assert run_cli("demo").code == 0
    for truth in SAMPLES.glob("*.truth.json"):
        name = truth.name.removesuffix(".truth.json")
        shutil.copy(truth, folder)
        shutil.copy(
            max(CACHE.glob(f"{name}-*.parquet"), key=lambda path: path.stat().st_mtime),
            folder / f"{name}.parquet",
        )
    return run_cli("evaluate", folder, "--recordings", *arguments)


def test_the_demo_counts_every_sample_exactly(run_cli: RunCli) -> None:
    said = run_cli("demo")
    assert said.code == 0
    assert "every sample is counted exactly" in said.out
    rows = {line.split()[0]: line for line in said.out.splitlines() if line.strip()}
    assert set(slugs()) <= set(rows)
    assert "right        3     3" in rows["heel-slides"]
    assert "left         2     2" in rows["knee-to-chest"]
    assert "1 turned back early (1)" in rows["backwards-stretch"]


def test_the_second_demo_says_where_its_landmarks_are_from(run_cli: RunCli) -> None:
    run_cli("demo")
    said = run_cli("demo")
    assert "landmarks from the cache; run `repose demo --fresh`" in said.err


def test_a_wrong_count_makes_the_demo_fail(run_cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    run_cli("demo")
    monkeypatch.setattr("repose.evaluation.matching.TOLERANCE_S", 0.0)
    monkeypatch.setattr("repose.evaluation.metrics.ClipScore.right", property(lambda clip: False))
    said = run_cli("demo")
    assert said.code == 1
    assert "counted wrong: ankle-pumps, backwards-stretch, heel-slides, knee-to-chest" in said.out


def test_evaluate_prints_a_table(run_cli: RunCli, folder: Path) -> None:
    said = evaluated(run_cli, folder)
    assert said.code == 0
    assert [slug for slug in slugs() if slug not in said.out] == []


def test_evaluate_prints_one_json_object(run_cli: RunCli, folder: Path) -> None:
    said = json.loads(evaluated(run_cli, folder, "--json").out)
    assert {"total", "exercises", "clips"} <= set(said)
    assert len(said["clips"]) == 4


def test_evaluate_writes_a_page_that_loads_nothing(run_cli: RunCli, folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert evaluated(run_cli, folder, "--html", page).code == 0
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") >= 4
    assert "src=" not in html
    assert "<link" not in html
    assert list(tmp_path.iterdir()) == [page]
