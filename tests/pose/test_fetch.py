"""Getting the parts of a pose model: with pip as the user has set it up, with npm, ready-made."""

import base64
import hashlib
import io
import os
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from repose.errors import ReposeError
from repose.pose import fetch
from repose.pose.fetch import fetch_parts, fetch_ready
from repose.pose.manifest import Manifest, Part, read_manifest

DATA: Final = b"....TFL3 and weights"
WHEEL: Final = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"


def part(carrier: str, path: str, data: bytes = DATA) -> Part:
    return Part.model_validate(
        {"carrier": carrier, "path": path, "sha256": hashlib.sha256(data).hexdigest(), "mean": 0, "std": 1}
    )


def wheel(folder: Path) -> None:
    """A wheel that pip takes for MediaPipe's."""
    files = {
        "mediapipe/part.tflite": DATA,
        "mediapipe-0.10.21.dist-info/METADATA": b"Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n",
        "mediapipe-0.10.21.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},\n"
        for name, data in files.items()
    )
    with zipfile.ZipFile(folder / WHEEL, "w") as archive:
        for name, data in (files | {"mediapipe-0.10.21.dist-info/RECORD": record.encode()}).items():
            archive.writestr(name, data)


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose pip knows one folder of wheels and no index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null" if sys.platform != "win32" else "nul")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def told() -> list[tuple[str, float | None]]:
    return []


def test_pip_fetches_where_the_user_says(offline: Path, told: list[tuple[str, float | None]]) -> None:
    wheel(offline)
    [data] = fetch_parts(
        [part("pip", "mediapipe/part.tflite")], lambda what, share: told.append((what, share))
    )
    assert data == DATA
    assert told[0][0] == "downloading 36 MB with pip"
    assert all(share is None or 0 <= share <= 1 for _, share in told)


def test_pip_that_finds_nothing_is_told_in_one_line(offline: Path) -> None:
    with pytest.raises(ReposeError, match=r"pip failed: .*mediapipe==0\.10\.21") as caught:
        fetch_parts([part("pip", "mediapipe/part.tflite")], lambda what, share: None)
    assert "\n" not in str(caught.value)


def test_a_part_with_another_hash_is_refused(offline: Path) -> None:
    wheel(offline)
    with pytest.raises(ReposeError, match="not the file it should be"):
        fetch_parts([part("pip", "mediapipe/part.tflite", b"other")], lambda what, share: None)


def test_a_part_that_is_not_there_is_told(offline: Path) -> None:
    wheel(offline)
    with pytest.raises(ReposeError, match=r"does not hold mediapipe/nothing\.tflite"):
        fetch_parts([part("pip", "mediapipe/nothing.tflite")], lambda what, share: None)


def test_without_npm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ReposeError, match=r"npm was not found; install Node\.js"):
        fetch_parts([part("npm", "package/part.tflite")], lambda what, share: None)


def test_npm_packs_into_our_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "packed.tgz"
    with tarfile.open(archive, "w:gz") as package:
        entry = tarfile.TarInfo("package/part.tflite")
        entry.size = len(DATA)
        package.addfile(entry, io.BytesIO(DATA))
    npm = tmp_path / "npm.py"
    npm.write_text(
        "import pathlib, shutil, sys\n"
        "assert sys.argv[1:3] == ['pack', '--loglevel=error']\n"
        "assert sys.argv[4].startswith('@mediapipe/pose@')\n"
        "into = pathlib.Path(sys.argv[3].removeprefix('--pack-destination='))\n"
        f"shutil.copy({str(archive)!r}, into / 'mediapipe-pose.tgz')\n"
    )
    run = fetch._run
    monkeypatch.setattr("shutil.which", lambda name: str(npm))
    monkeypatch.setattr(
        fetch, "_run", lambda name, command, *rest: run(name, [sys.executable, *command], *rest)
    )
    assert fetch_parts([part("npm", "package/part.tflite")], lambda what, share: None) == [DATA]


def test_each_carrier_is_fetched_once(monkeypatch: pytest.MonkeyPatch, offline: Path) -> None:
    fetched: list[str] = []
    wheel(offline)

    def with_pip(manifest: Manifest, folder: Path, progress: fetch.Progress) -> Path:
        fetched.append("pip")
        return offline / WHEEL

    monkeypatch.setitem(fetch._FETCH, "pip", with_pip)
    wanted = part("pip", "mediapipe/part.tflite")
    assert fetch_parts([wanted, wanted], lambda what, share: None) == [DATA, DATA]
    assert fetched == ["pip"]


@pytest.fixture
def server() -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/full.task" else 404)
            self.send_header("Content-Length", str(len(DATA)))
            self.end_headers()
            self.wfile.write(DATA)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_a_ready_bundle_is_checked(server: str, told: list[tuple[str, float | None]]) -> None:
    right = hashlib.sha256(DATA).hexdigest()
    data = fetch_ready(f"{server}/full.task", right, lambda what, share: told.append((what, share)))
    assert data == DATA
    assert told[-1] == ("downloading Google's bundle", 1.0)
    with pytest.raises(ReposeError, match="SHA-256 differs"):
        fetch_ready(f"{server}/full.task", "0" * 64, lambda what, share: None)


def test_a_ready_bundle_that_cannot_be_had_is_told(server: str) -> None:
    with pytest.raises(ReposeError, match="404"):
        fetch_ready(f"{server}/other.task", "0" * 64, lambda what, share: None)


def test_the_manifest_names_no_index() -> None:
    manifest = read_manifest()
    assert manifest.licence == "Apache-2.0"
    assert set(manifest.models) == {"lite", "full", "heavy"}
    assert "://" not in manifest.pip.requirement + manifest.npm.package
    assert manifest.models["full"].landmarker.carrier == manifest.detector.carrier == "pip"


def test_folders_that_vanish_while_they_are_measured_hold_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept").write_bytes(bytes(7))
    gone = tmp_path / "gone"
    gone.mkdir()
    scandir = os.scandir

    def vanishing(path: Path | str) -> object:
        if Path(path) == gone:
            raise FileNotFoundError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", vanishing)
    assert fetch._bytes_in(tmp_path) == 7
