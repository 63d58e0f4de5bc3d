"""What is wrong with a source, judged from times and light alone."""

from dataclasses import dataclass, field

import pytest

from repose.capture.health import Health
from repose.capture.trouble import TroubleKind

LIT = 0.4
GONE, FROZEN, BLACK, SLOW, ENDED = TroubleKind


@dataclass
class Watch:
    """A source under watch: tells each change of the trouble, looking 50 times a second."""

    health: Health = field(default_factory=Health)
    now_s: float = 0.0
    told: list[tuple[float, TroubleKind | None]] = field(default_factory=list)

    def quiet(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while self.now_s < until_s - 1e-9:
            self.now_s = min(until_s, self.now_s + 0.02)
            self.look()

    def pictures(self, seconds: float, rate: float = 30.0, light: float = LIT, held: bool = False) -> None:
        for _ in range(round(seconds * rate)):
            self.quiet(1 / rate)
            self.health.picture(self.now_s, light, held)
            self.look()

    def look(self) -> None:
        kind = self.kind
        if kind is not (self.told[-1][1] if self.told else None):
            self.told.append((self.now_s, kind))

    @property
    def kind(self) -> TroubleKind | None:
        trouble = self.health.trouble(self.now_s)
        return trouble.kind if trouble else None

    @property
    def kinds(self) -> list[TroubleKind | None]:
        return [kind for _, kind in self.told]


def test_a_good_camera_is_no_trouble() -> None:
    watch = Watch()
    watch.quiet(3)  # it takes its time to wake up
    watch.pictures(60)
    assert watch.told == []


@pytest.mark.parametrize("rate", [12.5, 15, 30, 60, 120])
def test_pictures_a_second(rate: float) -> None:
    watch = Watch()
    watch.quiet(1)
    assert watch.health.fps(watch.now_s) == 0
    watch.pictures(1, rate)
    assert watch.health.fps(watch.now_s) == pytest.approx(rate, rel=0.01)
    watch.pictures(9, rate)
    assert watch.health.fps(watch.now_s) == pytest.approx(rate, rel=0.05)
    watch.quiet(1)
    assert watch.health.fps(watch.now_s) == pytest.approx(rate / 2, rel=0.1)
    watch.quiet(1.1)
    assert watch.health.fps(watch.now_s) == 0
    assert SLOW not in watch.kinds


def test_a_freeze_is_noticed_within_two_seconds_and_its_end_at_once() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.quiet(4)
    watch.pictures(5)
    (began_s, kind), (ended_s, well) = watch.told
    assert (kind, well) == (FROZEN, None)
    assert 1.5 < began_s - 5 < 1.6
    assert 0 < ended_s - 9 < 0.15


def test_a_short_dropout_is_no_trouble() -> None:
    watch = Watch()
    for _ in range(5):
        watch.pictures(3)
        watch.quiet(1.3)
    assert watch.told == []


def test_a_single_picture_does_not_end_a_freeze() -> None:
    # A frozen camera gives its picture once each time it is opened.
    watch = Watch()
    watch.pictures(5)
    for _ in range(6):
        watch.quiet(2.5)
        watch.pictures(1 / 30)
    assert watch.kinds == [FROZEN]


def test_a_camera_that_cannot_be_opened_is_gone_at_once() -> None:
    watch = Watch()
    watch.quiet(0.1)
    watch.health.absent()
    watch.quiet(20)
    assert watch.kinds == [GONE]
    assert watch.told[0][0] == pytest.approx(0.12)
    watch.pictures(1)
    assert watch.kinds == [GONE, None]


def test_a_camera_that_never_gives_a_picture_is_gone() -> None:
    watch = Watch()
    watch.quiet(10)
    ((at_s, kind),) = watch.told
    assert kind is GONE
    assert 5 <= at_s < 5.1


def test_unplugged_and_plugged_in_again() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.quiet(2.5)
    watch.health.absent()
    watch.quiet(1)
    watch.health.absent()
    watch.quiet(5)
    watch.pictures(3)
    assert watch.kinds == [FROZEN, GONE, None]


def test_an_absence_that_is_over_before_anyone_missed_it() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.health.absent()
    watch.quiet(0.5)
    watch.pictures(5)
    assert watch.kinds == [GONE, None]


def test_black_for_a_second_is_trouble() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.pictures(4, light=0.01)
    watch.pictures(4)
    (began_s, kind), (ended_s, well) = watch.told
    assert (kind, well) == (BLACK, None)
    assert 1 <= began_s - 5 < 1.1
    assert 0 < ended_s - 9 < 0.05


@pytest.mark.parametrize("light", [0.035, 0.1, 1.0])
def test_dim_is_not_black(light: float) -> None:
    watch = Watch()
    watch.pictures(5, light=light)
    assert watch.told == []


def test_a_camera_that_opens_its_iris_is_no_trouble() -> None:
    watch = Watch()
    watch.pictures(0.8, light=0.0)
    watch.pictures(3, light=0.2)
    assert watch.told == []


def test_light_that_flickers_about_the_limit_is_told_once() -> None:
    watch = Watch()
    watch.pictures(2, light=0.02)
    for _ in range(50):
        watch.pictures(0.1, light=0.04)
        watch.pictures(0.1, light=0.02)
    assert watch.kinds == [BLACK]
    watch.pictures(0.1, light=0.06)
    assert watch.kinds == [BLACK, None]


def test_a_camera_that_falls_silent_after_a_black_picture_is_covered() -> None:
    # Pictures that are all zeros are all the same, and the camera passes them over.
    watch = Watch()
    watch.pictures(5)
    watch.pictures(1 / 30, light=0.0)
    watch.quiet(2)
    for _ in range(4):  # opened again
        watch.pictures(1 / 30, light=0.0)
        watch.quiet(2.5)
    watch.pictures(1)
    assert watch.kinds[0] is BLACK
    assert watch.kinds[-1] is None
    assert GONE not in watch.kinds
    assert 1 <= watch.told[0][0] - 5 < 1.2
    assert len(watch.told) <= 3  # FROZEN for two pictures after the light is back


def test_covered_and_then_unplugged_is_gone() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.pictures(3, light=0.0)
    watch.quiet(2)
    watch.health.absent()
    watch.quiet(2)
    assert watch.kinds == [BLACK, GONE]


def test_too_few_pictures_are_told_and_borne() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.pictures(5, rate=7)
    watch.pictures(5)
    (began_s, kind), (ended_s, well) = watch.told
    assert (kind, well) == (SLOW, None)
    assert began_s - 5 < 2
    assert ended_s - 10 < 1


def test_a_rate_about_the_limit_is_told_once() -> None:
    watch = Watch()
    watch.pictures(3, rate=8)
    for _ in range(6):
        watch.pictures(2, rate=11)
        watch.pictures(2, rate=9)
    assert watch.kinds == [SLOW]


def test_two_seconds_must_be_seen_before_a_rate_is_judged() -> None:
    watch = Watch()
    watch.pictures(1.8, rate=5)
    assert watch.told == []
    watch.pictures(1, rate=5)
    assert watch.kinds == [SLOW]


def test_a_gap_does_not_make_a_camera_slow() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.quiet(1.9)
    watch.pictures(5)
    assert watch.kinds == [FROZEN, None]


def test_a_slow_file_that_is_held_is_not_slow() -> None:
    watch = Watch()
    watch.pictures(5, rate=5)
    assert watch.kinds == [SLOW]
    watch.pictures(5, rate=5, held=True)
    assert watch.kinds == [SLOW, None]


def test_the_end_is_the_end() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.health.end()
    watch.quiet(60)
    assert watch.kinds == [ENDED]


@pytest.mark.parametrize("kind", list(TroubleKind))
def test_texts_can_be_spoken(kind: TroubleKind) -> None:
    watch = Watch()
    match kind:
        case TroubleKind.GONE:
            watch.health.absent()
        case TroubleKind.FROZEN:
            watch.pictures(1)
            watch.quiet(2)
        case TroubleKind.BLACK:
            watch.pictures(2, light=0.0)
        case TroubleKind.SLOW:
            watch.pictures(4, rate=5)
        case TroubleKind.ENDED:
            watch.health.end()
    trouble = watch.health.trouble(watch.now_s)
    assert trouble is not None
    assert trouble.kind is kind
    assert trouble.text.endswith(".")
    assert len(trouble.text) < 100
    assert not set(trouble.text) & set(";:()_/\n")


@pytest.mark.parametrize("picture_first", [True, False])
def test_after_a_sleep_the_camera_gets_its_time(picture_first: bool) -> None:
    watch = Watch()
    watch.pictures(5)
    watch.now_s += 600
    if picture_first:
        watch.health.picture(watch.now_s, LIT)
    watch.look()
    watch.quiet(1)
    watch.pictures(3)
    assert watch.told == []


def test_a_camera_that_does_not_wake_up_is_told() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.now_s += 600
    watch.quiet(1.4)
    assert watch.kinds == []
    watch.quiet(0.2)
    assert watch.kinds == [FROZEN]


def test_a_camera_that_was_gone_before_a_sleep_is_gone_after_it() -> None:
    watch = Watch()
    watch.pictures(5)
    watch.health.absent()
    watch.look()
    watch.now_s += 600
    watch.quiet(1)
    assert watch.kinds == [GONE]
    watch.pictures(1)
    assert watch.kinds == [GONE, None]
