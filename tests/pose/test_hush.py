"""MediaPipe's routine messages stay off the screen, all else passes."""

import os
import threading

import pytest

from repose.pose.hush import hushed

CHATTER = (
    b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
    b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
    b"W0000 00:00:1795334609.117593    4228 inference_feedback_manager.cc:114] Feedback manager\n"
)
ERRORS = b"ERROR: no such operator\nE0000 00:00:1795334609.1 1 a.cc:1] broken\n"


def test_chatter_is_dropped_and_the_rest_passes(capfd: pytest.CaptureFixture[str]) -> None:
    with hushed():
        os.write(2, b"a warning of ours\n" + CHATTER + ERRORS + b"50 %")
    assert capfd.readouterr().err == "a warning of ours\n" + ERRORS.decode() + "50 %"


def fail_loudly() -> None:
    with hushed():
        os.write(2, CHATTER + ERRORS + b"a warning of ours\n")
        raise ValueError("broken")


def test_an_error_that_is_raised_is_not_told_twice(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="broken"):
        fail_loudly()
    assert capfd.readouterr().err == "a warning of ours\n"


def test_stderr_works_again_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        with hushed():
            os.write(2, CHATTER)
    os.write(2, CHATTER)
    assert capfd.readouterr().err == CHATTER.decode()


def test_no_descriptor_is_left_open() -> None:
    lowest = os.dup(2)
    os.close(lowest)
    for _ in range(50):
        with hushed():
            pass
    after = os.dup(2)
    os.close(after)
    assert after == lowest


def test_blocks_of_two_threads_may_overlap(capfd: pytest.CaptureFixture[str]) -> None:
    inside, outside = threading.Event(), threading.Event()

    def other() -> None:
        with hushed():
            inside.set()
            outside.wait(10)
            os.write(2, CHATTER + b"said in the other thread\n")

    thread = threading.Thread(target=other)
    with hushed():
        thread.start()
        assert inside.wait(10)
    os.write(2, b"said in between\n")
    outside.set()
    thread.join(10)
    os.write(2, b"said afterwards\n")
    said = capfd.readouterr().err
    assert said == "said in between\nsaid in the other thread\nsaid afterwards\n"
