"""The documentation agrees with the code: tasks, flags, exit codes, examples, links."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import shlex
from collections.abc import Iterator

import pytest
from blocks import PAGES, README, ROOT
from invoke.exceptions import Exit, ParseError

from ftlab import errors
from ftlab.cli.flags import FLAGS, Flag
from ftlab.engine.report import Report, exit_code
from ftlab.inventory import parse_inventory
from ftlab.program import FtlabProgram
from ftlab.tasks.namespace import namespace

TASKS = sorted(namespace().task_names)
COLLECTIONS = sorted({name.partition(".")[0] for name in TASKS if "." in name})

PLACEHOLDERS = {"TASK", "…", "..."}
"""Words that make a line a pattern rather than a command."""
OWN = {"clock", "motd"}
"""The README's examples of a user's own tasks; ``tests/cli/test_own_tasks.py`` runs them."""


def parsed(words: list[str]) -> list[str]:
    """The tasks that ``ftlab WORDS`` names. Raises ``ParseError`` as the command does."""
    program = FtlabProgram(name="ftlab", binary="ftlab", namespace=namespace())
    program.create_config()
    try:
        program.parse_core(["ftlab", *words])
    except Exit:  # a core flag that does its work at once
        return []
    program.parse_collection()
    program.parse_tasks()
    helped = program.args.help.value
    if isinstance(helped, str) and helped not in TASKS:
        raise ParseError(f"no task {helped}")
    return [task.name for task in program.tasks]


# -- the task table ------------------------------------------------------------------------------


def table(heading: str, page: str = README) -> list[list[str]]:
    """The rows of all tables below a heading, without their headers."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    tables = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    rows = [row for each in tables for row in each.splitlines()[2:]]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def usage() -> dict[str, str]:
    """Task names to how the README's table writes them."""
    cells = [row[0].strip("`").replace("\\|", "|") for row in table("Tasks")]
    return {cell.split()[0]: cell for cell in cells}


def test_every_task_is_in_the_readme_and_every_entry_is_a_task():
    assert sorted(usage()) == TASKS


@pytest.mark.parametrize("task", TASKS)
def test_the_readme_writes_a_task_as_it_is_typed(task):
    """Left out what is in brackets, and again with it; ``0|1`` is either."""
    written = usage().get(task)
    assert written is not None
    for text in (re.sub(r"\[[^]]*\]", "", written), re.sub(r"[\[\]]", "", written)):
        assert parsed(re.sub(r"\|\S+", "", text).split()) == [task]


# -- exit codes ----------------------------------------------------------------------------------


def codes() -> dict[int, str]:
    return {int(code): meaning for code, meaning in table("Exit codes")}


def tree() -> Iterator[type[errors.FtlabError]]:
    """Every error of the journal's and of the modules that are loaded here by now."""
    importlib.import_module("ftlab.journal.rows")
    waiting = [errors.FtlabError]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += found.__subclasses__()


def test_the_exit_codes_are_those_of_the_design():
    assert sorted(codes()) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 130]


def test_every_error_has_a_documented_exit_code():
    assert {error.exit_code for error in tree()} <= codes().keys()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (errors.FtlabError, "internal error"),
        (errors.UsageError, "usage"),
        (errors.InventoryError, "inventory"),
        (errors.ProfileError, "profile"),
        (errors.LockedError, "lock"),
        (errors.Unreachable, "unreachable"),
        (errors.HostFailed, "host failed"),
    ],
)
def test_the_table_agrees_with_the_error_tree(error, word):
    assert word in codes()[error.exit_code]


@pytest.mark.parametrize(
    ("stopped", "word"),
    [("max_fail", "--max-fail"), ("deadline", "deadline"), ("interrupted", "interrupted")],
)
def test_the_table_agrees_with_what_ends_a_run(stopped, word):
    report = Report("t", "r", check=False, started="", seconds=0.0, stopped=stopped)
    assert word in codes()[exit_code(report)]


def test_the_picture_of_the_error_tree_shows_every_error_under_its_parent():
    drawn = dict(pictured(errors.__doc__ or ""))
    real = {e.__name__: e.__mro__[1].__name__ for e in tree() if e is not errors.FtlabError}
    own = {name: parent for name, parent in real.items() if name in vars(errors)}
    assert drawn == own


def pictured(text: str) -> Iterator[tuple[str, str]]:
    """``child, parent`` of a tree drawn with ``├──``, by indentation."""
    parents: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = re.match(r"([ │]*)(?:[├└]── )?([A-Z]\w+)(?: {2,}|$)", line)
        if match is None or not line.startswith("    "):
            continue
        depth, name = match.start(2), match[2]
        while parents and parents[-1][0] >= depth:
            parents.pop()
        if parents:
            yield name, parents[-1][1]
        parents.append((depth, name))


# -- commands in the documentation -----------------------------------------------------------------


def fenced(text: str) -> Iterator[str]:
    """Lines of shell: fenced as such or without a language, continued lines joined."""
    for language, block in re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        if language in ("", "sh", "shell", "console", "bash"):
            yield from re.sub(r"\\\n\s*", " ", block).splitlines()


def inline(text: str) -> Iterator[str]:
    """Code within a paragraph, which may be broken over two lines."""
    plain = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from (code.replace("\n", " ") for code in re.findall(r"`([^`]+)`", plain))


def commands(line: str) -> Iterator[list[str]]:
    """The words after each ``ftlab`` (or ``inv``, ``fab -c tasks``) that a line runs."""
    lexer = shlex.shlex(line.strip().removeprefix("$ "), posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        words = [*lexer, ";"]
    except ValueError:
        return
    one: list[str] = []
    for word in words:
        if not set(word) <= set("|&;<>"):
            one.append(word)
            continue
        yield from _ours(one)
        one = []


def _ours(words: list[str]) -> Iterator[list[str]]:
    while words and re.fullmatch(r"\w+=.*", words[0]):
        words = words[1:]
    if words and words[0].rpartition("/")[2] in ("ftlab", "inv"):
        yield words[1:]
    elif words[:3] == ["fab", "-c", "tasks"]:
        yield words[3:]


def documented() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for line in (*fenced(text), *inline(text)):
            found += [
                (page.name, shlex.join(words))
                for words in commands(line)
                if words and not PLACEHOLDERS & set(words) and words[0] not in OWN
            ]
    return list(dict.fromkeys(found))


def test_there_are_commands_to_check():
    assert len(documented()) > 8


@pytest.mark.parametrize(("page", "command"), documented())
def test_a_documented_command_parses(page, command):
    """A task's bare name, in a sentence, is only named there."""
    assert command in TASKS or parsed(shlex.split(command)) is not None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("$ ftlab vm.list -i x  # a word", [["vm.list", "-i", "x"]]),
        ("FTLAB_YES=1 .venv/bin/ftlab demo && ftlab --list | cat", [["demo"], ["--list"]]),
        ("fab -c tasks vm.list; inv hosts.list", [["vm.list"], ["hosts.list"]]),
        ("pip install ftlab", []),
    ],
)
def test_commands_are_found_where_they_stand(line, found):
    assert list(commands(line)) == found


# -- what the program says of itself ---------------------------------------------------------------


def mentioned() -> list[tuple[str, str]]:
    """``module, task`` for every ``ftlab x.y`` in a text of the code: hints, help, docstrings."""
    found = set()
    task = re.compile(r"\bftlab ([a-z]+\.[a-z-]+)")
    for file in (ROOT / "ftlab").rglob("*.py"):
        text = file.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if task.search(text) else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {(str(file.relative_to(ROOT)), name) for name in task.findall(node.value)}
    return sorted(found)


@pytest.mark.parametrize(("module", "task"), mentioned())
def test_a_task_that_a_hint_names_is_there(module, task):
    assert task in TASKS


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_one_sentence_and_an_example_that_parses(name):
    text = inspect.cleandoc(namespace()[name].__doc__ or "")
    first = text.splitlines()[0]
    assert first.endswith("."), first
    assert len(first) <= 110
    examples = re.findall(r"^Example: ftlab (.+)$", text, re.MULTILINE)
    assert examples, f"{name} has no example"
    for example in examples:
        assert parsed(shlex.split(example)) == [name]


@pytest.mark.parametrize("name", TASKS)
def test_every_flag_is_explained(name):
    arguments = namespace()[name].get_arguments()
    assert [argument.name for argument in arguments if not argument.help] == []


def test_every_fleet_flag_has_a_variable_of_its_own():
    variables = [flag.variable for flag in FLAGS]
    assert len(set(variables)) == len(variables)
    assert all(re.fullmatch(r"FTLAB_[A-Z]+(_[A-Z]+)*", each) for each in variables)


WITHOUT_HOSTS = {"completion", "demo", "explain", "hosts.example", "schema", "sim.serve"}


@pytest.mark.parametrize("name", [task for task in TASKS if task not in WITHOUT_HOSTS])
def test_every_fleet_task_has_every_fleet_flag(name):
    given = {"advopt.get": ["/a/b"], "advopt.reset": ["/a/b"], "advopt.set": ["/a/b", "1"],
             "setting.get": ["a"], "setting.set": ["a", "1"],
             "lab.undo": ["last"], "fleet.run": ["true"],
             "fleet.copy": ["a", "/b"], "fleet.fetch": ["/b"]}.get(name, [])  # fmt: skip
    spelled = [[word for flag in FLAGS for word in typed(flag, short=short)] for short in (0, 1)]
    assert [parsed([name, *given, *words]) for words in spelled] == [[name], [name]]


def typed(flag: Flag, *, short: int) -> list[str]:
    """A flag as it is typed, with a value where it takes one; nothing where it has no short."""
    if short and not flag.short:
        return []
    word = f"-{flag.short}" if short else "--" + flag.name.replace("_", "-")
    return [word] if flag.default in (False, 0) else [word, "1"]


def test_a_flag_that_is_not_there_is_refused():
    with pytest.raises(ParseError):
        parsed(["vm.list", "--no-such-flag"])


# -- files -----------------------------------------------------------------------------------------


def test_the_example_inventory_parses():
    text = (ROOT / "hosts.example.ini").read_text("utf-8")
    assert parse_inventory(text, "hosts.example.ini").hosts


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_changelog_mentions_every_collection(collection):
    assert f"`{collection}." in (ROOT / "CHANGELOG.md").read_text("utf-8")


def links() -> list[tuple[str, str]]:
    pages = [*PAGES, ROOT / "CHANGELOG.md"]
    return [
        (str(page.relative_to(ROOT)), link)
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in link
    ]


@pytest.mark.parametrize(("page", "link"), links())
def test_a_link_leads_somewhere(page, link):
    assert (ROOT / page).parent.joinpath(link).exists()


def test_every_page_is_in_the_lists_of_the_front_page():
    """Which are the site's contents, too."""
    front = (ROOT / "docs/index.md").read_text("utf-8")
    listed = re.findall(r"^- \[[^]]+\]\(([\w-]+\.md)\)$", front, re.MULTILINE)
    pages = [page.name for page in (ROOT / "docs").glob("*.md") if page.name != "index.md"]
    assert sorted(listed) == sorted(pages)


NAMED_FILES = re.compile(r"`((?:ftlab|tests|docs)/[\w./]+|[A-Z]+\.md)`")
INSIDE = re.compile(r"`((?:[a-z_]+/)*[a-z_]+(?:\.py|/))`")


def test_the_files_that_the_walks_name_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = NAMED_FILES.findall(text)
    assert len(named) > 25
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_files_on_the_way_of_one_change_are_there():
    text = (ROOT / "docs/design.md").read_text("utf-8").partition("## How one change flows")[2]
    named = INSIDE.findall(text.partition("\n## ")[0])
    assert len(named) > 15
    assert [
        name for name in named if not (ROOT / "ftlab" / name.removeprefix("ftlab/")).exists()
    ] == []
