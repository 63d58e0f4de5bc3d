"""What clients send: understood, or refused in words."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.coaching.commands import Start
from repose.coaching.programme import usual_programme
from repose.live.protocol import Shown, TakeControl
from repose.web.coach.incoming import Meter, MisunderstoodError, understand


def start(**item: object) -> str:
    return json.dumps({"type": "start", "programme": {"items": [{"exercise": "heel-slides", **item}]}})


MANY = {"exercise": "ankle-pumps", "sets": 20, "reps": 100}

REFUSED = {
    "": ["not JSON"],
    "hello": ["not JSON"],
    '{"type": "pause"': ["not JSON"],
    "[]": ["JSON object", "type"],
    "7": ["JSON object", "type"],
    "null": ["JSON object", "type"],
    "{}": ["needs a type"],
    '{"type": "dance"}': ["'dance'", "'start'", "'take_control'"],
    '{"type": 7}': ["7", "'start'"],
    '{"type": "pause", "now": true}': ["now", "not known"],
    '{"type": "start"}': ["programme", "missing"],
    '{"type": "shown", "seq": -1}': ["seq = -1", "greater than or equal to 0"],
    '{"type": "shown", "seq": 1, "latency_ms": NaN}': ["latency_ms", "finite"],
    '{"type": "shown", "seq": 1, "latency_ms": 1e999}': ["latency_ms", "finite"],
    '{"type": "shown", "seq": "x"}': ["seq = 'x'", "integer"],
    '{"type": "heard", "name": "%s", "delay_ms": 1}' % ("x" * 50): ["name", "at most 40"],
    '{"type": "start", "programme": {"items": []}}': ["programme.items", "at least 1"],
    start(reps=0): ["programme.items.0.reps = 0", "greater than or equal to 1"],
    start(reps=-3): ["reps = -3"],
    start(reps=1000): ["reps = 1000", "less than or equal to 100"],
    start(reps=2.5): ["reps = 2.5", "integer"],
    start(reps=10**30): ["reps", "less than or equal to 100"],
    start(sets=21): ["sets = 21", "20"],
    start(hold_s=-1): ["hold_s = -1"],
    start(hold_s=1e9): ["hold_s", "300"],
    start(rest_s="long"): ["rest_s = 'long'", "number"],
    start(sides=["both"]): ["heel-slides has no side 'both'", "left, right"],
    start(sides=["left", "left"]): ["named twice"],
    start(colour="red"): ["colour", "not known"],
    start(exercise="push-ups"): ["unknown exercise 'push-ups'", "heel-slides"],
    start(exercise="<script>" * 1000): ["unknown exercise"],
    json.dumps({"type": "start", "programme": {"items": [MANY] * 3}}): ["6000 reps", "5000"],
    '{"type": "start", "programme": ' + "[" * 5000 + "]" * 5000 + "}": [],
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:60])
def test_what_is_wrong_is_said_in_one_line(text: str) -> None:
    with pytest.raises(MisunderstoodError) as refused:
        understand(text)
    said = str(refused.value)
    assert all(part in said for part in REFUSED[text])
    assert 5 < len(said) <= 300
    assert "\n" not in said
    assert "pydantic" not in said


def test_messages_are_understood() -> None:
    programme = usual_programme()
    text = json.dumps({"type": "start", "programme": programme.model_dump(mode="json")})
    assert understand(text) == Start(programme=programme)
    assert understand('{"type":"shown","seq":7,"latency_ms":31.5}') == Shown(seq=7, latency_ms=31.5)
    assert understand('{"type":"take_control"}') == TakeControl()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.text() | st.just("type"), some),
)

ITEM = st.dictionaries(st.sampled_from(["exercise", "reps"]), st.just("heel-slides") | st.integers())
FIELD = st.none() | st.floats() | st.text() | st.dictionaries(st.just("items"), st.lists(ITEM))


@given(st.text() | ANY_JSON.map(json.dumps))
def test_no_text_does_any_harm(text: str) -> None:
    with pytest.raises(MisunderstoodError, match=r".+"):
        understand(text)


@given(
    kind=st.sampled_from(["start", "shown", "heard", "pause", "take_control"]),
    fields=st.dictionaries(st.sampled_from(["programme", "seq", "latency_ms", "name", "delay_ms"]), FIELD),
)
def test_near_misses_are_understood_or_refused(kind: str, fields: dict[str, object]) -> None:
    understood = None
    with suppress(MisunderstoodError):
        understood = understand(json.dumps({"type": kind, **fields}))
    assert understood is None or understood.type == kind


def test_the_meter_allows_a_page_its_acknowledgements_but_no_flood() -> None:
    now_s = 0.0

    def clock() -> float:
        return now_s

    meter = Meter(clock, most_a_second=100)
    for _ in range(1000):
        now_s += 1 / 60
        assert not meter.too_many()
    calm = sum(not meter.too_many() for _ in range(1000))
    assert 90 <= calm <= 100
    now_s += 1.0
    assert not meter.too_many()
