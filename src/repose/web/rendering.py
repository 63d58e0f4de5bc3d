"""Pages from templates; everything that is put into them is escaped."""

from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from repose import INTENDED_USE, __version__
from repose.accounts.acting import account_name
from repose.web.rights import home, may_go, may_post

_TEMPLATES: Final = Environment(
    loader=PackageLoader("repose.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {"intended_use": INTENDED_USE, "version": __version__}
# What a page shows depends on who looks at it.
_TEMPLATES.globals |= {"account_name": account_name, "may_go": may_go, "may_post": may_post, "home": home}


def render(template: str, **context: Any) -> str:  # noqa: ANN401 - a template takes whatever it shows
    """The page that a template makes of its context."""
    return _TEMPLATES.get_template(template).render(context)
