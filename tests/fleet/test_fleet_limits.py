"""The limits of a run as the command line spells them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import UsageError
from ftlab.fleet.limits import (
    Limits,
    Share,
    parse_batch,
    parse_deadline,
    parse_max_fail,
    parse_parallel,
)


def test_batches_are_numbers_and_percentages() -> None:
    assert parse_batch("1,5,25%") == (Share(1), Share(5), Share(25, percent=True))
    assert parse_batch(" 2 , 10 % ") == (Share(2), Share(10, percent=True))


@given(st.integers(1, 10**9 - 1), st.booleans())
def test_what_a_share_prints_reads_as_the_same_share(amount: int, percent: bool) -> None:
    share = Share(min(amount, 100) if percent else amount, percent)
    assert parse_max_fail(str(share)) == share


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "0%", "101%", "1.5", "5%%", "1,2", "٣"])
def test_a_wrong_max_fail_names_the_flag_and_the_text(text: str) -> None:
    with pytest.raises(UsageError, match="--max-fail"):
        parse_max_fail(text)


@pytest.mark.parametrize("text", ["", "1,,2", "1,", "a,b", "1;2"])
def test_a_wrong_batch_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="--batch") as caught:
        parse_batch(text)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_parallel, "0"),
        (parse_parallel, "50%"),
        (parse_deadline, "0"),
        (parse_deadline, "-3"),
        (parse_deadline, "soon"),
        (parse_deadline, "nan"),
        (parse_deadline, "inf"),
    ],
)
def test_wrong_numbers_are_usage_errors(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        parse(text)


def test_right_numbers() -> None:
    assert parse_parallel("200") == 200
    assert parse_deadline("1.5") == 1.5


def test_a_batch_percentage_rounds_down_and_is_never_nothing() -> None:
    assert Share(25, percent=True).at_most(10) == 2
    assert Share(1, percent=True).at_most(10) == 1


def test_a_failure_percentage_is_reached_only_when_it_is_reached() -> None:
    assert Limits(max_fail=Share(10, percent=True)).failures_allowed(15) == 2
    assert Limits(max_fail=Share(10, percent=True)).failures_allowed(3) == 1
    assert Limits(max_fail=Share(3)).failures_allowed(2) == 3


def test_fail_fast_is_one_failure_and_no_limit_is_none() -> None:
    assert Limits(fail_fast=True, max_fail=Share(9)).failures_allowed(100) == 1
    assert Limits().failures_allowed(100) is None


@pytest.mark.parametrize("wrong", [{"parallel": 0}, {"per_physical": 0}, {"deadline": 0.0}])
def test_limits_that_would_never_end_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Limits(**wrong)
