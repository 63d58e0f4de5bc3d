"""The page works in Firefox too."""

from pathlib import Path
from typing import Final

from tests.e2e.conftest import Serve
from tests.e2e.firefox import firefox_page
from tests.e2e.recordings import slides

ONLY_HEEL_SLIDES: Final = """(() => {
  const form = document.getElementById("programme");
  form.querySelector("[name=choice][value=single]").checked = true;
  for (const card of form.querySelectorAll(".exercise")) {
    card.querySelector("[name=include]").checked = card.dataset.exercise === "heel-slides";
  }
  form.dispatchEvent(new Event("input"));
})()"""


def test_a_rep_is_counted_in_firefox(tmp_path: Path, serve: Serve) -> None:
    server = serve(slides(tmp_path / "slides.parquet", reps=2))
    with firefox_page() as page:
        page.open(server.url)
        page.until("document.body.dataset.screen === 'setup' && !document.getElementById('start').disabled")
        page.evaluate(ONLY_HEEL_SLIDES)
        page.evaluate("document.getElementById('start').click()")
        page.until("document.getElementById('session').dataset.stage === 'welcome'")
        page.until("document.getElementById('picture').width > 300")
        page.until("document.getElementById('session').dataset.stage === 'working'", 60)
        page.until("document.getElementById('number').textContent === '1'", 60)
        assert page.wrong == []
