"""The page works in Firefox too."""

from pathlib import Path

from tests.e2e.conftest import Serve
from tests.e2e.firefox import firefox_page
from tests.e2e.recordings import slides


def test_a_session_runs_in_firefox(tmp_path: Path, serve: Serve) -> None:
    server = serve(slides(tmp_path / "slides.parquet", reps=1))
    with firefox_page() as page:
        page.open(server.url)
        page.until("document.body.dataset.screen === 'setup' && !document.getElementById('start').disabled")
        page.evaluate("document.getElementById('start').click()")
        page.until("document.body.dataset.screen === 'session'")
        page.until("document.getElementById('session').dataset.stage === 'welcome'")
        page.until("document.getElementById('cue').textContent")
        page.until("document.getElementById('picture').width > 300")
        assert page.wrong == []
