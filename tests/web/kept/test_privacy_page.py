"""The pages of privacy and of the log: to everybody what concerns them, and no more."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from repose.accounts.acting import Acting, Doing, acting
from repose.accounts.roles import Role
from repose.audit.audited import Audited
from repose.audit.check import check
from repose.audit.entry import Entry
from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import Profiles
from repose.sessions import retention
from repose.sessions.retention import Retention
from repose.sessions.sql_store import SqlStore
from repose.web.address import Bind
from tests.kept import a_session, kept_store
from tests.web.contrast import low_contrast
from tests.web.doors import Doors, doors
from tests.web.kept.kept_pages import SCREENS, Kept, kept_pages, laptop_page

HOSTILE = "<img src=x onerror=alert(1)> 'Ünal' 🦵"

Client = Callable[[Role | None], httpx.Client]


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "calibration"))
    with closing(kept_store(tmp_path)) as made:
        yield made


@pytest.fixture
def store(plain: SqlStore) -> Audited:
    return Audited(plain)


@pytest.fixture
def kept(store: Audited) -> Iterator[Kept]:
    with kept_pages(store) as running:
        yield running


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """The whole application with accounts and the log; the patient is Ada."""
    monkeypatch.setattr("tests.web.doors.kept_store", lambda folder: Audited(kept_store(folder)))
    with doors(Bind("127.0.0.1"), tmp_path) as running:
        yield running


@pytest.fixture
def client(door: Doors) -> Iterator[Client]:
    with ExitStack() as stack:

        def let_in(who: Role | None) -> httpx.Client:
            return stack.enter_context(door.client(headers={**door.let_in(who), "Origin": door.url}))

        yield let_in


def new_in(store: Audited | SqlStore, after: int) -> list[Entry]:
    return [entry for entry in store.audit.chain() if entry.number > after]


def told(entries: list[Entry]) -> set[tuple[str, str, str, str | None]]:
    return {(one.who, str(one.doing), one.what, one.person_id) for one in entries}


# Who sees what.


def test_at_this_computer_the_page_says_where_everything_is(kept: Kept, store: Audited) -> None:
    a_session(store, "Ada", reps=1)
    with kept.client() as client:
        page = client.get("/privacy").text
    for where in (store.place.file, store.place.videos, store.audit.witness, Profiles().folder):
        assert f"<code>{where}</code>" in page
    assert "Nothing is deleted by itself" in page
    assert "Ada" not in page, "the list is about all, and names nobody"


def test_accounts_are_not_told_where_it_is_on_the_disk(client: Client, door: Doors) -> None:
    folder = str(door.store.videos.parent)
    for role in Role:
        for path in ("/privacy", "/data"):
            answer = client(role).get(path)
            assert answer.status_code == 200
            assert folder not in answer.text, (role, path)
            assert "<code>/" not in answer.text
    assert folder in client(None).get("/privacy").text
    assert folder not in client(Role.ADMIN).get("/audit").text


def test_a_patient_sees_what_is_kept_of_them_and_who_did_what_with_it(client: Client, door: Doors) -> None:
    ada = door.store.person_named("Ada").id
    session = a_session(door.store, "Ada", reps=1)
    others = a_session(door.store, "Bob", reps=1)
    with acting(Acting("rita", Role.REVIEWER)):
        door.store.session(session)
        door.store.session(others)
        door.store.sessions()
    with acting(Acting("bob", Role.PATIENT, door.store.person_of(others))):
        door.store.session(others)
    page = client(Role.PATIENT).get("/privacy").text
    assert "What is kept of you" in page
    assert "rita (reviewer)" in page
    assert f'<a href="/sessions/{session}">' in page
    for of_others in (others, others[:8], "Bob", "bob", door.store.person_of(others)[:8]):
        assert of_others not in page
    listed = {int(number) for number in re.findall(r'<td class="number">(\d+)</td>', page)}
    mine = {one.number for one in door.store.audit.entries(ada, limit=99)}
    assert {one.number for one in door.store.audit.entries(limit=99) if one.who == "bob"} & mine == set()
    assert listed <= mine
    assert {number for number in mine if number <= max(listed)} == listed


def test_a_patient_pages_through_their_own_entries(client: Client, door: Doors) -> None:
    ada = door.store.person_named("Ada").id
    for number in range(60):
        with acting(Acting(f"user {number:02}", Role.REVIEWER)):
            door.store.person(ada)
    patient, seen, path = client(Role.PATIENT), list[str](), "/privacy"
    while path:
        page = patient.get(path).text
        seen += [f"user {number:02}" for number in range(60) if f"user {number:02} (" in page]
        path = page.partition('rel="next" href="')[2].partition('"')[0]
    assert sorted(seen) == [f"user {number:02}" for number in range(60)]


def test_only_an_admin_and_this_computer_see_the_log(client: Client) -> None:
    for role, status in ((None, 200), (Role.ADMIN, 200), (Role.CLINICIAN, 403), (Role.REVIEWER, 403)):
        assert client(role).get("/audit").status_code == status
        assert ('href="/audit"' in client(role).get("/privacy").text) == (status == 200)
    assert client(Role.PATIENT).get("/audit").status_code == 403


# What is noted.


def test_what_is_done_on_pages_is_in_the_log(client: Client, door: Doors) -> None:
    """Viewed, changed, taken along, deleted: with the account that did it."""
    ada = door.store.person_named("Ada").id
    session = a_session(door.store, "Ada", reps=1)
    names = {role: door.accounts[role].name for role in Role}
    before = check(door.store.audit).count

    def told_of(
        role: Role, *paths: str, **posted: dict[str, object]
    ) -> set[tuple[str, str, str, str | None]]:
        nonlocal before
        for path in paths:
            assert client(role).get(path).status_code == 200, path
        for path, body in posted.items():
            answer = client(role).post(path, json=body)
            assert answer.status_code == 200, answer.text
        found = new_in(door.store, before)
        before += len(found)
        return told(found)

    reviewer, admin = names[Role.REVIEWER], names[Role.ADMIN]
    seen = told_of(Role.REVIEWER, f"/sessions/{session}", f"/api/sessions/{session}/review")
    assert (reviewer, "view", "session", ada) in seen
    assert {who for who, *_ in seen} == {reviewer}
    assert {doing for _, doing, *_ in seen} == {"view"}
    with acting(Acting("this test", doing=Doing.EDIT)):
        of_set = door.store.session(session).sets[0].id
    change: dict[str, object] = {
        "change": {"type": "sign_off", "set_id": of_set},
        "who": "R",
        "why": "",
        "after": None,
    }
    done = told_of(Role.REVIEWER, **{f"/api/sessions/{session}/changes": change})
    assert done == {(reviewer, "edit", "review", ada)}
    seen = told_of(Role.PATIENT, f"/data/sessions/{session}/export.zip", "/history")
    assert (ada, "export", "session", ada) in seen
    assert (ada, "export", "landmarks", ada) in seen
    assert (ada, "view", "figures", ada) in seen
    assert {(who, whose) for who, _, _, whose in seen} == {(ada, ada)}
    name: dict[str, object] = {"name": "Ada"}
    done = told_of(Role.ADMIN, **{f"/api/data/persons/{ada}/delete": name})
    assert done == {(admin, "delete", "person", ada)}
    assert check(door.store.audit).problems == ()


def test_a_refused_request_is_no_view(client: Client, door: Doors) -> None:
    session = a_session(door.store, "Bob", reps=1)
    before = check(door.store.audit).count
    assert client(Role.PATIENT).get(f"/api/sessions/{session}/review").status_code == 404
    assert client(Role.REVIEWER).post(f"/api/data/sessions/{session}/delete", json={}).status_code in (
        200,
        403,
    )
    bobs = door.store.person_of(session) if door.store.session_ids(session) else None
    assert not {one for one in told(new_in(door.store, before)) if one[1] == "view" and one[3] == bobs}


def test_when_the_log_cannot_be_written_an_account_sees_nothing(
    client: Client, door: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_session(door.store, "Ada", reps=1)
    database = door.store.place.file
    assert database is not None
    monkeypatch.setattr("repose.sessions.database.BUSY_S", 0.05)
    reviewer, here = client(Role.REVIEWER), client(None)
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TRIGGER no_more BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'full'); END")
        other.commit()
        answer = reviewer.get(f"/api/sessions/{session}/review")
        assert answer.status_code == 400
        assert "the log cannot note who sees it" in answer.json()["detail"]
        assert "reps" not in answer.json()
        assert here.get(f"/api/sessions/{session}/review").status_code == 200
        other.execute("DROP TRIGGER no_more")
        other.commit()
    assert reviewer.get(f"/api/sessions/{session}/review").status_code == 200


# The page of the log.


def test_the_log_says_that_it_is_whole_or_what_is_wrong(kept: Kept, store: Audited, plain: SqlStore) -> None:
    for number in range(5):
        with acting(Acting(f"user {number}", Role.REVIEWER)):
            store.persons()
    database = store.place.file
    assert database is not None
    with kept.client() as client:
        page = client.get("/audit").text
        assert "entries, none missing or changed." in page
        assert f"<code>{check(plain.audit).head}</code>" in page or "The newest entry is" in page
        with closing(sqlite3.connect(database)) as opened:
            opened.execute("DELETE FROM audit WHERE number = 3")
            opened.commit()
        page = client.get("/audit").text
        assert "and not all is right." in page
        assert "<li>Entry 3 is missing.</li>" in page
        with closing(sqlite3.connect(database)) as opened:
            opened.execute("UPDATE audit SET who = 'me', at = 'never' WHERE number = 2")
            opened.commit()
        answer = client.get("/audit")
        assert answer.status_code == 200
        assert "Entry 2 was changed: it cannot even be read." in answer.text


def test_a_long_log_is_checked_when_somebody_asks(
    kept: Kept, store: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.persons()
    monkeypatch.setattr("repose.web.kept.audit.AT_ONCE", 0)
    with kept.client() as client:
        page = client.get("/audit").text
        assert "It was not checked just now" in page
        assert "none missing or changed" not in page
        assert "not changed" in client.get("/audit?checked=true").text


def test_the_log_is_filtered_and_paged_and_knows_who_is_gone(kept: Kept, store: Audited) -> None:
    ada, bob = store.person_named(HOSTILE).id, store.person_named("Bob").id
    for number in range(60):
        with acting(Acting(f"user {number:02}", Role.REVIEWER)):
            store.person(ada)
    store.person(bob)
    store.delete_person(bob)
    with kept.client() as client:
        page = client.get("/audit").text
        assert "&lt;img src=x onerror" in page
        assert "<img src=x onerror" not in page
        assert f"deleted, <code>{bob[:8]}</code>" in page
        of_bob = client.get(f"/audit?person={bob}").text
        assert "user 1" not in of_bob
        assert f'<option value="{bob}" selected>deleted, {bob[:8]}</option>' in of_bob
        of_ada = client.get(f"/audit?person={ada}").text
        older = of_ada.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        rest = client.get(older).text
        assert f"person={ada}" in older
        assert "user 59" in of_ada
        assert "user 00" in rest
        assert client.get("/audit?person=nobody&before=1").status_code == 200
        assert client.get("/audit?before=x").status_code == 422


def test_names_that_people_gave_to_accounts_are_escaped(kept: Kept, store: Audited) -> None:
    with acting(Acting(HOSTILE, Role.REVIEWER)):
        store.persons()
    with kept.client() as client:
        page = client.get("/audit").text
    assert "<img src=x onerror" not in page
    assert "&lt;img src=x onerror" in page


def test_the_retention_time_is_told(kept: Kept, store: Audited) -> None:
    retention.write(store, Retention(recordings_days=30, sessions_days=1))
    with kept.client() as client:
        page = client.get("/privacy").text
        assert "Recordings and videos are deleted 30 days after their session." in page
        assert "Whole sessions are deleted 1 day after they ended." in page
        store.set_setting("retention", {"nonsense": 1})
        assert "cannot be read: nothing is deleted by itself" in client.get("/privacy").text


def test_every_page_leads_to_it(kept: Kept, store: Audited) -> None:
    session = a_session(store, "Ada", reps=1)
    paths = ("/history", "/sessions", f"/sessions/{session}", "/annotate", "/calibrate", "/accuracy", "/data")
    with kept.client() as client:
        for path in (*paths, "/privacy", "/audit"):
            assert '<a href="/privacy"' in client.get(path).text, path


def test_the_coach_leads_to_it_where_something_is_kept(client: Client) -> None:
    assert '<a href="/privacy"' in client(None).get("/").text


def test_they_fit_phones_and_laptops_with_enough_contrast(
    kept: Kept, store: Audited, browser: Browser, plain: SqlStore
) -> None:
    session = a_session(store, HOSTILE, reps=1)
    for doing in Doing:
        with acting(Acting("Dr. Someone With A Rather Long Name", Role.CLINICIAN, None, doing)):
            store.session(session)
    store.delete_landmarks(session)
    for theme in ("light", "dark"):
        with laptop_page(browser) as page:
            page.emulate_media(color_scheme=theme)
            for path in ("/privacy", "/audit"):
                for width, height in SCREENS.values():
                    page.set_viewport_size({"width": width, "height": height})
                    kept.let_in(page, path)
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                    low, number = low_contrast(page)
                    assert low == []
                    assert number > 20
