"""What is done with Repose in a day, by a program: a browser would speak to its own maker.

It is watched as a whole, so it is a program: `python -m tests.security.day CLIP FOLDER` counts the clip, runs
the live coach on it, asks for all that is kept, and writes what came of it to stdout, as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.sync.client import connect

from repose.bench.process import LiveProcess
from repose.calibration.profiles import CLINIC
from repose.sessions.sql_store import SqlStore
from tests.kept import a_session

ELSEWHERE: Final = "192.0.2.1"
"""An address that is nobody's (RFC 5737)."""

LURE: Final = f'"><img src="http://{ELSEWHERE}/a.png"><link rel=stylesheet href=//{ELSEWHERE}/b.css>'
"""Typed wherever people may type: who put it into a page as it is would fetch it."""

CLIP_EXERCISE: Final = "heel-slides"
PATIENCE_S: Final = 120.0


def main(clip: Path, folder: Path) -> dict[str, Any]:
    """The day, and what came of it."""
    database = str(folder / "kept.db")
    with closing(SqlStore(database, folder / "videos")) as store:
        session = a_session(store, person=LURE, reps=1, partials=1, source=LURE, rate=15.0)
    repose = (sys.executable, "-m", "repose")
    with (
        subprocess.Popen(
            [*repose, "count", str(clip), "--exercise", CLIP_EXERCISE, "--json"], stdout=subprocess.PIPE
        ) as counting,
        LiveProcess(str(clip), "--database", database) as server,
        _let_in(server.url) as client,
        ThreadPoolExecutor(1) as beside,
    ):
        coached = beside.submit(_coached, client)
        answers = _kept(client, session)
        bodies, stages = coached.result()
        code = server.stop()
        said = server.said()
        counted, _ = counting.communicate(timeout=PATIENCE_S)
    files = ("--html", folder / "report.html", "--pdf", folder / "report.pdf")
    subprocess.run([*repose, "report", session, "--database", database, *files], check=True)
    return {
        "counted": json.loads(counted)["counts"]["total"],
        "bodies": bodies,
        "stages": stages,
        "answers": answers,
        "report": (folder / "report.html").read_text(encoding="utf-8"),
        "code": code,
        "said": said,
    }


@contextmanager
def _let_in(url: str) -> Iterator[httpx.Client]:
    """A client that came by the address with the token, as a browser does."""
    base = url.partition("/?")[0]
    with httpx.Client(
        base_url=base, headers={"Origin": base}, trust_env=False, timeout=PATIENCE_S, follow_redirects=True
    ) as client:
        client.get(url).raise_for_status()
        yield client


def _coached(client: httpx.Client) -> tuple[int, list[str]]:
    """Begin a session that is to be filmed, and end it once somebody is seen well enough to exercise.

    Returns:
        The number of pictures with a body in them, and the stages in their order.
    """
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = str(client.base_url.copy_with(scheme="ws", path="/ws"))
    bodies, stages = 0, list[str]()
    with connect(address, additional_headers={"Cookie": cookie}, proxy=None, compression=None) as page:

        def send(**message: object) -> None:
            page.send(json.dumps(message))

        programme = {"items": [{"exercise": CLIP_EXERCISE, "reps": 1, "sides": ["right"]}]}
        send(type="start", programme=programme, person=LURE, prescribe=True, keep_video=True)
        while stages[-2:] != ["positioning", "idle"]:
            message = page.recv(timeout=PATIENCE_S)
            if isinstance(message, bytes):
                header = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
                bodies += header["landmarks"] is not None
                send(type="shown", seq=header["seq"], latency_ms=1.0)
                continue
            told = json.loads(message)
            assert told["type"] != "problem", told
            if told["type"] == "state" and told["view"]["stage"] not in stages[-1:]:
                stages.append(told["view"]["stage"])
                if stages[-1] == "positioning":
                    send(type="stop")
    return bodies, stages


def _kept(client: httpx.Client, session: str) -> dict[str, int]:
    """Look at and change all that is kept; the status of each answer."""
    answers: dict[str, int] = {}

    def note(answer: httpx.Response) -> httpx.Response:
        request = answer.request
        answers[f"{request.method} {request.url.path.replace(session, 'ID')}"] = answer.status_code
        return answer

    def get(*paths: str) -> None:
        for path in paths:
            note(client.get(path))

    def post(path: str, **asked: object) -> None:
        note(client.post(path, json=asked))

    of_session = f"/api/sessions/{session}"
    of_set = note(client.get(f"{of_session}/review")).json()["sets"][0]["id"]
    truth = {"format": "repose-truth", "version": 1, "exercise": CLIP_EXERCISE, "reps": []}
    post(f"{of_session}/sets/{of_set}/annotations", who=LURE, text=json.dumps(truth))
    post(f"{of_session}/changes", change={"type": "accept", "event": "m1"}, who=LURE, why=LURE, after=None)
    recording = {
        "person": CLINIC,
        "exercise": CLIP_EXERCISE,
        "session": session,
        "set": of_set,
        "changes": {},
    }
    draft = {"person": CLINIC, "exercise": CLIP_EXERCISE, "changes": {"complete_share": 0.6}}
    post("/api/calibrate/open", **recording)
    post("/api/calibrate/count", **recording | {"changes": {"complete_share": 0.6}})
    post("/api/calibrate/propose", **recording)
    post("/api/calibrate/past", **draft)
    post("/api/calibrate/save", **draft, who=LURE, why=LURE, expected=0, recordings=[session])
    get("/", "/history", "/sessions", f"/sessions/{session}", "/annotate", "/calibrate", "/accuracy", "/data")
    get(f"{of_session}/sets/{of_set}/signal", f"{of_session}/landmarks?from_s=0&to_s=9", "/api/data/usage")
    get(f"/sessions/{session}/report", f"/sessions/{session}/report.pdf")
    get(f"/data/sessions/{session}/export.zip", "/data/export.zip")
    return answers


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(Path, sys.argv[1:]))))
