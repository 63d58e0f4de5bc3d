"""Changes in words, so that a list of them can be read."""

from dataclasses import replace

import pytest

from repose.exercises.load import definitions
from repose.review.words import (
    clock,
    faults_in_words,
    limb,
    reason_in_words,
    tell,
    unseen_in_words,
)
from tests.review.made_up import changed, usual


@pytest.mark.parametrize(
    ("time_s", "said"), [(0, "0:00.0"), (7.46, "0:07.5"), (59.96, "1:00.0"), (3723.04, "1:02:03.0")]
)
def test_times_on_a_clock(time_s: float, said: str) -> None:
    assert clock(time_s) == said


def test_every_kind_of_change_has_its_words() -> None:
    kept = changed(
        usual(),
        {"type": "accept", "event": "m1"},
        {"type": "reject", "event": "m3"},
        {"type": "judge", "event": "m3", "complete": True},
        {"type": "judge", "event": "m2", "complete": False, "reason": "hold_too_short"},
        {"type": "add", "set_id": 1, "side": "left", "start_s": 20, "peak_s": 22, "end_s": 24},
        {"type": "move", "event": "c5", "start_s": 21, "peak_s": 23, "end_s": 25},
        {"type": "split", "event": "c5", "at_s": 22},
        {"type": "merge", "first": "c7", "second": "c7.1"},
        {"type": "side", "event": "m4", "side": "left"},
        {"type": "faults", "event": "m1", "faults": ["too_fast", "heel_lifts"]},
        {"type": "faults", "event": "m1", "faults": []},
        {"type": "sign_off", "set_id": 2},
        {"type": "undo", "change": 1},
        {"type": "undo", "change": 13},
        {"type": "undo", "change": 14},
    )
    told = tell(kept)
    assert [told[number].text for number in sorted(told)] == [
        "accepted the rep at 0:04.0",
        "rejected the partial at 0:16.0",
        "counted the partial at 0:16.0 as complete",
        "counted the rep at 0:10.0 as a partial, hold too short",
        "added a left rep at 0:22.0",
        "moved the rep at 0:22.0 to 0:21.0, 0:23.0, 0:25.0",
        "split the rep at 0:23.0 at 0:22.0",
        "merged a half of the rep at 0:23.0 with a half of the rep at 0:23.0",
        "changed the side of the rep at 1:14.0 to left",
        "changed the faults of the rep at 0:04.0 to too fast, heel lifts",
        "changed the faults of the rep at 0:04.0 to none",
        "signed the set off",
        "undid: accepted the rep at 0:04.0",
        "did again: accepted the rep at 0:04.0",
        "undid: accepted the rep at 0:04.0",
    ]
    assert [told[number].set_id for number in (1, 5, 8, 9, 12, 15)] == [1, 1, 1, 2, 2, 1]


def test_what_nobody_knows_has_words_too() -> None:
    kept = changed(usual(), {"type": "accept", "event": "m77"}, {"type": "undo", "change": 9})
    strange = replace(kept.changes[0], id=3, change={"type": "blend"})
    told = tell(replace(kept, changes=(*kept.changes, strange)))
    assert (told[1].text, told[1].set_id) == ("accepted a rep that is gone", None)
    assert told[2].text == "undid: a change"
    assert told[3].text == "a change of a newer Repose"


def test_reasons_faults_and_limbs() -> None:
    assert reason_in_words("turned_back_early") == "turned back early"
    assert reason_in_words("slipped_away") == "slipped away"
    assert "light" in unseen_in_words("too_dark")
    assert unseen_in_words("fog_came") == "fog came"
    known = definitions()
    assert faults_in_words(known["heel-slides"])["heel_lifts"] == "heel lifts: keep the heel on the floor"
    assert limb(known["heel-slides"], "left") == "left leg"
    assert limb(known["ankle-pumps"], "both") == "both feet"
    assert limb(known["backwards-stretch"], "both") == ""
