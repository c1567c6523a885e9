"""``vft.status``, once and again and again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_vft_pairs import ft, half
from vft_bench import Gone
from vft_fleet import Fleet, by_host, make_fleet, states

from ftlab.cli.talk.pair_board import Board, line_of
from ftlab.engine.report import Report, exit_code
from ftlab.errors import Unreachable
from ftlab.fleet.limits import Limits
from ftlab.ops.vft.pairs import Pair, pair_up
from ftlab.ops.vft.status import status
from ftlab.ops.vft.watch import INTERVAL, watch
from ftlab.sim import PairSpec

READY = PairSpec("db01", ready=True, failure=None, start_seconds=5.0, host_starts_secondary=True)


def watched(fleet: Fleet, seen: list[Any] | None = None) -> Report:
    def show(pairs: Any) -> None:
        if seen is not None:
            seen.append([pair.state for pair in pairs])

    return watch(fleet.lab, (), show, sleep=fleet.time.sleep, clock=fleet.time)


def test_pairs_and_halves_at_one_glance(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [READY])
    report = status(fleet.lab)
    facts = by_host(report)["vesxi02"].facts
    assert states(report) == {"db01": "needSecondary"}
    assert [vm["role"] for vm in facts["vms"]] == [None, "secondary"]
    assert "halves" not in facts


def test_it_looks_until_all_pairs_run(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [READY])
    fleet.sim.pairs[0].start_secondary()
    seen: list[Any] = []
    report = watched(fleet, seen)
    assert exit_code(report) == 0
    assert (seen[0], seen[-1]) == (["starting"], ["running"])
    assert fleet.time.naps == [INTERVAL] * 3
    assert states(report) == {"db01": "running"}


def test_it_stops_at_the_deadline(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [READY], limits=Limits(deadline=7.0))
    report = watched(fleet)
    assert exit_code(report) == 8
    assert states(report) == {"db01": "needSecondary"}
    assert fleet.time.now - 1000 == pytest.approx(7.0)


def test_without_pairs_there_is_nothing_to_wait_for(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [], hosts=1)
    assert exit_code(watched(fleet)) == 0
    assert fleet.time.naps == []


def test_a_host_that_was_away_is_asked_again(tmp_path: Path, monkeypatch) -> None:
    class Flaky(Gone):
        """Dead after its third answer; a new connection works."""

        born = 0

        def __init__(self, model: Any) -> None:
            super().__init__(model)
            Flaky.born += 1
            self.lives = 3 if Flaky.born == 1 else None

    fleet = make_fleet(tmp_path, monkeypatch, [READY], session=Flaky)
    fleet.sim.pairs[0].start_secondary()
    assert exit_code(watched(fleet)) == 0
    assert Flaky.born == 3


def test_an_interrupt_between_two_looks_keeps_what_the_last_one_saw(
    tmp_path: Path, monkeypatch
) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [READY])

    def struck(*_: Any) -> None:
        raise KeyboardInterrupt

    asleep = watch(fleet.lab, (), lambda _pairs: None, sleep=struck, clock=fleet.time)
    showing = watch(fleet.lab, (), struck, sleep=fleet.time.sleep, clock=fleet.time)
    for report in (asleep, showing):
        assert exit_code(report) == 130
        assert states(report) == {"db01": "needSecondary"}


def test_a_refused_login_is_not_tried_again(tmp_path: Path, monkeypatch) -> None:
    fleet = make_fleet(tmp_path, monkeypatch, [READY])
    connect, tries = fleet.lab.connect, []

    def refuse(host: Any) -> Any:
        tries.append(host.name)
        if host.name == "vesxi01":
            raise Unreachable("no", kind="auth.refused")
        return connect(host)

    monkeypatch.setattr(fleet.lab, "connect", refuse)
    assert exit_code(watched(fleet)) == 4
    assert sorted(tries) == ["vesxi01", "vesxi02"]


def pair_in(state: str) -> Pair:
    one = half("vesxi01", ft=ft(1), ft_state=state)
    return pair_up([one, half("vesxi02", ft=ft(2), ft_state=state)])[0]


def test_without_a_terminal_each_change_is_a_line() -> None:
    said: list[str] = []
    board = Board(said.append, redraw=False)
    for state in ("needSecondary", "needSecondary", "starting", "running"):
        board([pair_in(state)])
    assert [line.split()[4] for line in said] == ["needSecondary:", "starting:", "running:"]


def test_on_a_terminal_it_redraws_in_place(capsys) -> None:
    board = Board(lambda line: None, redraw=True)
    board([pair_in("starting")])
    board([replace(pair_in("running"), name="evil\x1b[2J")])
    err = capsys.readouterr().err
    assert err.count("\x1b[2A\x1b[J") == 1
    assert "\x1b[2J" not in err
    assert "running" in err


def test_a_line_never_takes_two_of_the_screen_and_the_time_left_is_counted(
    capsys, monkeypatch
) -> None:
    monkeypatch.setattr("ftlab.cli.talk.pair_board.columns", lambda: 40)
    now = [100.0]
    board = Board(lambda line: None, redraw=True, deadline=300, clock=lambda: now[0])
    board([pair_in("starting")])
    now[0] = 175.0
    board([pair_in("starting")])
    first, second = capsys.readouterr().err.split("\x1b[2A\x1b[J")
    assert "3 min 45 s left" in second
    assert all(len(line) < 40 for line in (first + second).splitlines())
    board.close()
    cleared, left = capsys.readouterr().err.split("\x1b[2A\x1b[J")
    assert cleared == ""
    assert [line.split()[0] for line in left.splitlines()] == ["db01"]  # stdout is no terminal


def test_half_a_pair_has_a_question_mark() -> None:
    (pair,) = pair_up([half("vesxi01", ft=ft(1), ft_state="needSecondary")])
    assert line_of(pair).startswith("db01  vesxi01 > ?  needSecondary")
