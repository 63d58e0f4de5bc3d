"""Whatever happens to a session, in whatever order: what is kept is what was announced."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.coaching.messages import Stage
from repose.sessions.records import KeptSession
from repose.sessions.recount import recount
from repose.sessions.sql_store import SqlStore
from tests.coaching.happenings import ITEMS, Happening, happen, happenings
from tests.sessions.keeping import Moody, a_store, all_kept, player_of, reps_of

STAGES: Final = (Stage.WELCOME, Stage.PLACING, Stage.POSITIONING, Stage.WORKING, Stage.WORKING)


def check_kept(store: SqlStore, kept: KeptSession) -> None:
    """What is true of every kept session."""
    tracks = list(store.landmarks(kept.id))
    times = np.concatenate([[-1.0], *(track.time_s for track in tracks)])
    assert (np.diff(times) > 0).all()
    assert [one.head.position for one in kept.sets] == sorted({one.head.position for one in kept.sets})
    for one in kept.sets:
        state, reps = one.state, tuple(each.rep for each in one.reps)
        assert state.counted_from
        assert state.counted_from == tuple(sorted(set(state.counted_from)))
        assert state.counted_from[0] <= one.head.begun_s
        assert all(from_s in times for from_s in state.counted_from)
        assert all(span.start_s < span.end_s for span in state.unmeasured)
        assert all(before.end_s <= after.start_s for before, after in pairwise(state.unmeasured))
        complete = [rep for rep in reps if rep.reason is None]
        assert one.head.target is not None
        assert len(complete) <= one.head.target
        assert state.skipped == (state.ended_s is not None and len(complete) < one.head.target)
        assert all(rep.start_s <= rep.peak_s <= rep.end_s for rep in reps)
        if state.ended_s is not None:
            assert state.ended_s >= one.head.begun_s
            assert recount(one.head, state, tracks).reps == reps


@given(
    stage=st.sampled_from(STAGES),
    what=st.lists(happenings, max_size=10),
    broken=st.lists(st.booleans(), max_size=10),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_what_is_kept_is_what_was_announced(stage: Stage, what: list[Happening], broken: list[bool]) -> None:
    with TemporaryDirectory() as folder:
        store = a_store(Path(folder))
        moody = Moody(store)
        player = player_of(moody)
        player.start(*ITEMS)
        player.reach(stage)
        for number, one in enumerate(what):
            moody.broken = "no disk" if number < len(broken) and broken[number] else None
            happen(player, one)
        moody.broken = None
        assert player.keeper.close()
        kept = all_kept(store)
        # A session in which no set was begun is not kept.
        assert list(map(reps_of, kept)) == [one for one in player.announced if one]
        for session in kept:
            check_kept(store, session)
        store.close()
