"""`repose calibrate capture` as it is typed."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import Profiles
from repose.sessions.recording import save_recording
from tests.program import RunCli
from tests.puppet import Doing, perform


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profiles:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "profiles"))
    return Profiles(tmp_path / "profiles")


@pytest.fixture
def tries(tmp_path: Path) -> Path:
    """Three heel slides of the left leg, half as far as usual."""
    return filmed(tmp_path / "tries.parquet", 0.5)


def filmed(path: Path, share: float | tuple[float, ...]) -> Path:
    doing = Doing("heel-slides", "left", share=share, hold_s=1.0, settle_s=2.5, pause_s=1.0)
    save_recording(perform(doing).film(rate=15), path)
    return path


SLIDES = ("--exercise", "heel-slides")
SIGNED = ("--who", "Dr. Ada", "--why", "stiff since the fall")


def test_each_threshold_is_shown_with_its_reason(run_cli: RunCli, tries: Path, profiles: Profiles) -> None:
    said = run_cli("calibrate", "capture", tries, *SLIDES)
    assert said.code == 0, said.err
    out = " ".join(said.out.split())
    assert "Heel slides, left, 3 tries" in out
    assert "left.target_deg 108 56 Target 56°: the middle of the three furthest positions" in out
    assert "nothing is saved" in out
    assert profiles.names() == ()


def test_it_is_saved_when_that_is_asked_for(run_cli: RunCli, tries: Path, profiles: Profiles) -> None:
    said = run_cli("calibrate", "capture", tries, *SLIDES, "--person", "Åsa", "--save", *SIGNED)
    assert said.code == 0, said.err
    assert "saved as version 1 of Åsa's profile" in said.out
    (revision,) = profiles.history("Åsa")
    assert (revision.who, revision.why) == ("Dr. Ada", "stiff since the fall")
    assert revision.recordings == ("tries.parquet",)
    limits = profiles.load("heel-slides", "Åsa").thresholds
    assert limits.of("left").target_deg == pytest.approx(56, abs=1)
    assert limits.of("right").target_deg == 108


def test_as_json(run_cli: RunCli, tries: Path) -> None:
    said = run_cli("calibrate", "capture", tries, *SLIDES, "--json")
    found = json.loads(said.out)
    assert found["side"] == "left"
    assert len(found["tries"]) == 3
    assert found["saved_as_version"] is None
    assert {one["key"] for one in found["proposed"]} >= {"left.rest_deg", "left.target_deg"}
    assert all(one["why"] for one in found["proposed"])


def test_the_picture_is_drawn(run_cli: RunCli, tries: Path, tmp_path: Path) -> None:
    path = tmp_path / "tries.svg"
    assert run_cli("calibrate", "capture", tries, *SLIDES, "--picture", path).code == 0
    texts = [one.text for one in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]
    assert "target 56°" in texts
    assert {"1", "2", "3"} <= set(texts)


def test_a_refusal_says_why_and_draws_the_picture_all_the_same(run_cli: RunCli, tmp_path: Path) -> None:
    tries, path = filmed(tmp_path / "tries.parquet", (0.9, 0.4, 0.6)), tmp_path / "tries.svg"
    signed = ("--person", "Bob", "--save", *SIGNED)
    said = run_cli("calibrate", "capture", tries, *SLIDES, "--picture", path, *signed)
    assert said.code == 2
    assert said.err.startswith("repose: tries.parquet: The tries went to")
    assert said.err.count("\n") == 1
    assert "differ too much" in path.read_text(encoding="utf-8")
    assert Profiles().names() == ()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--save", *SIGNED), "--save needs --person"),
        (("--save", "--person", "Bob", "--who", "Ada"), "--save needs --who and --why"),
        (("--who", "Ada"), "go with --save"),
        (("--picture", "tries.png"), "ends in .svg"),
        (("--person", "clinic", "--save", *SIGNED), "clinic"),
    ],
)
def test_what_does_not_go_together_is_refused(
    run_cli: RunCli, tries: Path, options: tuple[str, ...], reason: str
) -> None:
    said = run_cli("calibrate", "capture", tries, *SLIDES, *options)
    assert said.code == 2
    assert reason in said.err


def test_a_camera_is_for_the_live_page(run_cli: RunCli) -> None:
    said = run_cli("calibrate", "capture", "camera:0", *SLIDES)
    assert said.code == 2
    assert "repose live" in said.err
