"""Text never becomes markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from repose.reports.markup import Markup, join, tag


class Reader(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((name, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


# Without the characters that HTML itself changes or forbids.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))


@given(texts, texts)
def test_any_text_comes_back_as_text(text: str, value: str) -> None:
    reader = Reader()
    reader.feed(tag("p", text, title=value))
    reader.close()
    assert reader.tags == [("p", {"title": value})]
    assert reader.text == text


def test_markup_is_kept_and_text_escaped() -> None:
    assert tag("p", tag("b", "1 < 2"), " & ", Markup("<br>")) == "<p><b>1 &lt; 2</b> &amp; <br></p>"


def test_attribute_names_and_numbers() -> None:
    assert tag("rect", x=1.0, y=2.346, width=3, class_="a", stroke_width=0.5, id=None) == (
        '<rect x="1" y="2.35" width="3" class="a" stroke-width="0.5"></rect>'
    )


def test_quotes_cannot_leave_an_attribute() -> None:
    assert tag("p", title="\" onclick='x'") == '<p title="&quot; onclick=&#x27;x&#x27;"></p>'


def test_void_elements_have_no_end_and_none_is_left_out() -> None:
    assert join(tag("br"), None, 0, "x") == "<br>0x"
