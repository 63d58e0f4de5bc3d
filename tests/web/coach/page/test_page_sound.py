"""Speech one at a time and by urgency, tones at once, and honesty about what cannot be heard."""

import itertools
import time
from typing import Final

import pytest

from repose.coaching.messages import Say, Tone, ToneName, Urgency
from tests.web.coach.page import views
from tests.web.coach.page.stand import LOCAL_VOICE, REMOTE_VOICE, Stand

NO_VOICE: Final = "This browser has no voice of its own for English: tones and large words carry the session."


def _begin(stand: Stand, **more: object) -> None:
    """Start a session by a press, so that the page may be heard."""
    stand.open(**more)  # type: ignore[arg-type]
    stand.show(views.IDLE)
    stand.page.click("#start")
    stand.show(views.WORKING)


def _say(stand: Stand, text: str, urgency: Urgency, topic: str = "", lasts_s: float = 4.0) -> None:
    stand.say(Say(0.0, text, urgency, topic or text, lasts_s))


def _spoken(stand: Stand) -> list[str]:
    spoken: list[str] = stand.page.evaluate("window.spoken.map((one) => one.text)")
    return spoken


def _end(stand: Stand) -> None:
    """The utterance under way comes to its end."""
    stand.page.evaluate("window.spoken.at(-1).onend()")


def test_never_two_at_once_and_the_most_urgent_first(stand: Stand) -> None:
    _begin(stand)
    _say(stand, "Slide the heel up", Urgency.CUE)
    _say(stand, "Halfway", Urgency.CHAT)
    _say(stand, "Keep the heel down", Urgency.CUE)
    _say(stand, "Four", Urgency.COUNT)
    assert _spoken(stand) == ["Slide the heel up"]
    for _ in range(4):
        _end(stand)
    assert _spoken(stand) == ["Slide the heel up", "Four", "Keep the heel down", "Halfway"]


def test_of_one_topic_only_the_newest_waits(stand: Stand) -> None:
    _begin(stand)
    _say(stand, "Begin", Urgency.FLOW)
    _say(stand, "Ten", Urgency.COUNT, "hold")
    _say(stand, "Nine", Urgency.COUNT, "hold")
    _end(stand)
    _end(stand)
    assert _spoken(stand) == ["Begin", "Nine"]


def test_what_is_stale_is_left_out(stand: Stand) -> None:
    _begin(stand)
    _say(stand, "Begin", Urgency.FLOW)
    _say(stand, "Five", Urgency.COUNT, lasts_s=0.1)
    stand.page.wait_for_timeout(200)
    _end(stand)
    assert _spoken(stand) == ["Begin"]


def test_trouble_interrupts_chat_and_cues_but_no_count(stand: Stand) -> None:
    _begin(stand)
    _say(stand, "Well done", Urgency.CHAT)
    _say(stand, "I cannot see you", Urgency.TROUBLE, "lost")
    stand.page.wait_for_timeout(150)
    assert _spoken(stand) == ["Well done", "I cannot see you"]
    assert stand.page.evaluate("window.cancelled") == 1
    _end(stand)
    _say(stand, "Four", Urgency.COUNT)
    _say(stand, "The camera is gone", Urgency.TROUBLE, "camera")
    stand.page.wait_for_timeout(150)
    assert _spoken(stand)[-1] == "Four"
    _end(stand)
    assert _spoken(stand)[-1] == "The camera is gone"


def test_the_late_end_of_an_interrupted_utterance_ends_nothing_else(stand: Stand) -> None:
    _begin(stand)
    _say(stand, "Well done", Urgency.CHAT)
    _say(stand, "I cannot see you", Urgency.TROUBLE)
    stand.page.wait_for_timeout(150)
    _say(stand, "Four", Urgency.COUNT)
    stand.page.evaluate("window.spoken[0].onerror()")
    assert _spoken(stand)[-1] == "I cannot see you"


def test_a_browser_that_never_says_that_it_ended_does_not_silence_the_coach(stand: Stand) -> None:
    stand.page.clock.install()
    _begin(stand)
    _say(stand, "Begin", Urgency.FLOW)
    _say(stand, "Four", Urgency.COUNT, lasts_s=60)
    stand.page.clock.fast_forward(4000)
    stand.page.clock.fast_forward(100)
    assert _spoken(stand) == ["Begin", "Four"]


def test_a_voice_that_would_send_the_words_to_a_server_never_speaks(stand: Stand) -> None:
    stand.page.clock.install()
    _begin(stand, voices=(REMOTE_VOICE, {**LOCAL_VOICE, "lang": "de-DE"}))
    _say(stand, "Four", Urgency.COUNT)
    stand.page.clock.fast_forward(3000)
    stand.settle()
    assert _spoken(stand) == []
    assert stand.text("#sound") == NO_VOICE
    stand.tone(Tone(0.0, "rep"))
    assert stand.page.evaluate("window.notes.length") > 0


def test_voices_that_come_late_are_used(stand: Stand) -> None:
    _begin(stand, voices=())
    _say(stand, "Begin", Urgency.FLOW)
    assert _spoken(stand) == []
    stand.page.evaluate(
        "(voice) => { speechSynthesis.voices = [voice];"
        " speechSynthesis.dispatchEvent(new Event('voiceschanged')); }",
        dict(LOCAL_VOICE),
    )
    assert _spoken(stand) == ["Begin"]
    assert stand.page.evaluate("window.spoken[0].voice.name") == "Here"


@pytest.mark.parametrize(
    ("voices", "chosen"),
    [
        ([("A", "en-US", True, True), ("B", "en-GB", True, False)], "B"),
        ([("A", "en-US", True, False), ("B", "en_AU", True, True)], "B"),
        ([("A", "en-GB", False, True), ("B", "en", True, False)], "B"),
        ([("A", "fr-FR", True, True)], None),
        ([], None),
    ],
)
def test_the_voice_is_local_and_speaks_the_language(
    stand: Stand, voices: list[tuple[str, str, bool, bool]], chosen: str | None
) -> None:
    stand.open()
    named = [dict(zip(("name", "lang", "localService", "default"), voice, strict=True)) for voice in voices]
    name = stand.page.evaluate(
        """async (voices) => {
          const { chooseVoice } = await import("/static/live/speech.js");
          return chooseVoice(voices, "en", ["en-GB"])?.name ?? null;
        }""",
        named,
    )
    assert name == chosen


@pytest.mark.parametrize("name", ToneName.__args__)  # type: ignore[attr-defined]
def test_each_tone_sounds_at_once_and_is_reported(stand: Stand, name: ToneName) -> None:
    _begin(stand)
    stand.tone(Tone(0.0, name), decided_ms=time.time() * 1000)
    assert stand.page.evaluate("window.notes.length") > 0
    (heard,) = stand.sent("heard")
    assert heard["name"] == name
    assert -50 < heard["delay_ms"] < 10_000


def test_the_tones_can_be_told_apart(stand: Stand) -> None:
    _begin(stand)
    played = []
    for name in ToneName.__args__:  # type: ignore[attr-defined]
        stand.page.evaluate("window.notes = []")
        stand.tone(Tone(0.0, name))
        played.append(stand.page.evaluate("window.notes"))
    assert all(a != b for a, b in itertools.combinations(played, 2))


def test_tones_of_the_same_moment_come_one_after_the_other(stand: Stand) -> None:
    _begin(stand)
    before = stand.page.evaluate("window.starts.length")
    for _ in range(2):
        stand.tone(Tone(0.0, "hold_reached"))
    first, *_, last = stand.page.evaluate(f"window.starts.slice({before})")
    assert last - first >= 0.24 + 0.4 + 0.24 - 1e-6


def test_a_watching_page_keeps_silent(stand: Stand) -> None:
    _begin(stand, role="controller")
    stand.greet("watcher")
    stand.settle()
    _say(stand, "Four", Urgency.COUNT)
    stand.tone(Tone(0.0, "rep"))
    assert _spoken(stand) == []
    assert stand.page.evaluate("window.notes") == []
    assert stand.sent("heard") == []
    assert stand.text("#sound") == "The sound comes from the page that controls the session."


def test_speech_tones_volume_and_rate_are_settings_that_are_kept(stand: Stand) -> None:
    _begin(stand)
    stand.page.click(".controls [data-dialog=settings-dialog]")
    stand.page.uncheck("[name=tones]")
    stand.page.fill("[name=volume]", "40")
    stand.page.fill("[name=rate]", "1.3")
    stand.page.click("#settings-dialog [value=close]")
    stand.tone(Tone(0.0, "rep"))
    _say(stand, "Four", Urgency.COUNT)
    assert stand.page.evaluate("window.notes") == []
    assert stand.page.evaluate("[window.spoken[0].volume, window.spoken[0].rate]") == [0.4, 1.3]
    stand.reload()
    stand.greet()
    stand.show(views.WORKING)
    stand.page.click(".controls [data-dialog=settings-dialog]")
    assert not stand.page.is_checked("[name=tones]")
    assert stand.page.input_value("[name=volume]") == "40"
    stand.page.uncheck("[name=speech]")
    stand.page.click("#settings-dialog [value=close]")
    _say(stand, "Five", Urgency.COUNT)
    assert _spoken(stand) == []
    assert stand.text("#sound") == "Speech and tones are switched off."


def test_the_sound_can_be_tried_before_the_start(stand: Stand) -> None:
    stand.open()
    stand.show(views.IDLE)
    stand.page.click("#try-sound-here")
    stand.page.wait_for_timeout(700)
    assert _spoken(stand) == ["Four. Keep the heel on the floor."]
    assert stand.page.evaluate("window.notes") == [659, 988]


def test_after_a_reload_the_page_asks_for_a_key_before_it_can_be_heard(stand: Stand) -> None:
    # As browsers do; under a test, every page counts as touched.
    stand.page.add_init_script(
        """{ let touched = false; addEventListener("keydown", () => { touched = true; }, { capture: true });
        window.AudioContext = class extends AudioContext {
          get state() { return touched ? super.state : "suspended"; }
          resume() { return touched ? super.resume() : new Promise(() => {}); }
        }; }"""
    )
    stand.open()
    stand.show(views.WORKING)
    assert stand.text("#sound") == "Press any key or tap to switch the sound on."
    stand.tone(Tone(0.0, "rep"))
    assert stand.sent("heard") == []
    stand.page.keyboard.press("a")
    stand.page.wait_for_timeout(200)
    assert stand.text("#sound") == ""
    stand.tone(Tone(0.0, "rep"))
    assert len(stand.sent("heard")) == 1
