"""The page of a person's own data, in a real browser over the real server and store."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from repose.errors import ReposeError
from repose.sessions import retention
from repose.sessions.records import Selection
from repose.sessions.retention import Retention
from repose.sessions.sql_store import SqlStore
from tests.kept import a_session, kept_store
from tests.web.kept.kept_pages import SCREENS, Kept, kept_pages, laptop_page, until

HOSTILE = "<img src=x onerror=alert(1)> 'Ünal' 🦵"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Two persons: one with two sessions, of which one has a video; one with one."""
    store = kept_store(tmp_path)
    long_ago = datetime.now(UTC) - timedelta(days=100)
    a_session(store, HOSTILE, reps=1, partials=0, rate=15, begun_at=long_ago)
    a_session(store, HOSTILE, reps=1, partials=0, rate=15, begun_at=datetime.now(UTC), video="film.mp4")
    a_session(store, "Bob", "backwards-stretch", reps=1, sides=("both",), rate=15, begun_at=datetime.now(UTC))
    store.videos.mkdir()
    (store.videos / "film.mp4").write_bytes(b"x" * 2_000_000)
    yield store
    store.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with laptop_page(browser, "status of 400", "status of 404") as page:
        yield page


def person_id(store: SqlStore, name: str) -> str:
    (found,) = [person.id for person in store.persons() if person.name == name]
    return found


def opened(kept: Kept, page: Page, path: str = "/data") -> None:
    """The page, once the sizes are there."""
    kept.let_in(page, path)
    until(page, lambda: page.inner_text("#videos-size") != "…", "the sizes")


def test_it_shows_what_is_kept_of_whom_and_where(kept: Kept, page: Page, store: SqlStore) -> None:
    opened(kept, page)
    card = page.locator(f"#person-{person_id(store, HOSTILE)}")
    assert card.locator("h3").inner_text() == HOSTILE
    assert card.locator(".sessions-count").inner_text() == "2"
    assert card.locator(".filmed").inner_text() == "Kept: 1 video, 2.0 MB"
    assert card.locator(".without-video").is_visible()
    # Two sessions of a heel slide each, recorded from the first to the last pose.
    recorded_s = sum(
        last - first
        for entry in store.sessions(Selection(person_id=person_id(store, HOSTILE)))
        for first, last in [store.session(entry.id).recorded_s or (0, 0)]
    )
    assert 10 < recorded_s < 40
    shown = int(card.locator(".recorded").inner_text().removesuffix(" s"))
    # Between one piece of landmarks and the next there is a frame that belongs to neither.
    assert recorded_s * 0.9 - 1 <= shown <= recorded_s
    other = page.locator(f"#person-{person_id(store, 'Bob')}")
    assert other.locator(".filmed").is_hidden()
    assert str(store.place.file) in page.inner_text("main")
    assert "1 video, 2.0 MB" in page.inner_text("main")


def test_an_empty_store_says_so(tmp_path: Path, page: Page) -> None:
    store = kept_store(tmp_path)
    with kept_pages(store) as kept:
        opened(kept, page)
        assert "Nothing is kept of anybody yet" in page.inner_text("main")
        assert page.locator("[data-delete]").count() == 0
        assert page.inner_text("#videos-size") == "none"


def test_a_session_is_deleted_and_it_is_told_that_it_is_gone(kept: Kept, page: Page, store: SqlStore) -> None:
    ada = person_id(store, HOSTILE)
    opened(kept, page, f"/data?person={ada}")
    filmed = next(entry for entry in store.sessions() if entry.head.video)
    line = page.locator(f"[data-session='{filmed.id}']")
    line.get_by_role("button", name="Delete session…").click()
    assert page.locator("#sure-list li").all_inner_texts() == [
        "its count: 1 rep and all that belongs to them",
        "its recording of landmarks, and what reviewers said of it",
        "its video",
    ]
    page.get_by_role("button", name="Keep it").click()
    assert store.session(filmed.id)
    line.get_by_role("button", name="Delete session…").click()
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    said = page.inner_text("#told-message")
    assert "1 session, 1 rep or partial" in said
    assert "and 1 video" in said
    assert "it is gone" in said
    page.locator("#told button").click()
    until(page, lambda: page.locator(f"[data-session='{filmed.id}']").count() == 0, "the reload")
    with pytest.raises(ReposeError, match="there is no session"):
        store.session(filmed.id)
    assert not (store.videos / "film.mp4").exists()
    assert len(store.sessions()) == 2


def test_only_a_recording_is_deleted_and_the_count_stays(kept: Kept, page: Page, store: SqlStore) -> None:
    bob = person_id(store, "Bob")
    opened(kept, page, f"/data?person={bob}")
    page.locator(f"#person-{bob} [data-delete=recording]").click()
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert "pieces of landmarks" in page.inner_text("#told-message")
    (entry,) = store.sessions(Selection(person_id=bob))
    assert entry.reps == 1
    assert store.session(entry.id).recorded_s is None


def test_all_recordings_of_a_person_are_deleted(kept: Kept, page: Page, store: SqlStore) -> None:
    ada = person_id(store, HOSTILE)
    opened(kept, page)
    page.locator(f"#person-{ada} [data-delete=recordings]").click()
    assert "all videos: 1 video, 2.0 MB" in page.locator("#sure-list li").all_inner_texts()
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert store.sessions(Selection(person_id=ada, recorded=True)) == ()
    assert len(store.sessions(Selection(person_id=ada))) == 2
    assert list(store.videos.iterdir()) == []


def test_a_person_is_deleted_only_once_the_name_is_typed(kept: Kept, page: Page, store: SqlStore) -> None:
    ada = person_id(store, HOSTILE)
    opened(kept, page, f"/data?person={ada}")
    page.locator(f"#person-{ada} [data-delete=person]").click()
    yes, field = page.locator("#sure-yes"), page.locator("#sure [name=typed]")
    assert yes.is_disabled()
    field.fill("Bob")
    assert yes.is_disabled()
    field.press("Enter")
    assert page.locator("#sure").is_visible()
    field.fill(f"  {HOSTILE} ")
    assert yes.is_enabled()
    field.press("Enter")
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert "1 person, 2 sessions, 2 reps and partials" in page.inner_text("#told-message")
    page.locator("#told button").click()
    until(page, lambda: page.locator(f"#person-{ada}").count() == 0, "the page without them")
    assert [person.name for person in store.persons()] == ["Bob"]
    file = store.place.file
    assert file is not None
    assert b"onerror" not in file.read_bytes()


def test_everything_is_deleted_with_the_copies_from_before_updates(
    kept: Kept, page: Page, store: SqlStore
) -> None:
    file = store.place.file
    assert file is not None
    copy = file.with_name(f"{file.name}.before-0001.20270101T000000.000000Z.bak")
    copy.write_bytes(file.read_bytes())
    opened(kept, page)
    assert copy.name in page.inner_text("main")
    page.locator("[data-delete=everything]").click()
    page.locator("#sure [name=typed]").fill("delete everything")
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert "2 persons, 3 sessions" in page.inner_text("#told-message")
    assert page.locator("#told-traces li").count() == 0
    assert store.persons() == ()
    assert not copy.exists()


def test_copies_that_stay_are_told_after_a_deletion(kept: Kept, page: Page, store: SqlStore) -> None:
    file = store.place.file
    assert file is not None
    copy = file.with_name(f"{file.name}.before-0001.20270101T000000.000000Z.bak")
    copy.write_bytes(file.read_bytes())
    bob = person_id(store, "Bob")
    opened(kept, page, f"/data?person={bob}")
    page.locator(f"#person-{bob} [data-delete=session]").click()
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert copy.name in page.inner_text("#told-traces")
    page.locator("#told button").click()
    until(page, lambda: page.locator("[data-delete=session]").count() == 0, "the reload")
    page.locator("[data-delete=backups]").click()
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert "1 copy from before an update" in page.inner_text("#told-message")
    assert not copy.exists()


def test_a_person_is_renamed_and_a_taken_name_is_refused(kept: Kept, page: Page, store: SqlStore) -> None:
    bob = person_id(store, "Bob")
    opened(kept, page)
    page.locator(f"[data-rename='{bob}']").click()
    field = page.locator("#rename [name=name]")
    assert field.input_value() == "Bob"
    field.fill(HOSTILE)
    field.press("Enter")
    until(page, lambda: page.locator("#rename .wrong").is_visible(), "the refusal")
    field.fill("Дмитрий")
    field.press("Enter")
    until(page, lambda: page.locator(f"#person-{bob} h3").inner_text() == "Дмитрий", "the new name")
    assert store.person(bob).name == "Дмитрий"


def test_an_export_downloads_as_a_whole_zip(kept: Kept, page: Page, store: SqlStore, tmp_path: Path) -> None:
    ada = person_id(store, HOSTILE)
    opened(kept, page)
    sizes = {}
    for name in ("Export", "Export without video"):
        with page.expect_download() as download:
            page.locator(f"#person-{ada}").get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(f"{ada[:8]}.zip")
        path = tmp_path / "download.zip"
        download.value.save_as(path)
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            assert [row["name"] for row in json.loads(archive.read("persons.json"))["rows"]] == [HOSTILE]
            assert len(json.loads(archive.read("sessions.json"))["rows"]) == 2
            sizes[name] = sum(one.startswith("videos/") for one in archive.namelist())
    assert sizes == {"Export": 1, "Export without video": 0}


def test_a_retention_time_is_kept_and_what_is_older_goes_after_a_question(
    kept: Kept, page: Page, store: SqlStore
) -> None:
    opened(kept, page)
    page.locator("[name=recordings_days]").fill("365")
    page.get_by_role("button", name="Save").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert page.inner_text("#told-message") == "Saved. Nothing is older than that."
    page.locator("#told button").click()
    page.reload()
    assert page.locator("[name=recordings_days]").input_value() == "365"
    assert page.locator("[name=sessions_days]").input_value() == ""
    # The older session is 100 days old.
    page.locator("[name=recordings_days]").fill("30")
    page.get_by_role("button", name="Save").click()
    until(page, lambda: page.locator("#sure").is_visible(), "the question")
    assert page.locator("#sure-list li").all_inner_texts() == ["the recordings and videos of 1 session"]
    page.get_by_role("button", name="Keep it").click()
    assert retention.read(store) == Retention(recordings_days=365)
    page.get_by_role("button", name="Save").click()
    until(page, lambda: page.locator("#sure").is_visible(), "the question")
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the result")
    assert "pieces of landmarks" in page.inner_text("#told-message")
    assert retention.read(store) == Retention(recordings_days=30)
    assert len(store.sessions()) == 3
    assert len(store.sessions(Selection(recorded=True))) == 2


@pytest.mark.parametrize("wrong", ["0", "-1", "40000", "1.5"])
def test_a_wrong_retention_time_is_refused_in_words(
    kept: Kept, page: Page, store: SqlStore, wrong: str
) -> None:
    opened(kept, page)
    page.locator("[name=sessions_days]").fill(wrong)
    page.get_by_role("button", name="Save").click()
    assert "whole number of days" in page.inner_text("#retention-wrong")
    assert retention.read(store) == Retention()


def test_the_page_fits_a_phone(kept: Kept, page: Page, store: SqlStore) -> None:
    width, height = SCREENS["phone"]
    page.set_viewport_size({"width": width, "height": height})
    opened(kept, page, f"/data?person={person_id(store, HOSTILE)}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_was_deleted_elsewhere_is_told_in_words(kept: Kept, page: Page, store: SqlStore) -> None:
    bob = person_id(store, "Bob")
    opened(kept, page, f"/data?person={bob}")
    store.delete_session(store.sessions(Selection(person_id=bob))[0].id)
    page.locator(f"#person-{bob} [data-delete=session]").click()
    page.locator("#sure-yes").click()
    until(page, lambda: page.locator("#told").is_visible(), "the refusal")
    assert "may have been deleted" in page.inner_text("#told-message")
