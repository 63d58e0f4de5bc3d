"""HTML and SVG, escaped by construction."""

from html import escape


class Markup(str):
    """Text that is markup already. Every other text is escaped when it becomes a child of a tag."""

    __slots__ = ()

    def __html__(self) -> str:
        """What templates ask for: they too escape all that does not have it."""
        return self


Child = str | float | int | None
Attribute = str | float | int | None

VOID = {"meta", "br", "hr", "col"}
"""Elements of HTML that have no end tag."""


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """One element.

    Args:
        name: of the element.
        children: markup as it is, other text escaped, numbers as text; None is left out.
        attributes: `class_` is class, `stroke_width` is stroke-width; one that is None is left out.
            Numbers are rounded to hundredths.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Several children, one after the other."""
    return Markup("".join(_escaped(child) for child in children if child is not None))


def _escaped(child: str | float) -> str:
    return child if isinstance(child, Markup) else escape(_text(child))


def _text(value: str | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
