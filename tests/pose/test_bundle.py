"""The bundle of a pose model is made once, the same everywhere, and never taken on trust."""

import hashlib
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from repose.errors import ReposeError
from repose.pose import bundle
from repose.pose.bundle import DETECTOR, LANDMARKER, ensure_bundle, sha256_of
from repose.pose.fetch import Progress
from repose.pose.manifest import Manifest, Part, read_manifest

READY: Final = b"Google's own bundle"


class Workshop:
    """A checkout and a cache in a temporary folder, and registries that hand out two bare models."""

    def __init__(self, folder: Path, full: Path) -> None:
        self.models = folder / "checkout" / "models"
        self.models.mkdir(parents=True)
        self.cache = folder / "cache"
        self.full = full
        self.fetched = 0
        self.online = True
        self.google = False
        self.told: list[str] = []

    def fetch_parts(self, parts: Sequence[Part], progress: Progress) -> list[bytes]:
        """The models inside the real bundle, without the metadata that stands before them."""
        if not self.online:
            raise ReposeError("pip failed: no network")
        self.fetched += 1
        progress("downloading", 0.5)
        with zipfile.ZipFile(self.full) as whole:
            tagged = [whole.read(name) for name in (DETECTOR, LANDMARKER)]
        bare = []
        for data, part in zip(tagged, parts, strict=True):
            starts = range(0, 8192, 64)
            bare.append(
                next(data[at:] for at in starts if hashlib.sha256(data[at:]).hexdigest() == part.sha256)
            )
        return bare

    def fetch_ready(self, url: str, sha256: str, progress: Progress) -> bytes:
        if not self.google:
            raise ReposeError("no network either")
        return READY

    def ensure(self, model: str = "full") -> Path:
        return ensure_bundle(model, lambda what, share: self.told.append(what))


@pytest.fixture
def workshop(full_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    made = Workshop(tmp_path, full_bundle)
    monkeypatch.setattr(bundle, "checkout", lambda: made.models.parent)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: made.cache)
    monkeypatch.setattr(bundle, "fetch_parts", made.fetch_parts)
    monkeypatch.setattr(bundle, "fetch_ready", made.fetch_ready)
    return made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_made_once_and_is_the_one_in_the_manifest(workshop: Workshop) -> None:
    path = workshop.ensure()
    assert path == workshop.models / "full.task"
    assert sha256_of(path) == read_manifest().models["full"].sha256
    assert names(workshop.models) == ["full.task"], "nothing half made is left"
    assert workshop.ensure() == path
    assert workshop.fetched == 1
    assert workshop.told == ["downloading"]


def test_it_is_stored_not_compressed(workshop: Workshop) -> None:
    with zipfile.ZipFile(workshop.ensure()) as made:
        assert {entry.compress_type for entry in made.infolist()} == {zipfile.ZIP_STORED}
        assert made.namelist() == [DETECTOR, LANDMARKER]


@pytest.mark.parametrize("damage", ["truncated", "changed", "empty"])
def test_a_damaged_one_is_made_again(workshop: Workshop, damage: str) -> None:
    path = workshop.ensure()
    whole = path.read_bytes()
    changed = whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]
    path.write_bytes({"truncated": whole[:-1000], "changed": changed, "empty": b""}[damage])
    assert workshop.ensure().read_bytes() == whole
    assert workshop.fetched == 2


def test_where_the_checkout_cannot_be_written_the_cache_keeps_it(workshop: Workshop) -> None:
    # Not a folder any more: a permission would not stop root.
    workshop.models.rmdir()
    workshop.models.write_text("in the way")
    path = workshop.ensure()
    assert path == workshop.cache / "models" / "full.task"
    assert workshop.ensure() == path
    assert workshop.fetched == 1


def test_where_nothing_can_be_written_it_says_so(workshop: Workshop) -> None:
    workshop.models.rmdir()
    for in_the_way in (workshop.models, workshop.cache):
        in_the_way.write_text("in the way")
    with pytest.raises(ReposeError, match="no place to keep the pose model"):
        workshop.ensure()


def test_many_may_ask_at_once(workshop: Workshop) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(lambda number: workshop.ensure(), range(4)))
    assert paths == {workshop.models / "full.task"}
    assert names(workshop.models) == ["full.task"]
    assert sha256_of(paths.pop()) == read_manifest().models["full"].sha256


def test_without_network_it_says_what_to_do_in_one_line(workshop: Workshop) -> None:
    workshop.online = False
    with pytest.raises(ReposeError, match=r"no network.*--model PATH") as caught:
        workshop.ensure()
    assert "\n" not in str(caught.value)
    assert names(workshop.models) == []


def test_googles_bundle_is_the_second_way(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.online, workshop.google = False, True
    known = read_manifest()
    full = known.models["full"].model_copy(update={"ready_sha256": hashlib.sha256(READY).hexdigest()})
    changed = Manifest.model_copy(known, update={"models": known.models | {"full": full}})
    monkeypatch.setattr(bundle, "read_manifest", lambda: changed)
    assert workshop.ensure().read_bytes() == READY
    workshop.google = False
    assert workshop.ensure().read_bytes() == READY, "it is as good as ours, and kept"


def test_a_ready_bundle_of_unknown_hash_is_not_fetched(workshop: Workshop) -> None:
    workshop.online, workshop.google = False, True
    with pytest.raises(ReposeError, match=r"pose_landmarker_heavy\.task"):
        workshop.ensure("heavy")


def test_first_use_is_told_on_stderr(
    workshop: Workshop, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("FORCE_COLOR", "TTY_COMPATIBLE"):  # they make rich take a file for a terminal
        monkeypatch.delenv(variable, raising=False)
    ensure_bundle("full")
    ensure_bundle("full")
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err == "pose model full: downloading (first use only)\n"


def test_a_users_own_bundle_is_taken_as_it_is(full_bundle: Path, tmp_path: Path) -> None:
    own = tmp_path / "my own.task"
    own.write_bytes(full_bundle.read_bytes())
    assert ensure_bundle(str(own)) == own


def test_what_is_no_bundle_is_refused(full_bundle: Path, tmp_path: Path) -> None:
    whole = full_bundle.read_bytes()
    text = tmp_path / "text.task"
    text.write_text("hello")
    empty = tmp_path / "empty.task"
    empty.touch()
    truncated = tmp_path / "truncated.task"
    truncated.write_bytes(whole[: len(whole) // 2])
    changed = tmp_path / "changed.task"
    changed.write_bytes(whole[:500_000] + b"oops" + whole[500_004:])
    lacking = tmp_path / "lacking.task"
    with zipfile.ZipFile(lacking, "w") as archive:
        archive.writestr(DETECTOR, b"....TFL3")
    other = tmp_path / "other.task"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr(DETECTOR, b"a text")
        archive.writestr(LANDMARKER, b"a text")
    for path in (text, empty, truncated, changed, lacking, other):
        with pytest.raises(ReposeError, match="not a pose model bundle") as caught:
            ensure_bundle(str(path))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["medium", "no/such.task", ""])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ReposeError, match="full, lite, heavy, or the path"):
        ensure_bundle(name)
