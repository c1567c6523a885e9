"""The template engine, set so that no template can forget to escape."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ftlab.regex import regex
from ftlab.report.layout.escape import escape
from ftlab.version import VERSION

_STYLE = "style.css"
_AFTER = regex(r"(?<=[,.\]_-])(?=[^,.\]_-])")


def rendered(template: str, **values: Any) -> str:
    """A whole page. Whatever ``values`` hold is shown as text: markup in it does nothing, and
    control characters and direction marks are written out."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    """Autoescape is on for every template, whatever its name; a name that is not given is an
    error, and what is put out passes ``_harmless`` before it is escaped."""
    environment = Environment(
        loader=PackageLoader("ftlab.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = environment.loader.get_source(environment, _STYLE)[0] if environment.loader else ""
    environment.filters["breakable"] = _breakable
    own = {
        "style": Markup(style),  # noqa: S704 - our own file, nothing else is in it
        "style_hash": _hash(style),
        "version": VERSION,
    }
    environment.globals.update(own)
    return environment


def _breakable(value: str) -> Markup:
    """A set of host names, which a narrow page may break where a reader would."""
    parts = _AFTER.split(escape(value))
    return Markup("<wbr>").join(parts)


def _harmless(value: Any) -> Any:
    """Markup that a template made stays; all else is text on which nothing acts."""
    return value if hasattr(value, "__html__") else escape(str(value))


def _hash(text: str) -> str:
    """As a Content-Security-Policy names the one style that may be used."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
