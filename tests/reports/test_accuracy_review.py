"""What is said of the accuracy of kept sessions: figures by hand, and words where there are too few."""

import json
from pathlib import Path

import pytest

from repose.errors import ReposeError
from repose.evaluation.kept_accuracy import Accuracy, accuracy
from repose.evaluation.metrics import Agreement, Share
from repose.evaluation.of_store import accuracy_of
from repose.reports import accuracy_review_words as words
from repose.reports.accuracy_review_json import review_json
from repose.reports.accuracy_review_page import content, review_page, write_review_page
from repose.reports.accuracy_review_pictures import angle_pictures
from repose.sessions.records import Selection
from tests.judged import NAME, a_rep, a_set, begin, judged_example, say
from tests.kept import kept_store


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Accuracy:
    store = kept_store(tmp_path_factory.mktemp("kept"))
    judged_example(store)
    found = accuracy_of(store, Selection())
    store.close()
    return found


def few(folder: Path) -> Accuracy:
    """Three sets of one rep each, all exact."""
    store = kept_store(folder)
    session = begin(store, "Ada")
    for position in range(3):
        one = a_set(store, session, [a_rep(position * 40 + 3, faults=["jerky"])], position=position)
        say(store, session, type="sign_off", set_id=one)
    found = accuracy_of(store, Selection())
    store.close()
    return found


def row(of: Accuracy, table: str, name: str) -> dict[str, str]:
    found = next(one for one in words.tables(of, words.groups(of)) if one.key == table)
    return dict(zip(found.heads, next(each for each in found.rows if each[0] == name), strict=True))


def test_the_example_in_words(example: Accuracy) -> None:
    # Computed in tests/evaluation/test_kept_accuracy.py.
    assert words.headline(example) == (
        "27 of 30 judged sets counted exactly: 90 % (95 % interval 74 to 97 %). "
        "1 set that nobody has judged has no part in it."
    )
    for table, name in (("all", "all"), ("side", "left"), ("person", NAME), ("month", "2026-03")):
        shown = row(example, table, name)
        assert shown["sets"] == "30"
        assert shown["counted exactly"] == "90 % (74–97)\n27 of 30"
        assert shown["at most one off"] == "97 % (83–99.4)\n29 of 30"
        assert shown["mean error"] == "0.13 reps"
        assert (shown["precision"], shown["recall"], shown["F1"]) == ("0.993", "0.980", "0.987")
        # 30 s of 20 min are 2.5 %.
        assert shown["not measured"] == "2 % of 20 min"


def test_faults_of_the_example(example: Accuracy) -> None:
    table = words.fault_table(example)
    assert table is not None
    rows = {each[0]: each[1:] for each in table.rows}
    assert rows["Heel slides: more slowly"] == ("149", "29", "1", "1", "118", "0.96")
    assert rows["Heel slides: more smoothly"][-1] == "only ever one answer: nothing to compare"


def test_few_data_say_so(tmp_path: Path) -> None:
    of = few(tmp_path)
    assert (
        words.headline(of) == "3 of 3 judged sets counted exactly: too few to tell how good the counting is."
    )
    shown = row(of, "all", "all")
    assert shown["counted exactly"] == "too few to tell:\n3 of 3 sets"
    assert shown["mean error"] == "too few to tell"
    assert shown["F1"] == "too few to tell:\n3 reps"
    table = words.fault_table(of)
    assert table is not None
    assert {each[-1] for each in table.rows} == {
        "only ever one answer: nothing to compare",
        "too few to tell",
    }
    page = content(of, links=False)
    # The only percentages are those of the rules, and of the time not measured.
    assert "100 %" not in page
    assert "1.00" not in page


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Share(0, 0), "–"),
        (Share(1, 1), "too few to tell:\n1 of 1 set"),
        (Share(12, 15), "too few to tell:\n12 of 15 sets"),
        (Share(10, 10), "100 % (72–100)\n10 of 10"),
    ],
)
def test_shares(share: Share, said: str) -> None:
    assert words.share(share) == said


def test_limits_of_agreement_need_ten_sets() -> None:
    agreement = Agreement(400, 4.0, -3.0, -7.0, 1.0)
    assert set(words.limits(agreement, 9)) == {"too few to tell"}
    assert words.limits(agreement, 10) == ("−3.0", "−7.0 … +1.0", "4.0")


def test_nothing_judged_tells_what_to_do() -> None:
    nothing = accuracy([], 12)
    assert words.headline(nothing) == (
        "No set has been judged yet. 12 sets that nobody has judged have no part in it."
    )
    page = content(nothing, links=True)
    assert "sign them off" in page
    assert "<table" not in page
    assert review_json(nothing, {})["total"]["exact"]["value"] is None


def test_sets_that_were_left_out_are_told(example: Accuracy) -> None:
    cut = accuracy(example.cases, 0, left_out=2)
    assert words.headline(cut).endswith(
        "These are the newest; older ones that were judged (2 sets) are left out: choose a shorter time, or "
        "run `repose accuracy` for all of them."
    )


def test_names_are_escaped_and_the_page_loads_nothing(example: Accuracy) -> None:
    page = review_page(example, [f"person: {NAME}"])
    assert "<b>&quot;😀" not in page
    assert "&lt;b&gt;&quot;😀 O&#x27;Neil" in page
    assert "<script" not in page
    assert "href=" not in page
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert words.BIAS.split(":")[0] in page.replace("&#x27;", "'")


def test_links_lead_to_the_set(example: Accuracy) -> None:
    worst = example.worst[0]
    assert f'href="/sessions/{worst.session_id}?set={worst.set_id}"' in content(example, links=True)


def test_json_has_the_same_numbers_and_whether_they_are_enough(example: Accuracy, tmp_path: Path) -> None:
    found = json.loads(json.dumps(review_json(example, {"person": None}), allow_nan=False))
    assert (found["judged_sets"], found["sets_not_judged"]) == (30, 1)
    assert found["total"]["exact"]["count"] == 27
    assert found["total"]["f1"] == pytest.approx(298 / 302)
    assert found["total"]["enough"] == {"sets": True, "reps": True}
    assert found["by"]["side"][0]["name"] == "left"
    (fault,) = [one for one in found["faults"] if one["fault"] == "too_fast"]
    assert (fault["both"], fault["n"], fault["enough"]) == (29, 149, True)
    assert [one["wrong_reps"] for one in found["worst"]] == [2, 1, 1]
    assert review_json(few(tmp_path), {})["total"]["enough"] == {"sets": False, "reps": False}


def test_a_file_that_cannot_be_written_is_told_and_not_left_half(example: Accuracy, tmp_path: Path) -> None:
    write_review_page(example, [], tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8").endswith("</html>\n")
    with pytest.raises(ReposeError, match="cannot be written"):
        write_review_page(example, [], tmp_path / "missing" / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_angles_where_an_annotation_knows_them(tmp_path: Path) -> None:
    # The machine reads 90° to 101° where 95° is true: differences -5 to 6, mean 0.5, SD √13; 1.96 SD = 7.07.
    # The sizes 5 + 4 + 3 + 2 + 1 + 0 + 1 + ... + 6 = 36 over 12 sets of a rep: mean error 3.0.
    store = kept_store(tmp_path)
    session = begin(store, "Ada")
    truth = {
        "format": "repose-truth",
        "version": 1,
        "exercise": "heel-slides",
        "angles": {"time_s": [0.0, 600.0], "knee_flexion": {"left": [95.0, 95.0]}},
    }
    for k in range(12):
        peak_s = 40.0 * k + 3
        one = a_set(store, session, [a_rep(peak_s, angle=90.0 + k)], position=k)
        store.add_annotation(one, "Rita", truth | {"reps": [{"side": "left", "peak_s": peak_s}]})
    of = accuracy_of(store, Selection())
    store.close()
    table = words.angle_table(of)
    assert table is not None
    assert table.rows == (("Heel slides, at the end position", "12", "12", "+0.5", "−6.6 … +7.6", "3.0"),)
    (picture,) = angle_pictures(of)
    assert picture.count("<circle") == 12
    assert "−1.96 SD" in picture
    assert "−6.6°" in picture
    assert "12 reps" in content(of, links=False)
