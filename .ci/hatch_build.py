"""What the package's metadata says that depends on where the project lives: its addresses, and a
README whose links lead somewhere on an index's page too.

``repository`` in pyproject.toml ([tool.hatch.metadata.hooks.custom]) is the one place for that.
While it is empty there are no addresses, and the links to files of the project are plain text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE = re.compile(
    r"<picture>.*?</picture>\n?|!\[[^]]*\]\([^)]*\)|<img\b[^>]*>", re.DOTALL | re.IGNORECASE
)
_PICTURE_SOURCE = re.compile(r'((?:src|srcset)="|!\[[^]]*\]\()(?![a-z]+:|/|#)')
_LINK = re.compile(r"(?<!!)\[((?:`[^`]*`|[^]`])*)\]\((?![a-z]+:|#)([^)\s]+)\)")


class ProjectAddresses(MetadataHookInterface):
    """Fills in ``urls`` and ``readme``."""

    def update(self, metadata: dict[str, Any]) -> None:
        repository = str(self.config.get("repository", "")).rstrip("/")
        text = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": readme_for_an_index(text, repository),
        }
        metadata["urls"] = addresses(repository)


def addresses(repository: str) -> dict[str, str]:
    """The project's addresses by name; none while it is not known where it lives."""
    if not repository:
        return {}
    return {
        "Source": repository,
        "Documentation": f"{repository}/tree/main/docs",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


def readme_for_an_index(text: str, repository: str) -> str:
    """``text`` with its links to files of the project made absolute, or else made plain text, and
    its pictures left out."""
    if repository:
        linked = _LINK.sub(rf"[\1]({repository}/blob/main/\2)", text)
        return _PICTURE_SOURCE.sub(rf"\g<1>{repository}/raw/main/", linked)
    without = _PICTURE.sub(lambda found: found[0] if "://" in found[0] else "", text)
    return _LINK.sub(r"\1", without)
