"""Whatever happens to a session, in whatever order, some things stay true."""

from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from repose.coaching.commands import Calibrate, Start
from repose.coaching.messages import Say, Stage, View
from tests.coaching.happenings import ITEMS, MOVING, Happening, happen, happenings
from tests.coaching.play import Player, reached
from tests.puppet.damage import picked

LEGAL: Final = {
    Stage.IDLE: set(),
    Stage.WELCOME: {Stage.PLACING, Stage.IDLE, Stage.DONE},
    Stage.PLACING: {Stage.POSITIONING, Stage.IDLE, Stage.DONE},
    Stage.POSITIONING: {Stage.COUNTDOWN, Stage.PLACING, Stage.IDLE, Stage.DONE},
    Stage.COUNTDOWN: {Stage.WORKING, Stage.POSITIONING, Stage.PLACING, Stage.IDLE, Stage.DONE},
    Stage.WORKING: {Stage.RESTING, Stage.POSITIONING, Stage.PLACING, Stage.DONE},
    Stage.RESTING: {Stage.POSITIONING, Stage.PLACING, Stage.DONE},
    Stage.DONE: set(),
}
"""What may follow a stage at once; a start may follow any."""


_VIEWS: Final = TypeAdapter(View)


def check(player: Player) -> None:
    """What is true at every moment."""
    view = player.view
    assert _VIEWS.validate_json(_VIEWS.dump_json(view)) == view
    assert 0 <= view.seen <= 1
    assert view.left_s is None or view.left_s >= 0
    assert view.paused is not None or not view.can_resume
    running = view.stage not in (Stage.IDLE, Stage.DONE)
    assert (view.current is not None) == running
    assert running or view.paused is None
    if view.current is not None:
        assert 0 <= view.current < len(view.sets)
        assert view.cue
        assert view.next
    for one in view.sets:
        assert one.reps <= one.target
        assert len(one.held_s) == one.reps
        assert one.not_measured_s >= 0


@given(
    stage=st.sampled_from((Stage.WELCOME, Stage.PLACING, Stage.POSITIONING, Stage.COUNTDOWN, Stage.WORKING)),
    what=st.lists(happenings, max_size=12),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_whatever_happens_the_session_stays_sound(stage: Stage, what: list[Happening]) -> None:
    player = reached(stage, *ITEMS)
    player.forget()
    for one in what:
        before = player.view
        stages = len(player.stages)
        happen(player, one, check)
        check(player)
        steps = [before.stage, *player.stages[stages:]]
        if isinstance(one, Start | Calibrate):
            assert player.stage is Stage.WELCOME
            continue
        for left, entered in pairwise(steps):
            assert entered in LEGAL[left], (left, entered)
        if player.view.sets:
            # Only tries that gave nothing add a set.
            assert player.view.finding or len(before.sets) == len(player.view.sets)
            for old, new in zip(before.sets, player.view.sets, strict=False):
                assert new.reps >= old.reps
                assert new.partials >= old.partials
    times = [output.time_s for output, _ in player.outputs]
    assert times == sorted(times)
    assert all(output.text for output, _ in player.outputs if isinstance(output, Say))


@given(what=st.lists(happenings, max_size=8))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_the_same_happenings_give_the_same_session(what: list[Happening]) -> None:
    one = reached(Stage.WORKING, *ITEMS)
    other = deepcopy(one)
    for player in (one, other):
        for happening in what:
            happen(player, happening)
    assert one.outputs == other.outputs
    assert one.view == other.view


@given(
    cuts=st.lists(st.integers(1, 39), max_size=6, unique=True).map(sorted), first=st.sampled_from((0, 15, 30))
)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_chunks_of_any_size_give_the_same_session(cuts: list[int], first: int) -> None:
    one = reached(Stage.WORKING, *ITEMS)
    other = deepcopy(one)
    film = picked(MOVING, slice(first, first + 40))
    film = replace(film, time_s=one.time_s + np.arange(1, len(film.time_s) + 1) / 10)
    for k in range(len(film.time_s)):
        one.note(one.session.see(picked(film, slice(k, k + 1))))
    for left, right in pairwise([0, *cuts, len(film.time_s)]):
        other.note(other.session.see(picked(film, slice(left, right))))
    assert [output for output, _ in one.outputs] == [output for output, _ in other.outputs]
    assert one.view == other.view
