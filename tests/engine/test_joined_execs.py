"""Pieces of work that share an exec: one exec for all, and each its own answers and errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ftlab.engine.wrappers.joined import JoinedExecs
from ftlab.errors import Lost
from ftlab.model import Command, Completed, Host
from ftlab.ssh.channels.threads import together


class Shell:
    """A host whose commands end as their last word says; ``execs`` are those that it was sent."""

    def __init__(self) -> None:
        self.host = Host("esx")
        self.execs: list[list[str]] = []

    def run_chain(self, commands: Sequence[Command], heard: Any = None) -> list[Completed]:
        self.execs.append([command.argv[0] for command in commands])
        done: list[Completed] = []
        for command in commands:
            if command.argv[-1] == "dies":
                raise Lost("the connection is lost")
            done.append(Completed(command, int(command.argv[-1]), command.argv[0].encode(), b""))
            if done[-1].exit not in command.ok:
                break
        return done

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        return together(work, "piece")


@pytest.fixture
def shell() -> Shell:
    return Shell()


def chain(*words: str) -> list[Command]:
    """Commands as ``name:exit``."""
    return [Command(tuple(word.split(":"))) for word in words]


def outcomes(shell: Shell, *work: Sequence[Command]) -> list[list[str]]:
    """What each piece heard, where each runs one chain."""
    joined = JoinedExecs(shell)  # type: ignore[arg-type]
    pieces = (lambda each=each: joined.run_chain(each) for each in work)
    return [[f"{d.out}:{d.exit}" for d in done] for done in joined.together(*pieces)]


def test_one_exec_for_all_and_each_gets_its_own_answers(shell: Shell) -> None:
    found = outcomes(shell, chain("set:0", "get:0"), chain("cp:0", "mv:0", "sum:0"))
    assert found == [["set:0", "get:0"], ["cp:0", "mv:0", "sum:0"]]
    [commands] = shell.execs
    assert sorted(commands) == ["cp", "get", "mv", "set", "sum"]


@pytest.mark.parametrize("failing", [("set:1", "get:0"), ("set:0", "get:1")])
def test_a_failure_of_one_piece_is_not_in_the_way_of_another(
    shell: Shell, failing: tuple[str, ...]
) -> None:
    for work in (chain(*failing), chain("cp:0")), (chain("cp:0"), chain(*failing)):
        found = outcomes(shell, *work)
        assert ["cp:0"] in found
        assert list(failing[: failing.index(next(w for w in failing if w.endswith("1"))) + 1]) in (
            found
        )


def test_a_piece_without_commands_is_not_waited_for(shell: Shell) -> None:
    joined = JoinedExecs(shell)  # type: ignore[arg-type]
    nothing, done = joined.together(lambda: None, lambda: joined.run_chain(chain("cp:0")))
    assert nothing is None
    assert [each.out for each in done] == ["cp"]


def test_a_piece_that_fails_before_is_not_waited_for(shell: Shell) -> None:
    joined = JoinedExecs(shell)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        joined.together(lambda: 1 / 0, lambda: joined.run_chain(chain("cp:0")))
    assert shell.execs == [["cp"]]


def test_only_the_first_chain_of_a_piece_waits(shell: Shell) -> None:
    joined = JoinedExecs(shell)  # type: ignore[arg-type]

    def twice() -> list[Completed]:
        joined.run_chain(chain("cp:0"))
        return joined.run_chain(chain("again:0"))

    joined.together(twice, lambda: joined.run_chain(chain("set:0")))
    assert sorted(map(len, shell.execs)) == [1, 2]
    assert ["again"] in shell.execs


def test_pieces_of_a_piece_go_their_own_way(shell: Shell) -> None:
    joined = JoinedExecs(shell)  # type: ignore[arg-type]

    def within() -> list[Any]:
        asked = (lambda word=word: joined.run_chain(chain(word)) for word in ("one:0", "two:0"))
        return joined.together(*asked)

    joined.together(within, lambda: joined.run_chain(chain("set:0")))
    assert sum(map(len, shell.execs)) == 3


def test_a_lost_connection_is_told_to_every_piece_without_an_answer(shell: Shell) -> None:
    joined = JoinedExecs(shell)  # type: ignore[arg-type]
    errors: list[Lost] = []

    def piece(*words: str) -> None:
        try:
            joined.run_chain(chain(*words))
        except Lost as error:
            errors.append(error)

    joined.together(lambda: piece("set:0", "get:dies"), lambda: piece("cp:0"))
    assert len(shell.execs) == 1
    assert len(errors) == 2
