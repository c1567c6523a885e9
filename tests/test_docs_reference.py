"""``docs/reference.md`` agrees with the code: flags, variables, exit codes, error kinds."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from test_docs import ROOT, TASKS, codes, table, tree

from ftlab.cli.completion.task_table import table_text
from ftlab.cli.flags import ANSWER, FLAGS, Flag
from ftlab.cli.shipped.manual.facts import ENVIRONMENT, EXIT_CODES
from ftlab.cli.shipped.manual.page import manual
from ftlab.cli.variables import PREFIX, SINGLE_TASKS, WITHOUT_FLAG
from ftlab.engine.options import Options
from ftlab.errors import FtlabError
from ftlab.esxi import faults
from ftlab.facts.noted import NotedFacts
from ftlab.facts.tasks import FACTS
from ftlab.fleet.limits import Limits
from ftlab.journal import UNFINISHED
from ftlab.report.json.schema.written import texts
from ftlab.ssh.settings import SshSettings
from ftlab.tasks.namespace import NAMES, namespace

REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
KIND = re.compile(r"[a-z_]+(?:\.[a-z_]+)?")

OUTSIDE = {"SSH_AUTH_SOCK", "COLUMNS"}
"""Variables that a library reads for ftlab."""

COMPUTED = {
    "fault.": {"fault.NAME"},
    "vft.": {"vft.SIGNATURE"},
    "command.": {"command.failed", *(f"command.{cause}" for cause, _ in faults._CAUSES)},
    "snapshot.": {"snapshot.notfound", "snapshot.ambiguous", "snapshot.id"},
}
"""What the kinds written as an f-string can be, by how they begin."""

UNSEEN: set[str] = set()
"""Kinds that a run replaces before it reports."""


@cache
def modules() -> dict[Path, ast.Module]:
    """The code that talks to users; the simulated lab and its demo have settings of their own."""
    files = [f for f in (ROOT / "ftlab").rglob("*.py") if "sim" not in f.relative_to(ROOT).parts]
    return {f: ast.parse(f.read_text("utf-8")) for f in files if f.name != "demo.py"}


def nodes(kind: type[ast.AST]) -> Iterator[ast.AST]:
    for module in modules().values():
        yield from (node for node in ast.walk(module) if isinstance(node, kind))


def words(cell: str) -> list[str]:
    """The pieces of code in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def column(heading: str, number: int = 0) -> list[str]:
    return [word for row in table(heading, REFERENCE) for word in words(row[number])]


# -- flags and variables ---------------------------------------------------------------------------

FLAG_ROWS = {
    row[1].strip("`"): row for row in table("Flags of every task that talks to hosts", REFERENCE)
}


def test_every_fleet_flag_has_a_row_and_every_row_is_a_flag():
    assert list(FLAG_ROWS) == [flag.variable for flag in FLAGS]


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.name)
def test_a_flag_is_written_as_it_is_typed(flag: Flag):
    written = [word.partition(" ") for word in words(FLAG_ROWS[flag.variable][0])]
    short = [f"-{flag.short}"] if flag.short else []
    assert [name for name, _, _ in written] == [*short, "--" + flag.name.replace("_", "-")]
    assert bool(written[-1][2]) == (flag.default is None)  # a value, or a switch


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.name)
def test_a_default_is_the_real_one(flag: Flag):
    options = Options(inventory=Path(), state_dir=Path())
    limits, ssh = Limits(), SshSettings()
    values = {
        "check": options.check,
        "wait_lock": options.wait_lock,
        "parallel": limits.at_once,
        "fail_fast": limits.fail_fast,
        "max_fail": limits.max_fail or "no limit",
        "deadline": limits.deadline or "no limit",
        "batch": limits.batch or "one batch",
        "timeout": ssh.command_timeout,
        "connect_timeout": ssh.connect_timeout,
        "host_key": ssh.host_key,
    }
    value = values.get(flag.name, flag.default)
    if flag.default is False:
        value = "off" if value is False else value
    written = FLAG_ROWS[flag.variable][2]
    assert written == (f"{value:g}" if isinstance(value, float | int) else value or written)
    assert written


def calls_with_a_flag(*names: str) -> set[str]:
    """The flags that the code passes to these functions, which look at a variable, too."""
    return {
        node.args[0].value
        for node in nodes(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id in names
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip


def test_every_variable_of_a_single_task_is_there():
    rows = table("Variables of single tasks", REFERENCE)
    named = {(variable, flag) for v, f, _ in rows for variable in words(v) for flag in words(f)}
    read = calls_with_a_flag("whole", "whole_number", "stored") | {f"--{ANSWER.name}"}
    assert named == {("FTLAB_" + f[2:].replace("-", "_").upper(), f) for f in read}
    for _, flag, tasks in rows:
        own = {t for t in TASKS if words(flag)[0][2:] in _argument_names(t)}
        assert set(words(tasks)) == own


def test_the_variables_that_are_known_are_those_of_the_page():
    titles = ("Variables of single tasks", "Variables without a flag")
    named = {word for title in titles for row in table(title, REFERENCE) for word in words(row[0])}
    assert {*SINGLE_TASKS, *WITHOUT_FLAG} == {name for name in named if name.startswith(PREFIX)}


def _argument_names(task: str) -> set[str]:
    return {name for argument in namespace()[task].get_arguments() for name in argument.names}


def test_every_variable_without_a_flag_is_there():
    """Those that the code asks its environment for by name."""
    asked = {
        node.args[0].value
        for node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args
        and isinstance(node.args[0], ast.Constant)
        and re.fullmatch(r"[A-Z][A-Z_]{2,}", str(node.args[0].value))
    }  # fmt: skip
    assert set(column("Variables without a flag")) == (asked - set(FLAG_ROWS)) | OUTSIDE


# -- exit codes ------------------------------------------------------------------------------------


def test_the_exit_codes_are_those_of_the_readme():
    written = {int(row[0]): row[1] for row in table("Exit codes", REFERENCE)}
    assert sorted(written) == sorted(codes())
    for code, meaning in written.items():
        assert set(words(meaning)) >= set(words(codes()[code]))


# -- error kinds -----------------------------------------------------------------------------------


def raised() -> set[str]:
    """Every kind that the code can give to an error."""
    found = {error.kind for error in tree()} | {UNFINISHED}
    for call in nodes(ast.Call):
        for value in _kinds_of(call):
            found |= set(_spelled(value))
    for file, module in modules().items():
        if file.parent.name == "ssh":  # there a kind also travels in a variable
            found |= {
                str(node.value)
                for node in ast.walk(module)
                if isinstance(node, ast.Constant)
                and re.fullmatch(r"(unreachable|auth|hostkey)\.[a-z]+", str(node.value))
            }
    return found - UNSEEN


def _kinds_of(call: ast.Call) -> Iterator[ast.expr]:
    """``kind=…`` of any call but a value's copy, and the first argument of ``Failure``."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "kind")
    if name == "Failure" and call.args:
        yield call.args[0]


def _spelled(value: ast.expr) -> Iterator[str]:
    """The kinds that an expression can be; none for one that is handed on from an error."""
    if isinstance(value, ast.Constant):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _spelled(value.body)
        yield from _spelled(value.orelse)
    elif isinstance(value, ast.JoinedStr):
        assert isinstance(value.values[0], ast.Constant)
        yield from COMPUTED[value.values[0].value]
    elif isinstance(value, ast.Name) and (value.id == "kind" or value.id.isupper()):
        yield from _assigned(value)


def _assigned(name: ast.Name) -> Iterator[str]:
    """What the variable can be, if its module gives it a text."""
    module = next(m for m in modules().values() if name in ast.walk(m))
    for node in ast.walk(module):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=True))
            for one, its in pairs:
                if ast.unparse(one) == name.id:
                    yield from _spelled(its)


def documented() -> set[str]:
    return set(column("Error kinds"))


def test_the_kinds_are_all_there_and_none_is_stale():
    assert documented() == raised()


def test_a_kind_is_explained_once_in_its_group():
    groups = REFERENCE.partition("\n## Error kinds\n")[2].partition("\n## ")[0].split("\n### ")[1:]
    for group in groups:
        listed = [kind for kinds in re.findall(r"^\| (\[`[^|]+) \|", group, re.MULTILINE)
                  for kind in words(kinds)]  # fmt: skip
        assert listed
        assert sorted(listed) == sorted(set(listed)), group.splitlines()[0]


def test_kinds_are_words_that_a_script_can_match():
    assert all(KIND.fullmatch(kind.lower()) for kind in documented())
    assert FtlabError.kind in documented()


# -- completion ----------------------------------------------------------------------------------

TABLE = ROOT / "ftlab" / "cli" / "completion" / "tasks.json"
MAKE = (
    "python -c 'from ftlab.cli.completion.task_table import table_text; from ftlab.tasks.namespace"
    f' import *; print(table_text(namespace(), NAMES), end="")\' > {TABLE.relative_to(ROOT)}'
)


def test_the_table_has_the_tasks_as_they_are():
    assert TABLE.read_text("utf-8") == table_text(namespace(), NAMES), f"make it anew: {MAKE}"


# -- the schemas ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", texts())
def test_a_schema_is_of_these_types(file: str):
    make = "make it anew: python -m ftlab.report.json.schema"
    assert (ROOT / file).read_text("utf-8") == texts()[file], make


def test_the_facts_of_each_task_are_there():
    section = REFERENCE.partition("What `facts` contains")[2].partition("Any of them")[0]
    rows = [
        re.findall(r"\| (.*?) \| (.*) \|", line)[0] for line in section.splitlines()[4:] if line
    ]
    written = {task: set(words(what)) for tasks, what in rows for task in words(tasks)}
    facts = {
        task: set(kind.__annotations__) for task, kind in FACTS.items() if kind is not NotedFacts
    }
    assert set(written) == set(facts)
    missing = {task: names - written[task] - {"notes"} for task, names in facts.items()}
    assert {task: names for task, names in missing.items() if names} == {}


# -- the manual page -----------------------------------------------------------------------------

MANUAL = ROOT / "docs" / "man" / "ftlab.1"
MAKE_MANUAL = (
    "python -c 'from ftlab.cli.shipped.manual.page import manual; from ftlab.tasks.namespace"
    f' import *; print(manual(namespace(), NAMES), end="")\' > {MANUAL.relative_to(ROOT)}'
)


def test_the_manual_page_is_of_these_tasks():
    assert MANUAL.read_text("utf-8") == manual(namespace(), NAMES), f"make it anew: {MAKE_MANUAL}"


def test_the_manual_page_has_the_exit_codes_and_variables_of_this_page():
    assert {code: why.replace("`", "") for code, why in codes().items()} == EXIT_CODES
    assert set(column("Variables without a flag")) == set(ENVIRONMENT)


CHECKERS = {
    "mandoc": ("-T", "lint", "-W", "warning"),
    "groff": ("-man", "-Tutf8", "-ww", "-z"),
}


@pytest.mark.parametrize("program", CHECKERS)
def test_the_manual_page_is_well_formed(program: str):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    ran = subprocess.run(
        [program, *CHECKERS[program], MANUAL], capture_output=True, text=True, check=False
    )
    said = (ran.stdout + ran.stderr).splitlines()
    assert [line for line in said if "missing date" not in line] == []  # it has a version instead
