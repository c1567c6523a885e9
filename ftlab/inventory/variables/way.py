"""Where and as whom: the address, port, user and jump hosts that a host's variables give it."""

from __future__ import annotations

from ftlab.inventory.host_ranges import split_hop
from ftlab.inventory.source import IN_VARS, InventoryPlace, PlacedValues, told
from ftlab.inventory.variables import known
from ftlab.inventory.variables.lookup import pick, text
from ftlab.inventory.variables.safe_names import address_fault, hop_fault, port_number, user_fault
from ftlab.regex import regex

JUMP = ("ftlab_jump",)

_BRACKETS = regex(r"\[([0-9A-Fa-f:.]*:[^\[\]]*)\]")


def address(name: str, place: InventoryPlace, settings: PlacedValues) -> str | None:
    """``ansible_host``, ``[2001:db8::1]`` without its brackets: ssh and the resolver know none.
    Where it is left out, the name is the address."""
    word, found = text(settings, known.ADDRESS), pick(settings, known.ADDRESS)
    if word is None or found is None:
        _check_address(name, "the name of the host", name, place)
        return None
    bare = _BRACKETS.fullmatch(word)
    plain = bare[1] if bare else word
    _check_address(plain, found[0], "", found[1].place)
    return plain


def _check_address(word: str, what: str, name: str, place: InventoryPlace) -> None:
    """Raises InventoryError, which says what to write where a user or a port stands in it."""
    fault = address_fault(word)
    user, address, port = split_hop(word)
    if fault and (user or port) and not address_fault(address):
        parts = [f"{name and address}", f"ansible_host={address}" if not name else ""]
        parts += [f"ansible_user={user}" if user else "", f"ansible_port={port}" if port else ""]
        holds = " and ".join(["a user"] * bool(user) + ["a port"] * bool(port))
        hint = f"write {' '.join(filter(None, parts))}"
        raise place.error(f"{what} {word!r} holds {holds}", hint=hint)
    if fault:
        hint = IN_VARS if name and "=" in name else ""
        raise place.error(f"{what} {told(word)} is no address: {fault}", hint=hint)


def user(settings: PlacedValues) -> str | None:
    """Who logs in. Raises InventoryError for what could be more than a name."""
    word, found = text(settings, known.USER), pick(settings, known.USER)
    if word is not None and found is not None and (fault := user_fault(word)):
        raise found[1].place.error(f"{found[0]} {told(word)} is no user: {fault}")
    return word


def port(settings: PlacedValues) -> int | None:
    """Raises InventoryError for what is no port."""
    found = pick(settings, known.PORT)
    if found is None:
        return None
    key, setting = found
    number = port_number(str(setting.value))
    if number is None:
        raise setting.place.error(f"{key} must be a whole number from 1 to 65535")
    return number


def check_jump(settings: PlacedValues) -> None:
    """Raises InventoryError for what cannot be the name, user or port of a jump host."""
    found = pick(settings, JUMP)
    for hop in str(found[1].value).split(",") if found else ():
        if found and (fault := hop_fault(hop)):
            raise found[1].place.error(
                f"ftlab_jump: {told(hop)} is no jump host: {fault}",
                hint="write [user@]host[:port], several separated by commas; IPv6 as [::1]:22",
            )
