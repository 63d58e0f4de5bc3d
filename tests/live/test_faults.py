"""The table of faults: each is injected into a running session, which stays alive and counts right.

Here is what happens to the camera, to the clocks, to the person, to the landmarks and to the pose model. What
happens to the disk and the database is in `test_faults_store`, to the pages in `test_faults_pages`. `FAULTS`
names the test, or the tests, of each fault.
"""

import re
import time
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from repose.capture.frames import Frame
from repose.coaching.messages import Stage
from repose.kinematics.geometry import INDEX
from repose.live.pictures import Picture
from repose.pose.landmarks import VISIBILITY, Pose, PoseTrack
from tests.counting.test_landmark_faults import CLOSE_BY, FAR_OFF, put, somebody
from tests.live.world import NIGHT, SLIDING, Eyes, Person, Spoil, World, slides, world
from tests.puppet import perform
from tests.puppet.damage import exchanged, lost
from tests.sessions.keeping import all_kept

TESTS: Final = Path(__file__).parents[1]

FAULTS: Final = {
    "camera unplugged in mid-rep and plugged in again": ["live/test_faults.py::unplugged"],
    "camera unplugged in mid-hold and plugged in again": ["live/test_faults.py::unplugged"],
    "plugged in again as another number": ["capture/test_plug.py::it_is_found_under_another_number"],
    "frozen": ["live/test_faults.py::frozen", "capture/test_camera.py::a_frozen_picture_is_noticed"],
    "black": ["live/test_faults.py::black"],
    "30 → 7 → 30 fps": ["live/test_faults.py::seven_pictures_a_second"],
    "clock set back an hour, or ahead": ["live/test_faults.py::the_clock_on_the_wall_is_set"],
    "sleep of ten minutes": ["live/test_faults.py::ten_minutes_of_sleep"],
    "person leaves": ["live/test_faults.py::the_person_leaves_and_comes_back"],
    "second person passes": [
        "live/test_faults.py::a_second_person_passes",
        "counting/test_landmark_faults.py::a_second_person_for_ten_frames",
    ],
    "left and right flipped for ten frames": [
        "live/test_faults.py::left_and_right_are_flipped",
        "counting/test_landmark_faults.py::left_and_right_flipped_for_ten_frames",
    ],
    "NaN landmarks": [
        "live/test_faults.py::landmarks_that_are_no_numbers",
        "counting/test_landmark_faults.py::numbers_that_are_no_places",
    ],
    "landmarks far outside the picture": [
        "counting/test_landmark_faults.py::one_landmark_far_outside_the_picture",
    ],
    "landmarker raising": ["live/test_faults.py::the_landmarker_raises"],
    "landmarker hanging": [
        "live/test_faults.py::the_landmarker_hangs",
        "live/test_looker_session.py::the_session_lives_and_the_count_is_right",
    ],
    "landmarker crashing": [
        "live/test_looker.py::a_landmarker_that_crashes_or_hangs_is_loaded_again",
        "live/test_looker_session.py::the_session_lives_and_the_count_is_right",
    ],
    "disk full": [
        "live/test_faults_store.py::the_disk_is_full",
        "live/test_faults_store.py::the_disk_is_full_for_the_video",
    ],
    "database locked": ["live/test_faults_store.py::another_program_locks_the_database"],
    "database moved away, deleted, or read-only": [
        "live/test_faults_store.py::the_database_is_moved_away",
        "live/test_faults_store.py::the_database_is_deleted",
        "live/test_faults_store.py::the_database_may_not_be_written",
    ],
    "what cannot be kept does not fill the memory": [
        "live/test_faults_store.py::what_waits_for_the_store_is_bounded",
    ],
    "browser closed": ["web/coach/test_faults_pages.py::the_browser_is_closed"],
    "browser reloaded": ["web/coach/test_faults_pages.py::the_page_is_loaded_again_in_mid_set"],
    "two controlling tabs": ["web/coach/test_faults_pages.py::two_tabs_that_both_want_control"],
    "a client that stops reading": ["web/coach/test_faults_pages.py::a_page_stops_reading"],
    "a client that sends rubbish": ["web/coach/test_live_server.py::nonsense_is_answered_and"],
    "kill -9": [
        "sessions/test_killed.py::sessions_that_are_killed_lose_nothing",
        "e2e/test_live_kept.py::a_session_that_is_killed_goes_on",
    ],
}
"""By the name of each fault, the file and the begin of the name of each test."""


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_test(fault: str) -> None:
    for place in FAULTS[fault]:
        file, name = place.split("::")
        assert re.search(rf"^def test_{name}", (TESTS / file).read_text(), re.MULTILINE), place


def spoiled(share: float, damage: Spoil) -> Spoil:
    """Do this to what comes from a moment of the person's second rep on."""
    rep = perform(SLIDING).reps[1]
    from_s = rep.start_s + share * (rep.end_s - rep.start_s)

    def spoil(track: PoseTrack) -> PoseTrack:
        before = track.time_s < from_s
        after = damage(track)
        return PoseTrack(
            track.time_s,
            np.where(before[:, None, None], track.points, after.points),
            np.where(before, track.light, after.light),
            track.frame_size, track.source, track.model, track.software,
        )  # fmt: skip

    return spoil


MID_REP, MID_HOLD = 0.2, 0.5
"""Shares of the time of a rep."""


# The camera.


@pytest.mark.parametrize(
    ("share", "seconds", "counted", "partials"),
    [
        (MID_REP, 0.3, [0, 1, 2], []),  # a loose contact: back before it counts as gone
        (MID_REP, 3.0, [0, 2, 3], []),  # of the one in between too little was seen to be told
        (MID_HOLD, 60.0, [0, 17, 18], ["not_finished"]),
    ],
)
def test_unplugged(
    tmp_path: Path, share: float, seconds: float, counted: list[int], partials: list[str]
) -> None:
    with world(tmp_path) as it:
        it.start(slides())
        it.until_rep(1, share)
        it.pull_out()
        if seconds < 1:
            it.wait(seconds)
            it.device.change("wait")
        else:
            it.wait(seconds, 0.1 if seconds < 10 else 0.5)
            assert it.trouble == "gone"
            it.plug_in()
        it.finish()
        assert it.reps() == counted
        assert it.partials == partials
        told = [text for text in it.said if "picture" in text or "back" in text][1:]
        assert len(set(map(id, it.opened))) == (1 if seconds < 1 else 2)
        if seconds >= 1:
            assert told[0] == "The camera has stopped giving pictures. Check its cable."
            assert told[-2:] == ["The camera is back.", "Welcome back. One done, go on."]
        it.assert_kept()


def test_frozen(tmp_path: Path) -> None:
    """The same picture again and again, with success; then new ones."""
    with world(tmp_path) as it:
        it.start(slides())
        it.until_rep(1, MID_HOLD)
        it.device.change("repeat")
        it.wait(1.7)
        assert it.trouble == "frozen"
        it.wait(6.0)
        it.plug_in()
        it.finish()
        assert it.reps() == [0, 4, 5]
        assert it.partials == ["not_finished"]
        assert "The camera has stopped giving pictures. Check its cable." in it.said
        it.assert_kept()


def test_black(tmp_path: Path) -> None:
    """Whatever the pose model sees in it."""
    with world(tmp_path) as it:
        it.start(slides())
        it.until_rep(1, MID_HOLD)
        it.light = NIGHT
        it.wait(4.0)
        assert it.trouble == "black"
        it.light = 0.4
        it.finish()
        assert it.reps() == [0, 3, 4]
        assert it.partials == ["not_finished"]
        assert "The picture is black. Uncover the camera, or switch on the light." in it.said
        it.assert_kept()


def test_seven_pictures_a_second(tmp_path: Path) -> None:
    with world(tmp_path) as it:
        it.start(slides(4))
        it.rate = 30.0
        it.until_rep(1, MID_REP)
        it.rate = 7.0
        it.until_rep(2, MID_HOLD)
        assert it.trouble == "slow"
        it.rate = 30.0
        it.finish()
        assert it.reps() == [0, 1, 2, 3]
        assert it.partials == []
        assert it.said.count("The camera gives too few pictures. Switch on more light.") == 1
        it.assert_kept()


# The clocks.


def test_the_clock_on_the_wall_is_set(tmp_path: Path) -> None:
    """Back by an hour in one hold, and ahead by two in the next."""

    class Wall(datetime):
        """The time of day, as somebody set it."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Wall":
            return cls.fromtimestamp(time.time(), tz)

    with world(tmp_path) as it:
        real = time.time
        it.patch.setattr("repose.sessions.keeper.datetime", Wall)
        it.start(slides())
        it.until_rep(0, MID_HOLD)
        it.patch.setattr(time, "time", lambda: real() - 3600)
        it.until_rep(1, MID_HOLD)
        it.patch.setattr(time, "time", lambda: real() + 3600)
        it.finish()
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        assert it.tones.count("trouble") == 0
        it.assert_kept()
        (kept,) = all_kept(it.store)
        assert kept.ended_at is not None
        lasted = kept.ended_at - kept.head.begun_at
        assert lasted == timedelta(seconds=it.time_s - it.engine._zero_s)
        assert abs(kept.head.begun_at - datetime.fromtimestamp(real(), UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("share", "counted", "partials"),
    [(1.2, [0, 1, 2], []), (MID_HOLD, [0, 2, 3], ["not_finished"])],
)
def test_ten_minutes_of_sleep(tmp_path: Path, share: float, counted: list[int], partials: list[str]) -> None:
    """In mid-set and in mid-hold: who wakes up in the very same position has held nothing."""
    with world(tmp_path) as it:
        it.start(slides())
        it.until_rep(1, share)
        it.sleep(600)
        it.finish()
        assert it.reps() == counted
        assert it.partials == partials
        assert it.tones.count("trouble") == 0, "nothing is wrong with the camera"
        assert any(text.startswith("Welcome back.") for text in it.said)
        it.assert_kept()


def test_ten_minutes_of_sleep_in_a_rest(tmp_path: Path) -> None:
    with world(tmp_path) as it:
        it.start(slides(1, sets=2, rest_s=60))
        it.until(lambda: it.view.stage is Stage.RESTING)
        it.person.again()
        it.wait(3)
        it.sleep(600)
        it.finish()
        assert it.reps() == [0, 0]
        assert it.partials == []
        assert [one.reps for one in it.view.sets] == [1, 1]
        it.assert_kept()


# The person.


def test_the_person_leaves_and_comes_back(tmp_path: Path) -> None:
    leaves = spoiled(MID_HOLD, lambda track: lost(track, 0, perform(SLIDING).reps[2].end_s))
    with world(tmp_path, spoil=leaves) as it:
        it.start(slides())
        it.finish()
        assert it.reps() == [0, 3, 4]
        assert it.partials == ["view_lost"]
        assert "I cannot see you. Come into the picture, with your whole body, from the side." in it.said
        assert "Welcome back. One done, go on." in it.said
        assert it.view.sets[0].not_measured_s == pytest.approx(6.0, abs=1.0)
        it.assert_kept()


def test_a_second_person_passes(tmp_path: Path) -> None:
    """The model follows somebody else for ten frames in the middle of a hold, and in a rest."""
    far_off, close_by = somebody(FAR_OFF, "heel-slides"), somebody(CLOSE_BY, "heel-slides")

    def passes(track: PoseTrack) -> PoseTrack:
        for rep in perform(SLIDING).reps[1:3]:
            track = put(track, (rep.hold_start_s + rep.hold_end_s) / 2, 10 / 30, close_by)
            track = put(track, rep.end_s + 0.4, 10 / 30, far_off)
        return track

    with world(tmp_path, spoil=passes) as it:
        it.start(slides())
        it.finish()
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        assert it.tones.count("trouble") == 0
        it.assert_kept()


def test_left_and_right_are_flipped(tmp_path: Path) -> None:
    """For ten frames on the way, in the hold, and on the way back."""

    def flipped(track: PoseTrack) -> PoseTrack:
        for rep, share in zip(perform(SLIDING).reps[:3], (MID_REP, MID_HOLD, 0.8), strict=True):
            first = int((rep.start_s + share * (rep.end_s - rep.start_s)) * 30)
            track = exchanged(track, slice(first, first + 10), legs_only=True)
        return track

    with world(tmp_path, spoil=flipped) as it:
        it.start(slides())
        it.finish()
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        it.assert_kept()


# The landmarks and the pose model.


def test_landmarks_that_are_no_numbers(tmp_path: Path) -> None:
    """Whole bodies for ten frames, one landmark for ten, one visibility of one landmark for ten."""

    def broken(track: PoseTrack) -> PoseTrack:
        points = track.points.copy()
        ten = [slice(first, first + 10) for first in (int(rep.peak_s * 30) for rep in perform(SLIDING).reps)]
        points[ten[0]] = np.nan
        points[ten[1], INDEX["left_wrist"]] = np.inf
        points[ten[2], INDEX["left_knee"], VISIBILITY] = np.nan
        return PoseTrack(
            track.time_s, points, track.light, track.frame_size, track.source, track.model, track.software
        )

    with world(tmp_path, spoil=broken) as it:
        it.start(slides())
        it.finish()
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        shown = [event.header.landmarks for event in it.told(Picture) if event.header.landmarks]
        assert np.isfinite(np.array(shown)).all()
        it.assert_kept()


class Failing(Eyes):
    """A pose model that cannot use every seventh picture, and once breaks down in a hold."""

    seen = count(1)
    broke_down = False

    def estimate(self, frame: Frame) -> Pose:
        if next(self.seen) % 7 == 0:
            raise OSError("no more memory")
        if not Failing.broke_down and self.person.since(frame.time_s) > self.person.truth[1].peak_s:
            Failing.broke_down = True
            raise RuntimeError("the graph has errors")
        return super().estimate(frame)


def test_the_landmarker_raises(tmp_path: Path) -> None:
    with world(tmp_path, eyes=Failing) as it:
        it.start(slides())
        it.finish()
        assert Failing.broke_down
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        it.assert_kept()


class Hanging(Eyes):
    """A pose model that hangs for five seconds, once in each of two reps, while the camera goes on."""

    it: World
    hangs: list[float]

    def estimate(self, frame: Frame) -> Pose:
        if self.hangs and self.person.since(frame.time_s) > self.hangs[0]:
            self.hangs.pop(0)
            for _ in range(50):
                self.it.clock.now_s += 0.1
                self.it.trail.append((self.it.time_s, self.it.done_s, self.person.times))
        return super().estimate(frame)


def test_the_landmarker_hangs(tmp_path: Path) -> None:
    truth = perform(SLIDING).reps

    def eyes(person: Person) -> Hanging:
        made = Hanging(person)
        made.hangs = [truth[1].peak_s, truth[4].start_s + 0.2]
        return made

    with world(tmp_path, eyes=eyes) as it:
        Hanging.it = it
        it.start(slides(4))
        it.finish()
        assert it.reps() == [0, 3, 6, 7]
        assert it.partials == ["not_finished"], "of the other one too little was seen to be told"
        assert it.engine.state().machine.notes == (), "a hang is no slow machine: the model stays"
        it.assert_kept()
