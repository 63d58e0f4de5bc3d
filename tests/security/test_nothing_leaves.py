"""A day with Repose, watched by the kernel: no process of it speaks to anybody but this computer."""

import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from repose.calibration.folder import VARIABLE
from tests.security.day import ELSEWHERE, LURE
from tests.security.silence import Traced, alone, leaving, trace

TEMPTATIONS = {
    # FastAPI reports requests to a collector if it is told to by these.
    "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
    "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{ELSEWHERE}:4318",
    "OTEL_TRACES_EXPORTER": "otlp",
    # What fetches anything goes there.
    "HTTP_PROXY": f"http://{ELSEWHERE}:3128",
    "HTTPS_PROXY": f"http://{ELSEWHERE}:3128",
}
"""Variables by which libraries are told to send."""


def in_python(code: str, folder: Path) -> Traced:
    return trace([sys.executable, "-c", code], folder)


# The watch sees what must not be.

DATAGRAM = "import socket; s = socket.socket({family}, socket.SOCK_DGRAM); s.sendto(b'x', ({to!r}, {port}))"
CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
KNOCK = f"import socket; socket.socket().connect_ex(({ELSEWHERE!r}, 443))"


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        pytest.param(KNOCK, f"connect.*{ELSEWHERE}", id="a connection"),
        pytest.param(CHILD.format(code=KNOCK), f"connect.*{ELSEWHERE}", id="a child's connection"),
        pytest.param(
            f"import threading; t = threading.Thread(target=exec, args=({KNOCK!r},)); t.start(); t.join()",
            f"connect.*{ELSEWHERE}",
            id="a thread's connection",
        ),
        pytest.param(
            DATAGRAM.format(family="socket.AF_INET", to=ELSEWHERE, port=4318), "sendto", id="a datagram"
        ),
        pytest.param(
            DATAGRAM.format(family="socket.AF_INET6", to="2001:db8::1", port=9), "sendto", id="over IPv6"
        ),
        pytest.param(
            DATAGRAM.format(family="socket.AF_INET", to="127.0.0.53", port=53),
            "sendto",
            id="DNS of this computer",
        ),
        pytest.param(
            "import socket; socket.getaddrinfo('repose.invalid', 443)", "/etc/resolv.conf", id="a name"
        ),
        pytest.param(
            "import urllib.request; urllib.request.urlopen('http://repose.invalid/')",
            "/etc/resolv.conf",
            id="a page",
        ),
        pytest.param(
            "import socket; socket.socket().bind(('0.0.0.0', 0))", 'bind.*"0.0.0.0"', id="open to others"
        ),
        pytest.param(
            "import socket; socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')",
            "connect.*dbus",
            id="by the system's bus",
        ),
        pytest.param("import socket; socket.socket(socket.AF_PACKET)", "AF_PACKET", id="frames by hand"),
    ],
)
def test_what_leaves_is_seen(code: str, seen: str, tmp_path: Path) -> None:
    found = in_python(code, tmp_path).leaving
    assert [line for line in found if re.search(seen, line)], found


def test_what_stays_is_let_be(tmp_path: Path) -> None:
    code = (
        "import asyncio, multiprocessing, socket\n"
        "if __name__ == '__main__':\n"
        "    for family, host in (socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1'):\n"
        "        with socket.create_server((host, 0), family=family) as server:\n"
        "            socket.create_connection(server.getsockname()[:2]).send(b'x')\n"
        "    asyncio.run(asyncio.create_subprocess_exec('true'))\n"
        "    multiprocessing.get_context('forkserver').Process(target=print).start()\n"
    )
    script = tmp_path / "stays.py"
    script.write_text(code, encoding="utf-8")
    traced = trace([sys.executable, script], tmp_path)
    assert (traced.code, traced.leaving) == (0, [])
    assert len([line for line in traced.calls if "connect(" in line]) >= 3, "it does connect, to itself"


@pytest.mark.parametrize(
    "line",
    [
        '9 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "::ffff:192.0.2.1", '
        "&sin6_addr)}, 28 <unfinished ...>",
        "9 sendmmsg(3, [{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(53), "
        'sin_addr=inet_addr("10.0.0.1")}, msg_namelen=16, msg_iov=[{iov_base=""...}]}}], 2, 0) = 2',
        "9 connect(3, {sa_family=AF_VSOCK, svm_cid=0x2, svm_port=0x400}, 16) = 0",
        "9 socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) = 3",
        "9 io_uring_setup(8, {flags=0}) = 3",
    ],
)
def test_what_few_programs_do_is_seen_too(line: str) -> None:
    assert leaving([line]) == [line]


def test_a_network_of_its_own_has_no_way_out(tmp_path: Path) -> None:
    (knocked,) = in_python(KNOCK, tmp_path).leaving
    assert not alone() or "ENETUNREACH" in knocked


# The day.


@pytest.fixture(scope="module")
def day(one_slide: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Traced, dict[str, Any]]:
    """The day as the kernel saw it, and what came of it."""
    if not alone():
        warnings.warn(
            "this kernel makes no network of its own for us: what leaves is seen, not held", stacklevel=1
        )
    folder = tmp_path_factory.mktemp("day")
    env = TEMPTATIONS | {VARIABLE: str(folder / "profiles")}
    traced = trace([sys.executable, "-m", "tests.security.day", one_slide, folder], folder, env)
    assert traced.code == 0, traced.err
    return traced, json.loads(traced.out)


def test_no_process_of_a_day_speaks_to_anybody_but_this_computer(
    day: tuple[Traced, dict[str, Any]],
) -> None:
    traced, _ = day
    assert traced.leaving == []
    assert [line for line in traced.calls if "listen" in line or '"127.0.0.1"' in line], "the watch is awake"


def test_all_works_without_a_way_out(day: tuple[Traced, dict[str, Any]]) -> None:
    _, done = day
    assert done["counted"] == 1, "the clip is counted"
    assert done["bodies"] > 0, "the live coach sees somebody"
    assert done["stages"] == ["idle", "welcome", "placing", "positioning", "idle"]
    assert {name: status for name, status in done["answers"].items() if status != 200} == {}
    assert done["code"] == 0
    assert "Traceback" not in done["said"]


def test_what_people_typed_is_shown_and_not_followed(day: tuple[Traced, dict[str, Any]]) -> None:
    _, done = day
    assert LURE not in done["report"]
    assert f"http://{ELSEWHERE}/a.png" in done["report"], "the name is there, as text"


# Files that name others.

PLAYLIST = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://{ELSEWHERE}/a.ts\n#EXT-X-ENDLIST\n"

NAMING = {
    "list.m3u8": PLAYLIST,
    "list.mp4": PLAYLIST,
    "parts.mp4": f"ffconcat version 1.0\nfile http://{ELSEWHERE}/a.mp4\n",
    "call.sdp": f"v=0\no=- 0 0 IN IP4 {ELSEWHERE}\ns=x\nc=IN IP4 {ELSEWHERE}\nt=0 0\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "manifest.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    f'mediaPresentationDuration="PT9S"><BaseURL>http://{ELSEWHERE}/</BaseURL><Period><AdaptationSet '
    'mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>a.mp4</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "page.mp4": f'<html><meta http-equiv="refresh" content="0;url=http://{ELSEWHERE}/"></html>',
}
"""Lists of what to play, by the names of their files; FFmpeg knows them by what they hold."""

COUNT_ALL = """
import sys
from repose.errors import ReposeError
from repose.pipeline import count_source
if __name__ == "__main__":
    for source in sys.argv[1:]:
        try:
            count_source(source, "heel-slides")
            print("counted", source)
        except ReposeError as error:
            print("refused", source)
"""


def test_a_video_that_names_others_reaches_nobody(tmp_path: Path) -> None:
    for name, text in NAMING.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    script = tmp_path / "count_all.py"
    script.write_text(COUNT_ALL, encoding="utf-8")
    addresses = [f"{kind}://{ELSEWHERE}/a" for kind in ("http", "https", "rtsp", "rtmp", "udp", "tcp")]
    sources = [*(str(tmp_path / name) for name in NAMING), *addresses]
    traced = trace([sys.executable, script, *sources], tmp_path)
    assert traced.leaving == []
    assert traced.out.splitlines() == [f"refused {source}" for source in sources], traced.err
