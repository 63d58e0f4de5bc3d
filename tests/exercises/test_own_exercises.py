"""Exercises of one's own: where they are, which are used, and what becomes of broken ones."""

import logging
import os
from pathlib import Path

import pytest

from repose.calibration.profiles import Profiles
from repose.coaching.programme import KEPT, Item, Programme, plan, usual_item, usual_programme
from repose.errors import ReposeError
from repose.exercises import definitions, load_exercise, programme, slugs
from repose.exercises.load import known, name_of, offered, remember, signal_of
from repose.exercises.own import chosen, own, use
from tests.exercises.own_files import EXAMPLES, changed, example_text, forget_named, own_folder_in


def put(folder: Path, slug: str, text: str | None = None) -> Path:
    path = folder / f"{slug}.toml"
    path.write_text(text or changed('slug = "squat"', f'slug = "{slug}"'), encoding="utf-8")
    return path


def test_the_examples_are_known_and_apart_from_the_programme() -> None:
    assert tuple(programme()) == slugs()
    assert tuple(definitions()) == (*slugs(), *EXAMPLES)
    assert tuple(offered()) == slugs()
    assert [item.exercise for item in usual_programme().items] == list(slugs())
    assert all(not definitions()[slug].of_programme for slug in EXAMPLES)


def test_an_own_exercise_is_offered_counted_and_calibrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(own_folder_in(tmp_path, monkeypatch), "my-squat")
    assert tuple(offered()) == (*slugs(), "my-squat")
    assert load_exercise("my-squat").thresholds.target_deg == 85
    assert usual_item("my-squat").reps == 10
    (planned,) = plan(Programme(items=(Item(exercise="my-squat"),)))
    assert planned.side == "both"
    profiles = Profiles()
    profiles.save("Åsa", {"my-squat.target_deg": 60.0}, who="me", why="as far as it goes", expected=0)
    found = profiles.in_force("my-squat", "Åsa")
    assert (found.exercise.thresholds.target_deg, found.origins["target_deg"]) == (60, "Åsa")
    assert found.origins["rest_deg"] == "default"
    assert profiles.load("my-squat").thresholds.target_deg == 85


def test_an_own_exercise_may_take_the_place_of_an_example_but_not_of_the_programmes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = own_folder_in(tmp_path, monkeypatch)
    put(folder, "squat", changed('name = "Squat"', 'name = "Deep squat"'))
    assert definitions()["squat"].name == "Deep squat"
    assert list(definitions()).count("squat") == 1
    with caplog.at_level(logging.WARNING):
        put(folder, "heel-slides", changed('slug = "squat"', 'slug = "heel-slides"'))
        assert definitions()["heel-slides"].of_programme
    assert "is an exercise of the programme" in caplog.text
    assert load_exercise("heel-slides").definition.of_programme


def test_a_changed_file_is_read_again_and_a_removed_one_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(own_folder_in(tmp_path, monkeypatch), "my-squat")
    assert load_exercise("my-squat").thresholds.target_deg == 85
    path.write_text(path.read_text().replace("target_deg = 85", "target_deg = 70"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert load_exercise("my-squat").thresholds.target_deg == 70
    path.unlink()
    with pytest.raises(ReposeError, match=r"unknown exercise 'my-squat'"):
        load_exercise("my-squat")


def test_a_broken_file_is_left_out_with_a_warning_and_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = own_folder_in(tmp_path, monkeypatch)
    put(folder, "good")
    path = put(folder, "bad", changed('slug = "squat"', 'slug = "bad"').replace("= 85", "= 850"))
    with caplog.at_level(logging.WARNING):
        assert "bad" not in definitions()
        assert "good" in definitions()
        assert len(caplog.records) == 1, "told once, not each time"
    assert str(path) in caplog.text
    assert "thresholds.target_deg = 850" in caplog.text
    for load in (load_exercise, Profiles().load):
        with pytest.raises(ReposeError, match=r"thresholds\.target_deg = 850"):
            load("bad")


def test_a_broken_file_of_an_examples_name_is_not_replaced_by_the_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(own_folder_in(tmp_path, monkeypatch), "squat", "slug = ")
    with pytest.raises(ReposeError, match="not valid TOML"):
        load_exercise("squat")


def test_of_two_files_with_one_name_the_second_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = own_folder_in(tmp_path, monkeypatch)
    put(folder, "a", changed('name = "Squat"', 'name = "First"'))
    put(folder, "b", changed('name = "Squat"', 'name = "Second"'))
    with caplog.at_level(logging.WARNING):
        assert own().good["squat"].definition.name == "First"
    assert "b.toml: slug = 'squat': is in" in caplog.text


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own_folder_in(tmp_path, monkeypatch)
    (folder / "notes.txt").write_text("hello")
    (folder / ".squat.toml.12.part").write_text("half")
    (folder / ".hidden.toml").write_text("half")
    (folder / "deeper").mkdir()
    assert own() == ({}, {})


def test_a_file_can_be_named_in_the_place_of_a_slug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_named(monkeypatch)
    path = put(tmp_path, "from-a-file")
    assert chosen("heel-slides") == "heel-slides"
    assert chosen(str(path)) == "from-a-file"
    assert load_exercise("from-a-file").name == "Squat"
    assert "from-a-file" not in offered()
    with pytest.raises(ReposeError, match="no such file"):
        use(tmp_path / "none.toml")


def test_what_was_kept_can_be_told_of_when_its_file_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_named(monkeypatch)
    gone = definitions()["squat"].model_copy(update={"slug": "gone", "name": "Gone squat"})
    assert (name_of("gone"), signal_of("gone")) == ("gone", "")
    remember(gone)
    assert (name_of("gone"), signal_of("gone")) == ("Gone squat", "knees_flexion")
    assert "gone" in known()
    assert "gone" not in definitions()
    with pytest.raises(ReposeError, match="is gone from"):
        load_exercise("gone")


def test_a_kept_programme_stands_whatever_became_of_its_exercises() -> None:
    text = '{"items": [{"exercise": "never-heard-of", "sides": ["left"], "reps": 3}]}'
    with pytest.raises(ValueError, match="unknown exercise"):
        Programme.model_validate_json(text)
    kept = Programme.model_validate_json(text, context=KEPT)
    assert [(one.exercise, one.side) for one in plan(kept)] == [("never-heard-of", "left")]
    no_sides = Programme.model_validate_json('{"items": [{"exercise": "never-heard-of"}]}', context=KEPT)
    assert [one.side for one in plan(no_sides)] == ["both"]


def test_no_folder_is_no_exercise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPOSE_CALIBRATION", str(tmp_path / "nowhere"))
    assert own() == ({}, {})
    (tmp_path / "a-file").write_text(example_text())
    monkeypatch.setenv("REPOSE_CALIBRATION", str(tmp_path / "a-file"))
    assert own() == ({}, {})


def test_a_file_that_is_gone_broken_or_changed_leaves_the_rest_of_a_profile_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(own_folder_in(tmp_path, monkeypatch), "my-squat")
    text = path.read_text(encoding="utf-8")
    profiles = Profiles()
    both = {"my-squat.faults.not_low": 30.0, "heel-slides.target_deg": 80.0}
    profiles.save("Ada", both, who="me", why="as seen", expected=0)
    renamed = text.replace("not_low", "not_deep")
    for now in (None, text.replace("= 85", "= 850"), renamed):
        path.unlink(missing_ok=True)
        if now is not None:
            path.write_text(now, encoding="utf-8")
        assert profiles.load("heel-slides", "Ada").thresholds.target_deg == 80
        with pytest.raises(ReposeError, match=r"my-squat|850|not_low"):
            profiles.load("my-squat", "Ada")
    saved = profiles.save("Ada", {"heel-slides.target_deg": 82.0}, who="me", why="more", expected=1)
    assert [change.key for change in saved.changes] == ["heel-slides.target_deg"]
    assert profiles.load("heel-slides", "Ada").thresholds.target_deg == 82
    path.write_text(text, encoding="utf-8")
    assert profiles.load("my-squat", "Ada").thresholds.faults["not_low"] == 30


def test_a_misspelt_exercise_in_a_profile_is_still_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(own_folder_in(tmp_path, monkeypatch), "my-squat")
    profiles = Profiles()
    with pytest.raises(ReposeError, match="my-squad"):
        profiles.save("Ada", {"my-squad.target_deg": 70.0}, who="me", why="typo", expected=0)
    profiles.save("Ada", {"my-squat.target_deg": 70.0}, who="me", why="right", expected=0)
    file = profiles.path("Ada")
    file.write_text(file.read_text(encoding="utf-8").replace("my-squat", "my-squad"), encoding="utf-8")
    assert "my-squad" in profiles.read("Ada").problem
    assert profiles.load("my-squat", "Ada").thresholds.target_deg == 70
