"""What a page could load from elsewhere or run, read out of its text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

_LOADING: Final = frozenset(
    {"action", "background", "cite", "data", "formaction", "href", "longdesc", "manifest", "ping", "poster"}
    | {"profile", "src", "srcset", "xlink:href"}
)
"""Attributes that name an address."""

_FOREIGN: Final = frozenset({"base", "embed", "frame", "frameset", "iframe", "object", "portal"})
"""Elements that bring other pages in, or move where addresses lead."""

_NAMESPACES: Final = ("http://www.w3.org/",)
"""Addresses that name something and are never fetched."""

_CSS_ADDRESS: Final = re.compile(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)")
_JS_IMPORT: Final = re.compile(r"(?:\bfrom|\bimport|\bimport\s*\()\s*['\"`]([^'\"`]+)['\"`]")
_ADDRESS: Final = re.compile(r"\b(?:https?|wss?|ftp):/*[^\s'\"`)<]*|['\"`(]//[\w.-]+")
_JS_FORBIDDEN: Final = {
    "makes code out of text": re.compile(
        r"\beval\s*\(|new Function\b|setTimeout\(\s*['\"`]|document\.write\b"
    ),
    "makes markup out of text": re.compile(
        r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|createContextualFragment"
    ),
    "sets a style attribute": re.compile(r"['\"`]style['\"`]|\.style\.cssText\b"),
    "runs an attribute": re.compile(r"setAttribute\(\s*['\"`]on"),
}


class _Page(HTMLParser):
    def __init__(self, at: str, inline_style: bool) -> None:
        super().__init__()
        self.found: list[str] = []
        self._at = at
        self._inline_style = inline_style
        self._in: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in = tag if tag in ("script", "style") else None
        if tag in _FOREIGN:
            self.found.append(f"<{tag}>")
        if tag == "script" and "src" not in given:
            self.found.append("a script of its own")
        if tag == "style" and not self._inline_style:
            self.found.append("a style of its own")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append("goes elsewhere by itself")
        for name, value in given.items():
            if name.startswith("on"):
                self.found.append(f"{name}={value}")
            elif name == "style":
                self.found.append(f"style={value}")
            elif name in _LOADING:
                self.found += _elsewhere(value, self._at)

    def handle_data(self, data: str) -> None:
        if self._in == "style":
            self.found += in_style(data, self._at)

    def handle_endtag(self, tag: str) -> None:
        self._in = None


def in_page(text: str, at: str, *, inline_style: bool = False) -> list[str]:
    """What is wrong with a page of HTML, or a picture as SVG.

    Args:
        text: of the page.
        at: its address.
        inline_style: whether it may bring one style along, that its policy knows by its hash.
    """
    page = _Page(at, inline_style)
    page.feed(text)
    return page.found


def in_style(text: str, at: str) -> list[str]:
    """What is wrong with a style sheet."""
    return [bad for match in _CSS_ADDRESS.finditer(text) for bad in _elsewhere(match[1] or match[2], at)]


def in_module(text: str, at: str) -> list[str]:
    """What is wrong with a module of JavaScript."""
    code = re.sub(r"/\*.*?\*/|(?<![:'\"`])//[^\n]*", "", text, flags=re.DOTALL)
    found = [what for what, forbidden in _JS_FORBIDDEN.items() if forbidden.search(code)]
    found += [bad for match in _JS_IMPORT.finditer(code) for bad in _elsewhere(match[1], at)]
    found += [name for name in _ADDRESS.findall(code) if not name.startswith(_NAMESPACES)]
    return found


def in_policy(policy: str, own: str) -> list[str]:
    """What is wrong with a Content-Security-Policy: what is not strict, or names others.

    Args:
        policy: the header.
        own: our own host and port, which WebSockets may go to.
    """
    parts = (part.split() for part in policy.split(";"))
    told = {name: sources for name, *sources in parts}
    known = {"'self'", "'none'", "blob:", "data:", f"ws://{own}"}
    found = [
        f"{name} {source}"
        for name, sources in told.items()
        for source in sources
        if source not in known and not (name == "style-src" and re.fullmatch(r"'sha256-[\w+/=]{44}'", source))
    ]
    found += [f"{name} {source}" for name in ("script-src", "style-src", "connect-src", "default-src")
              for source in told.get(name, ()) if source in ("blob:", "data:")]  # fmt: skip
    strict = {"default-src": ["'none'"], "base-uri": ["'none'"], "frame-ancestors": ["'none'"]}
    return found + [f"no {name}" for name, sources in strict.items() if told.get(name) != sources]


def _elsewhere(names: str, at: str) -> Iterator[str]:
    for name in names.split(", ") if ", " in names else [names]:
        address = urlsplit(urljoin(at, name.split(" ")[0]))
        if address.scheme != "data" and address[:2] != urlsplit(at)[:2]:
            yield name
