"""``~`` at a path's beginning."""

from __future__ import annotations

from ftlab.ssh.config.surroundings import Surroundings


def expand_home(path: str, around: Surroundings) -> str:
    """``~/x`` and ``~user/x`` with the folder written out.

    :raises ValueError: there is no such user.
    """
    if not path.startswith("~"):
        return path
    user, _, rest = path[1:].partition("/")
    home = around.home_of(user) if user else around.home
    if home is None:
        raise ValueError(f"{path}: there is no user {user}")
    return home.removesuffix("/") + "/" + rest.lstrip("/")
