"""The report as people get it: one HTML file, a PDF of one page, and a few lines in the terminal."""

import io
import re
import socket
import xml.etree.ElementTree as ET
from base64 import b64encode
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from PIL import Image
from rich.console import Console

from repose import INTENDED_USE
from repose.coaching.programme import Item, Programme
from repose.counting.result import Unmeasured
from repose.exercises.load import programme
from repose.reports import session_pdf
from repose.reports.session_facts import facts
from repose.reports.session_page import POLICY, STYLE, sessions_page
from repose.reports.session_pdf import sessions_pdf
from repose.reports.session_text import print_session
from repose.sessions.records import KeptSession, Origin
from tests.reports.session_example import a_rep, a_session, a_set, earlier, usual_session

HOSTILE = """<script>alert("1")</script> & 'O’Brien'"""

VOID = {"meta", "br", "hr", "col"}


def page_of(session: KeptSession) -> str:
    return sessions_page([facts(session)])


def as_xml(page: str) -> ET.Element:
    """The page, parsed by a parser that forgives nothing."""
    body = page.removeprefix("<!doctype html>\n")
    for name in VOID:
        body = body.replace(f"<{name}>", f"<{name}/>")
    # The void elements with attributes.
    body = re.sub(r"<(meta)([^>]*[^/])>", r"<\1\2/>", body)
    return ET.fromstring(body)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def pages_of(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def printed(session: KeptSession) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_session(console, facts(session))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_the_page_tells_the_usual_session_in_one_file() -> None:
    session = usual_session()
    page = sessions_page([facts(session, earlier(session, better={"heel-slides": 30.0}))])
    root = as_xml(page)
    assert root.tag == "html"
    assert [one.tag for one in root.iter() if one.tag in ("script", "link", "img", "iframe", "a")] == []
    assert not any(
        name.endswith(("src", "href", "style")) or name.startswith("on")
        for one in root.iter()
        for name in one.attrib
    )
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    text = " ".join("".join(root.find("body").itertext()).split())  # type: ignore[union-attr]
    for said in (
        "Ada Lovelace",
        "Monday, 1 March 2027",
        "140 of 140 prescribed reps done (100 %)",
        "Prescribed: Ankle pumps 10 × 10; Heel slides 10 each side; "
        "Single knee to chest 5 each side, hold 20 s; Backwards stretch 10, hold 1 s",
        "100 of 100",
        "knee flexion, target 108°",
        "no clear change (13)",
        "Not reviewed: nobody has checked this count.",
        "no video is kept",
        "Knee flexion: 0 = straight",
        "SHA-256 5134a3aad27a…",
        INTENDED_USE,
    ):
        assert said in text, said


def test_the_page_forbids_itself_everything_but_its_own_style() -> None:
    policy = as_xml(page_of(usual_session())).find("head/meta[@http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert policy.attrib["content"] == POLICY
    assert POLICY.startswith("default-src 'none'; style-src 'sha256-")


def test_a_name_is_text_whatever_is_in_it() -> None:
    page = page_of(usual_session(HOSTILE, source="<b>clip</b>.mp4", origin=Origin.VIDEO))
    root = as_xml(page)
    assert root.find(".//h1").text == HOSTILE  # type: ignore[union-attr]
    assert "<script" not in page
    assert "<b>clip" not in page


def test_a_video_that_is_kept_is_told() -> None:
    assert "a VIDEO of this session is kept" in page_of(usual_session(video="0123.mp4"))


def test_a_session_that_runs_or_was_interrupted_is_told_as_such() -> None:
    page = page_of(usual_session(ended=False))
    assert "This session was not ended" in page
    assert "begun at" in page
    assert "This session was not ended" in printed(usual_session(ended=False))


def test_the_terminal_tells_the_same_in_short() -> None:
    said = printed(usual_session(HOSTILE))
    assert HOSTILE in said
    assert "140 of 140 prescribed reps done" in said
    assert "10 of 10" in said
    assert INTENDED_USE in said


def test_a_session_of_nothing_can_be_told() -> None:
    for session in (a_session([]), a_session([a_set(1, "heel-slides", "auto", [], target=None)])):
        assert as_xml(page_of(session)).tag == "html"
        assert pages_of(sessions_pdf([facts(session)])) == 1
        assert printed(session)


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace", "Žofie Łukašová", "Ольга Петровна", "Ἀλέξανδρος Παπαδόπουλος", "<b>Ada</b> & 'Co'"],
)
def test_the_pdf_is_one_page_that_names_the_person(name: str) -> None:
    session = usual_session(name)
    pdf = sessions_pdf([facts(session, earlier(session))])
    assert pages_of(pdf) == 1
    said = text_of(pdf)
    assert name in said
    assert "140 of 140 prescribed reps done (100 %)" in said
    assert INTENDED_USE in said
    width, height = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox[2:]
    assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == (210, 297)


@pytest.mark.parametrize("name", ["田中 太郎", "🧘🏽‍♀️ Zoë 🦵", "שרה כהן", "ك" * 200, "W" * 200])
def test_any_name_makes_one_page(name: str) -> None:
    assert pages_of(sessions_pdf([facts(usual_session(name))])) == 1


def test_the_pdf_fits_its_page_from_left_to_right() -> None:
    session = usual_session()
    document = pypdfium2.PdfDocument(sessions_pdf([facts(session, earlier(session))]))
    image = document[0].render(scale=2).to_pil().convert("L")
    ink = image.point(lambda value: 255 if value < 200 else 0).getbbox()
    assert ink is not None
    # The margins of 12 mm at either side are empty.
    mm = image.width / 210
    assert ink[0] >= 11.5 * mm
    assert ink[2] <= image.width - 11.5 * mm
    assert ink[3] <= image.height - 9 * mm


def long_session() -> KeptSession:
    """Three hours: every exercise over and over, all kinds of faults, reasons and partials."""
    sets = []
    names: Any = list(programme().items())
    for number in range(1, 181):
        slug, definition = names[number % 4]
        sides = ("both",) if slug == "backwards-stretch" else ("left", "right")
        side = sides[number % len(sides)]
        begun_s = 60.0 * number
        reps = [
            a_rep(
                slug,
                side,  # type: ignore[arg-type]
                begun_s + 4.0 * k,
                80.0 + k,
                0.5,
                "turned_back_early" if k % 4 == 0 else None,
                tuple(fault.name for fault in definition.faults[: k % 5]),
                0.3 + 0.05 * k,
            )
            for k in range(1, 13)
        ]
        unmeasured = tuple(
            Unmeasured(begun_s + 5 + k, begun_s + 5.5 + k, reason)
            for k, reason in enumerate(("no_frames", "no_body", "too_dark", "cut_off", "hidden", "bad_view"))
        )
        sets.append(a_set(number, slug, side, reps, begun_s, begun_s + 55, of=(1, 1), unmeasured=unmeasured))  # type: ignore[arg-type]
    return a_session(sets, name="Ada " * 30, took_s=3 * 3600)


def test_a_session_of_three_hours_stays_one_page_and_says_what_is_left_out() -> None:
    found = facts(long_session())
    pdf = sessions_pdf([found])
    assert pages_of(pdf) == 1
    shown = text_of(pdf)
    assert "more reps" in shown
    assert INTENDED_USE in shown
    assert "3 h 00 min" in shown
    # However many are shown and left out, all are told of.
    left = re.search(r"and (\d+) more reps", shown)
    assert left is not None
    rows = len(re.findall(r"counted, but seen badly|not counted:", shown))
    assert rows + int(left[1]) == len(found.flags)


def test_the_longest_programme_stays_one_page() -> None:
    items = [Item(exercise=slug, sets=1, reps=1) for slug in programme()] * 5
    found = facts(a_session([], programme=Programme(items=tuple(items))))
    assert len(found.lines) == 6
    pdf = sessions_pdf([found])
    assert pages_of(pdf) == 1
    assert "0 of 30 prescribed reps done (0 %)" in text_of(pdf)


def test_several_sessions_are_a_page_each() -> None:
    found = [facts(usual_session("Ada")), facts(usual_session("Bob"))]
    pdf = sessions_pdf(found)
    assert pages_of(pdf) == 2
    first, second = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "Ada" in first
    assert "Bob" in second
    assert sessions_page(found).count("<article") == 2


def test_nothing_is_fetched_for_a_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = sessions_page([facts(usual_session())])
    dot = tmp_path / "dot.png"
    Image.new("L", (8, 8)).save(dot)
    inline = f"data:image/png;base64,{b64encode(dot.read_bytes()).decode()}"
    outside = "".join(f'<img src="{url}">' for url in (dot.as_uri(), inline, "http://127.0.0.1:1/x.png"))
    monkeypatch.setattr(
        session_pdf, "sessions_page", lambda *_: page.replace("<header>", f"<header>{outside}")
    )

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    pdf = sessions_pdf([facts(usual_session())])
    assert pages_of(pdf) == 1
    assert not pypdf.PdfReader(io.BytesIO(pdf)).pages[0].images
