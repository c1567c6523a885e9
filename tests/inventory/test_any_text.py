"""Whatever stands in a file, it is an inventory or an error with its line: never anything else."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from ftlab.cli.settings.file import read_settings
from ftlab.engine.inventory_files import open_inventory
from ftlab.errors import InventoryError, UsageError
from ftlab.inventory.variables.ssh_args import parse_ssh_args

FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300")), deadline=None)

yaml_words = st.sampled_from(
    ["a", "all", "hosts", "vars", "children", ":", ": ", "\n", "\n  ", "\n    ", "- ", "? ", "{",
     "}",
     "[", "]", ",", "&x ", "*x", "!vault ", "!unsafe ", "!!int ", "!!map ", "!!set ", "!!binary ",
     "!!timestamp ", "!!omap ", "<<", "|\n", ">-\n", "'", '"', "#", "---\n", "...\n", "%YAML 1.1\n",
     "\t", "~", "1e999", ".inf", "0o8", "2024-13-45", "1:99", "\ufeff", "\x00", "\x85", "\udce9",
     "ansible_host", "ansible_port", "ansible_ssh_common_args", "ansible_connection", "h[1:3]",
     "$ANSIBLE_VAULT;1.1", "{{", "ftlab_jump", "plugin", "\\", "\U0001f600"]
)  # fmt: skip
yaml_like = st.lists(yaml_words, max_size=24).map("".join)
texts = st.one_of(yaml_like, yaml_like, st.text(max_size=60)).map(
    lambda text: text.encode("utf-8", "surrogateescape" if "\udce9" in text else "replace")
)  # fmt: skip


@seed(3)
@FUZZ
@given(
    name=st.sampled_from(["hosts.yml", "hosts.json", "hosts", "hosts.ini"]),
    text=st.one_of(texts, st.binary(max_size=60)),
    beside=st.one_of(texts, st.none()),
)
def test_an_inventory_or_an_error(name: str, text: bytes, beside: bytes | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(text)
        if beside is not None:
            (file.parent / "group_vars").mkdir()
            (file.parent / "group_vars" / "all.yml").write_bytes(beside)
        error = fault(file)
    assert error is None or (error.evidence["line"] >= 1 and "\n" not in error.message)


def fault(file: Path) -> InventoryError | None:
    try:
        inventory = open_inventory(file)
        inventory.check(inventory.hosts)
    except InventoryError as error:
        return error
    return None


ssh_words = st.sampled_from(
    ["-o", "-oX=1", "ProxyJump=a", "-J", "-p", "22", "-4C", "-i", "'a b'", '"', "'", "\\", "-F",
     "-",     "--", "-l", "root", "=", "\n", "\udce9", "-o 'User  ='", "Port = 5", "%h"]
)  # fmt: skip


@seed(4)
@FUZZ
@given(st.one_of(st.lists(ssh_words, max_size=8).map(" ".join), st.text(max_size=30)))
def test_arguments_of_ssh_or_an_error(text: str) -> None:
    try:
        args = parse_ssh_args(text, "here")
    except ValueError:
        return
    assert all(option.keyword and option.value for option in args.options)


toml_words = st.sampled_from(
    ["limit", "parallel", "yes", " = ", '"a"', "1", "true", "\n", "[", "]", "{", "}", ",", "'", "=",
     "inventory", "verbose", "[[x]]", "a.b", "1979-05-27", "nan", "#", "\x00", '"\\u0000"',
     "~nosuch/"]
)  # fmt: skip


@seed(5)
@FUZZ
@given(st.one_of(st.lists(toml_words, max_size=12).map("".join), st.text(max_size=40)))
def test_settings_or_an_error(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ftlab" / "ftlab.toml"
        path.parent.mkdir()
        path.write_bytes(text.encode("utf-8", "replace"))
        try:
            found = read_settings({"XDG_CONFIG_HOME": folder})
        except UsageError as error:
            assert str(path) in error.message  # noqa: PT017 - it need not be raised
        else:
            assert found.path == path
