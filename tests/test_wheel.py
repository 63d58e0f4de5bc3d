"""The wheel, installed into an empty environment and used outside the checkout."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from repose.pose.bundle import ensure_bundle

CHECKOUT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def built(source: Path, folder: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(CHECKOUT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that holds the wheel, and borrows only what the wheel needs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    paths = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})
    python = Path(paths["scripts"]) / "python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python]
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    # Searched after the environment's own packages; .pth files in there, as the checkout's, are not read.
    borrowed = sysconfig.get_paths()["purelib"]
    (Path(paths["purelib"]) / "borrowed.pth").write_text(borrowed + "\n", encoding="utf-8")
    return python.parent


def test_the_wheel_holds_data_and_licence_but_no_weights(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "repose/data/calibration/default.toml" in names
    assert "repose/py.typed" in names
    assert "repose/third_party.csv" in names
    assert any(name.startswith("repose/data/models/") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.endswith((".task", ".tflite", ".mp4"))]


def test_the_wheel_holds_all_that_pages_are_made_of(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = CHECKOUT / "src"
    made_of = [
        path for folder in ("static", "templates") for path in (source / "repose/web" / folder).rglob("*.*")
    ]
    assert {path.suffix for path in made_of} >= {".css", ".js", ".j2", ".svg"}
    assert {path.relative_to(source).as_posix() for path in made_of} <= names


def test_another_copy_on_another_day_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "repose"
    copy.mkdir(parents=True)
    for folder in ("src", "calibration", "models"):
        shutil.copytree(
            CHECKOUT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.task")
        )
    for file in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(CHECKOUT / file, copy)
    for number, path in enumerate(sorted(copy.rglob("*"), reverse=True)):
        os.utime(path, (10**9 + number,) * 2)
        if path.is_file():
            path.chmod(0o600)
    again = built(copy, tmp_path)
    assert again.name == wheel.name
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


def test_code_and_data_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = (
        "import repose, repose.data_files as d; print(repose.__file__); print(d.data_folder('calibration'))"
    )
    for place in run(installed / "python", "-c", code, cwd=tmp_path).splitlines():
        assert Path(place).is_relative_to(installed.parent)


def test_repose_count_works_outside_the_checkout(installed: Path, tmp_path: Path, one_slide: Path) -> None:
    command: list[str | Path] = [
        installed / "repose",
        "count",
        one_slide,
        "--exercise",
        "heel-slides",
        "--json",
    ]
    said = json.loads(run(*command, "--model", ensure_bundle("full"), cwd=tmp_path))
    assert said["counts"] == {"left": 0, "right": 1, "both": 0, "total": 1}
    assert list(tmp_path.iterdir()) == []


def test_the_exercises_can_be_listed(installed: Path, tmp_path: Path) -> None:
    listed = run(installed / "repose", "exercises", cwd=tmp_path)
    assert "knee-to-chest" in listed
    assert "hold 20 s" in listed


def test_a_database_can_be_made(installed: Path, tmp_path: Path) -> None:
    made = json.loads(run(installed / "repose", "migrate", "--database", "new/x.db", "--json", cwd=tmp_path))
    assert (made["database"], made["from"]) == ("new/x.db", None)
    assert run(installed / "repose", "sessions", "--database", "new/x.db", cwd=tmp_path).startswith(
        "No session"
    )
