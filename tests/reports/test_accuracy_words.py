"""What is said of an evaluation."""

import pytest

from repose.evaluation import Evaluation
from repose.evaluation.metrics import Share, summarise
from repose.reports.accuracy_words import (
    answer,
    counts_in_words,
    failures_first,
    figures,
    headline,
    number,
    remarks,
    short_counts,
    signed,
)


def test_failures_come_first(evaluation: Evaluation) -> None:
    ordered = failures_first(evaluation.clips)
    assert [answer(clip) for clip in ordered] == ["FAILED", "WRONG", "exact by luck", "exact", "not measured"]


def test_the_headline_names_the_bad_news(evaluation: Evaluation) -> None:
    assert headline(evaluation.total) == (
        "3 of 5 clips answered right (2 counted exactly, 1 of them by luck; 1 rightly not measured), 2 wrong."
        # Wilson's interval of 3 in 5.
        " On more clips like these, 23 to 88 % would be right (95 % interval)."
    )


def test_remarks_name_every_mistake_once(evaluation: Evaluation) -> None:
    said = {clip.name[0]: remarks(clip) for clip in evaluation.clips}
    assert said["a"] == ()
    assert said["b"] == ("Missed rep: left at 9.0 s.",)
    assert said["c"] == (
        "The count is exact, but not all of the reps are.",
        "False rep: left at 13.0 s.",
        "Missed rep: left at 9.0 s.",
        "Missed partial: left at 18.0 s.",
    )
    assert said["d"] == (
        "A view that cannot show the exercise (front). Not measured: feet <towards> the camera (18.0 s).",
    )
    assert said["<"] == ("Counting stopped: e.mp4: <b>truncated</b>",)


def test_the_summary_has_a_column_for_each_exercise_and_all(evaluation: Evaluation) -> None:
    columns, lines = figures(evaluation)
    assert columns == ("heel-slides", "all")
    values = {line.label: line.values[-1] for line in lines}
    assert values["clips"] == "5"
    assert values["counted exactly"] == "2 of 4\n50 % (15–85)"
    assert values["reps counted / true"] == "5 / 7"
    # 4 matched of 7 true and 5 counted.
    assert (values["rep precision"], values["rep recall"], values["rep F1"]) == ("0.800", "0.571", "0.667")
    assert values["partials recognised"] == "2 of 4"
    assert values["hold error, median (s)"] == "0.10"
    assert values["landmarker (ms a frame)"] == "20.0"
    assert values["all else (ms a frame)"] == "1.0"
    assert all(len(line.values) == len(columns) for line in lines)


def test_a_share_just_below_all_is_not_rounded_to_all(evaluation: Evaluation) -> None:
    _, lines = figures(Evaluation(evaluation.clips[:1] * 299 + evaluation.clips[1:2], "full", {}))
    assert (
        next(line for line in lines if line.label == "counted exactly")
        .values[0]
        .startswith("299 of 300\n99.7 %")
    )


def test_an_empty_summary_can_be_said() -> None:
    assert headline(summarise([])) == "0 of 0 clips answered right (0 counted exactly), 0 wrong."
    assert Share(0, 0).interval is None


@pytest.mark.parametrize(
    ("counts", "words", "short"),
    [
        ({"left": 0, "right": 0, "both": 0, "total": 0}, "0", "0"),
        ({"left": 2, "right": 3, "both": 0, "total": 5}, "2 left + 3 right", "2L+3R"),
        ({"left": 0, "right": 0, "both": 4, "total": 4}, "4 both", "4B"),
    ],
)
def test_counts(counts: dict[str, int], words: str, short: str) -> None:
    assert (counts_in_words(counts), short_counts(counts)) == (words, short)


def test_numbers_and_unknowns() -> None:
    assert (number(1.25, 1), number(None, 1), signed(-2.04), signed(3.0), signed(None)) == (
        "1.2",
        "–",
        "−2.0",
        "+3.0",
        "–",
    )
