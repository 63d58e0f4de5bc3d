"""The table, the JSON and the page of one evaluation."""

import json
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from repose.errors import ReposeError
from repose.evaluation import Evaluation
from repose.reports.accuracy_json import evaluation_json
from repose.reports.accuracy_page import accuracy_page, write_accuracy_page
from repose.reports.accuracy_table import print_evaluation
from repose.reports.accuracy_words import INTENDED_USE
from repose.reports.signal_picture import MOST_POINTS, Scale, _thinned, signal_picture

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Checks that tags nest, and gathers what a reader sees."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append(name)
        self.attributes += attributes
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        self.text += data


def printed(evaluation: Evaluation, width: int = 120) -> str:
    out = StringIO()
    print_evaluation(Console(file=out, width=width), evaluation)
    return out.getvalue()


def test_the_table_fits_and_lists_wrong_clips_first(evaluation: Evaluation) -> None:
    text = printed(evaluation)
    assert max(map(len, text.splitlines())) <= 120
    rows = [text.index(name) for name in ("b-wrong", "c-luck", "a-exact", "d-refused")]
    assert rows == sorted(rows)
    assert re.search(r"b-wrong +WRONG +1L / 2L +1\.00 0\.50 0\.67 +1 of 1 +0\.10 0\.10", text)
    assert "b-wrong: Missed rep: left at 9.0 s." in text
    assert INTENDED_USE in " ".join(text.split())


def test_names_are_not_read_as_styles(evaluation: Evaluation) -> None:
    assert "<script>" in printed(evaluation)


def test_json_holds_every_number_and_nothing_that_json_lacks(evaluation: Evaluation) -> None:
    told = json.loads(json.dumps(evaluation_json(evaluation), allow_nan=False))
    assert (told["format"], told["version"], told["model"]) == ("repose-evaluation", 1, "full")
    assert [clip["outcome"] for clip in told["clips"]] == ["exact", "wrong", "exact", "refused", "failed"]
    assert told["total"]["exact"]["count"] == 2
    assert told["total"]["exact"]["interval"] == pytest.approx([0.150, 0.850], abs=5e-4)
    slides = told["exercises"]["heel-slides"]
    smallest = slides.pop("smallest_change")
    assert slides == told["total"]
    assert smallest["hold_s"]["clips"] == 3
    assert smallest["hold_s"]["bias"] == pytest.approx(0.1)
    wrong = told["clips"][1]
    assert wrong["counts"] == {"left": 1, "right": 0, "both": 0, "total": 1}
    assert [rep["peak_start_s"] for rep in wrong["events"]["missed"]] == [8.5]
    assert wrong["events"]["matched_partials"][0]["counted"]["reason"] == "turned_back_early"
    assert wrong["numbers"]["recall"] == 0.5
    assert told["clips"][3]["unmeasured"][0]["end_s"] == 19.0


def test_the_page_is_whole_and_escaped(evaluation: Evaluation) -> None:
    page = Page(accuracy_page(evaluation))
    assert "script" not in page.seen
    assert "b" not in page.seen
    assert "<script>alert('&')</script>" in page.text
    assert "<b>truncated</b>" in page.text
    assert "feet <towards> the camera" in page.text
    assert INTENDED_USE in page.text
    assert page.text.index("b-wrong") < page.text.index("a-exact")


def test_the_page_loads_nothing(evaluation: Evaluation) -> None:
    page = Page(accuracy_page(evaluation))
    assert not {"link", "img", "iframe", "script", "object"} & set(page.seen)
    assert not {"src", "href", "xlink:href"} & {name for name, _ in page.attributes}
    values = [value or "" for _, value in page.attributes]
    assert any("default-src 'none'" in value for value in values)
    assert not any("//" in value for value in values)
    # Hatchings lie in the page itself.
    assert set(re.findall(r"url\((.*?)\)", page.text)) == {
        "#true-hatch",
        "#counted-hatch",
        "#unmeasured-hatch",
    }
    assert {"true-hatch", "counted-hatch", "unmeasured-hatch"} <= set(values)


def test_a_picture_shows_truth_count_limits_and_mistakes(evaluation: Evaluation) -> None:
    exact, wrong, luck, refused, failed = (signal_picture(clip) for clip in evaluation.clips)
    assert exact.count('class="true"') == exact.count('class="counted"') == 2
    assert exact.count('class="true partial"') == exact.count('class="counted partial"') == 1
    assert exact.count('class="band"') == 2
    assert "✗" not in exact
    assert all(limit in exact for limit in ("complete 0.8", "leave 0.2", "return 0.15"))
    assert wrong.count("✗ missed") == 1
    assert (luck.count("✗ missed"), luck.count("✗ false")) == (2, 1)
    # Once behind the excursion, once behind the angle.
    assert refused.count('class="unmeasured"') == 2
    assert "✗" not in refused
    assert failed.count("✗ missed") == 2
    assert "nothing counted" in refused
    assert 'class="signal"' not in failed


def test_a_gap_in_the_signal_is_a_gap_in_the_line(evaluation: Evaluation) -> None:
    refused = signal_picture(evaluation.clips[3])
    line = re.search(r'<path d="([^"]*)" class="signal">', refused)
    assert line is not None
    assert line[1].count("M") == 2
    assert "nan" not in refused


def test_a_scale_keeps_within_its_ends() -> None:
    scale = Scale(0.0, 2.0, 100.0, 300.0)
    assert [scale(value) for value in (-1.0, 0.0, 0.5, 2.0, 9.0)] == [100, 100, 150, 300, 300]


def test_thinning_keeps_peaks_and_gaps() -> None:
    time_s = np.arange(100_000) / 30
    values = np.zeros(100_000)
    values[54_321] = 1.0
    values[70_000:70_003] = np.nan
    _, kept = _thinned(time_s, values)
    assert len(kept) <= 1.5 * MOST_POINTS
    assert np.nanmax(kept) == 1.0
    assert np.isnan(kept).any()


def test_the_page_is_written_whole_or_not_at_all(evaluation: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_accuracy_page(evaluation, path)
    assert path.read_text(encoding="utf-8") == accuracy_page(evaluation)
    with pytest.raises(ReposeError, match="cannot be written"):
        write_accuracy_page(evaluation, tmp_path / "nowhere" / "page.html")
    taken = tmp_path / "taken.html"
    taken.mkdir()
    with pytest.raises(ReposeError, match="cannot be written"):
        write_accuracy_page(evaluation, taken)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["page.html", "taken.html"]
