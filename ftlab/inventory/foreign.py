"""Files that Ansible reads as an inventory, but that are not INI."""

from __future__ import annotations

from ftlab.inventory.place import Place

_SIGNS = {
    "#!": "a program",
    "$ANSIBLE_VAULT;": "an encrypted vault",
    "---": "YAML",
    "%YAML": "YAML",
    "{": "JSON",
}


def refuse_foreign(text: str, file: str) -> None:
    """Raises InventoryError for a file that begins as no INI file does.

    Ansible's INI reader would take a vault's digits, or a brace, for the names of hosts.
    """
    body = text.lstrip()
    for sign, what in _SIGNS.items():
        if body.startswith(sign):
            line = len(text[: len(text) - len(body)].splitlines()) + 1
            hint = "ftlab reads inventories in INI form only"
            raise Place(file, line).error(f"this is {what}, not INI", hint=hint)
