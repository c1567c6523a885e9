"""What the facts of every task may have."""

from collections.abc import Sequence
from typing import Annotated, TypedDict

from ftlab.frozen import frozen


@frozen
class Narrowed:
    """What else holds of a value than its type: the least number, the least length, a pattern of
    a text, or its only values."""

    minimum: int | None = None
    min_length: int | None = None
    pattern: str | None = None
    only: tuple[str | None, ...] | None = None


FactValue = Annotated[
    str | int | float | bool | Sequence[str] | None,
    "null: absent; a list: of a setting that is one.",
]


class NotedFacts(TypedDict, total=False):
    """Facts are empty where the host did not get that far."""

    notes: Annotated[list[str], "Whatever else is worth a word, in sentences."]
