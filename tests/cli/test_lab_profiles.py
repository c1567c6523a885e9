"""``lab.profiles``: what comes with ftlab, told without an inventory and without contact."""

from __future__ import annotations

import pytest
from cli_runner import Cli

from ftlab.profile import BUILT_IN, load_profile


def test_they_are_listed_where_no_inventory_is(cli: Cli):
    told = cli("lab.profiles").expect(0)
    for name in BUILT_IN:
        assert f"{name}\n" in told.out
    assert told.out.count("Warning: ") == len(BUILT_IN)
    assert "Source: " in told.out


@pytest.mark.parametrize("name", BUILT_IN)
def test_one_is_shown_as_a_file_that_works(cli: Cli, name):
    text = cli("lab.profiles", name).expect(0).out
    assert load_profile("saved.toml", lambda _: text).states


def test_as_a_document(cli: Cli):
    document = cli.json("lab.profiles").expect(0).document
    assert [each["name"] for each in document["profiles"]] == list(BUILT_IN)
    assert all(each["warning"] and each["sources"] for each in document["profiles"])
    [one] = cli.json("lab.profiles", "--name", "vft").document["profiles"]
    assert "replay.allowBTOnly" in one["text"]


def test_an_unknown_one_is_exit_2_and_names_the_others(cli: Cli):
    told = cli("lab.profiles", "vftt").expect(2)
    assert "vftt cannot be read" in told.err
    assert "did you mean 'vft'?" in told.err
