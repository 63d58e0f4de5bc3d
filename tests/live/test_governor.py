"""When to do less, decided from capture times and busy times alone."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.live.governor import SETTLING_S, SMALL_SIDE, WINDOW_S, Governor, Step


@dataclass
class Machine:
    """Analyses frames of a camera as fast as it can, and writes down each step with its time."""

    governor: Governor
    camera_fps: float = 30.0
    longest_side: int | None = None
    now_s: float = 0.0
    steps: list[tuple[float, Step]] = field(default_factory=list)

    def works(self, seconds: float, busy_s: float, idle_s: float = 0.0) -> None:
        until_s = self.now_s + seconds
        every_s = max(1 / self.camera_fps, busy_s + idle_s)
        while self.now_s < until_s:
            step = self.governor.see(self.now_s, self.camera_fps, busy_s, self.longest_side)
            if step is not None:
                self.steps.append((self.now_s, step))
            self.now_s += every_s

    @property
    def models(self) -> list[str | None]:
        return [step.model for _, step in self.steps]


@pytest.mark.parametrize("busy_s", [0.005, 0.02, 0.04, 0.06, 1 / 15.5])
def test_a_machine_that_keeps_up_is_left_alone(busy_s: float) -> None:
    machine = Machine(Governor("full"))
    machine.works(120, busy_s)
    assert machine.steps == []


def test_a_slow_machine_gets_smaller_pictures_and_then_the_small_model() -> None:
    machine = Machine(Governor("full"))
    machine.works(60, 0.1)
    (first_s, first), (second_s, second) = machine.steps
    assert (first.longest_side, first.model) == (SMALL_SIDE, None)
    assert first.text == "This machine is slow: pictures are made smaller."
    assert (second.longest_side, second.model) == (None, "lite")
    assert second.text == (
        "This machine is slow: the small pose model is in use; it may confuse left and right."
    )
    settled_s = SETTLING_S + WINDOW_S
    assert first_s == pytest.approx(settled_s, abs=0.3)
    assert second_s - first_s == pytest.approx(settled_s, abs=0.3)


def test_from_heavy_the_full_model_comes_first() -> None:
    machine = Machine(Governor("heavy"))
    machine.works(60, 0.1)
    assert machine.models == [None, "full", "lite"]
    assert all(step.text.startswith("This machine is slow: ") for _, step in machine.steps)


@pytest.mark.parametrize("model", ["lite", "mine.task"])
def test_a_model_without_a_smaller_one_stays(model: str) -> None:
    machine = Machine(Governor(model))
    machine.works(60, 0.1)
    assert machine.models == [None]


def test_pictures_that_are_small_already_are_not_made_smaller() -> None:
    machine = Machine(Governor("full"), longest_side=SMALL_SIDE)
    machine.works(60, 0.1)
    assert machine.models == ["lite"]


def test_a_step_that_helps_is_the_last() -> None:
    machine = Machine(Governor("full"))
    machine.works(8, 0.1)
    assert machine.models == [None]
    machine.works(120, 0.05)
    assert machine.models == [None]


def test_it_never_steps_back_up() -> None:
    machine = Machine(Governor("full"))
    machine.works(30, 0.1)
    machine.works(300, 0.01)
    assert machine.models == [None, "lite"]


@pytest.mark.parametrize("camera_fps", [7.5, 10, 14.9])
def test_a_camera_that_gives_no_more_is_not_the_machines_fault(camera_fps: float) -> None:
    machine = Machine(Governor("full"), camera_fps=camera_fps)
    machine.works(60, 0.066)
    assert machine.steps == []


def test_few_frames_that_cost_little_are_not_the_machines_fault() -> None:
    machine = Machine(Governor("full"))
    machine.works(60, busy_s=0.02, idle_s=0.1)
    assert machine.steps == []


def test_a_model_that_warms_up_is_waited_for() -> None:
    machine = Machine(Governor("full"))
    machine.works(2.5, 0.5)
    machine.works(60, 0.03)
    assert machine.steps == []


def test_after_a_pause_it_warms_up_again() -> None:
    machine = Machine(Governor("full"))
    for _ in range(10):
        machine.works(6, 0.1)  # never long enough to judge
        machine.now_s += 20
    assert machine.steps == []


def test_a_change_of_model_that_takes_long_is_settled_from_its_end() -> None:
    machine = Machine(Governor("heavy"))
    machine.works(SETTLING_S + WINDOW_S + 0.2, 0.1)
    assert machine.models == [None]
    machine.now_s += 30
    machine.works(2, 0.5)
    machine.works(30, 0.03)
    assert machine.models == [None]


def test_a_machine_that_takes_seconds_for_a_frame_is_slow_and_not_pausing() -> None:
    machine = Machine(Governor("full"))
    machine.works(60, 2.0)
    assert machine.models == [None, "lite"]


def test_a_short_hiccup_is_borne() -> None:
    machine = Machine(Governor("full"))
    for _ in range(10):
        machine.works(9, 0.04)
        machine.works(0.9, 0.3)
    assert machine.steps == []


@given(
    st.lists(st.tuples(st.floats(0.001, 3), st.floats(0, 2), st.floats(0, 120)), min_size=1, max_size=400),
    st.sampled_from(["lite", "full", "heavy", "other"]),
)
def test_steps_are_apart_and_only_down(frames: list[tuple[float, float, float]], model: str) -> None:
    governor = Governor(model)
    now_s, steps = 0.0, []
    for passed_s, busy_s, camera_fps in frames:
        now_s += passed_s
        if step := governor.see(now_s, camera_fps, busy_s):
            assert camera_fps > 0, "a source that gives nothing is no slow machine"
            steps.append((now_s, step))
    times_s = [0.0, *(time_s for time_s, _ in steps)]
    assert all(after - before >= SETTLING_S + WINDOW_S - 1e-9 for before, after in pairwise(times_s))
    models = [step.model for _, step in steps if step.model]
    assert models == {"heavy": ["full", "lite"], "full": ["lite"]}.get(model, [])[: len(models)]


@pytest.mark.parametrize("hung_s", [3.0, 5.0, 20.0])
def test_a_frame_that_hung_makes_no_machine_slow(hung_s: float) -> None:
    machine = Machine(Governor("full"))
    for _ in range(3):
        machine.works(15, 0.02)
        machine.works(0.01, hung_s)
    machine.works(15, 0.02)
    assert machine.steps == []


def test_a_machine_that_takes_longer_than_is_judged_for_a_frame_is_slow() -> None:
    machine = Machine(Governor("full"))
    machine.works(90, 6.0)
    assert machine.models == [None, "lite"]
