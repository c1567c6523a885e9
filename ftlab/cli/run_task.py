"""From a task's function to an exit code: every error with its words, none as a traceback."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ftlab.cli.completion.learned import remember
from ftlab.cli.flags import Given
from ftlab.cli.output import OutputForm, RunLog
from ftlab.cli.progress import Messages
from ftlab.cli.settings.file import given, source_of
from ftlab.cli.settings.tell import tell_settings
from ftlab.cli.talk.failure import tell_error
from ftlab.cli.talk.stream import stderr_as_talk
from ftlab.cli.talk.terminal import TerminalUi
from ftlab.cli.talk.trace import CommandTrace
from ftlab.cli.task_name import name_of
from ftlab.cli.variables import refuse_unknown
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.errors import FtlabError
from ftlab.fleet.signals import ends_like_ctrl_c
from ftlab.fleet.turns import take_long_turns
from ftlab.lab.lab import lab_on
from ftlab.ops.recovery.at_need import RecoverAtNeed
from ftlab.report.layout.escape import escape
from ftlab.report.layout.style import wants_color
from ftlab.report.layout.view import NO_LIMIT, View
from ftlab.report.write import emit_text


def view_of(flags: Given, spell: Callable[[Iterable[str]], str], *, named: bool = False) -> View:
    """How stdout is to look. ``spell`` names hosts; ``named``: the user named the VMs."""
    return View(
        width=shutil.get_terminal_size((NO_LIMIT, 24)).columns,
        color=wants_color(os.environ, sys.stdout.isatty()),
        fold=not flags["no_fold"],
        diff=bool(flags["diff"]),
        lines=bool(flags["lines"]),
        quiet=bool(flags["quiet"]),
        verbose=int(flags["verbose"]),
        named=named,
        typed=tuple(sys.argv[1:]) if _is_own_program() else (),
        spell=spell,
    )


def _is_own_program() -> bool:
    """Whether the command line is that of ``ftlab``, and not that of ``inv`` or ``fab``."""
    return "invoke.main" not in sys.modules and "fabric.main" not in sys.modules


def run_task(
    body: Callable[..., Any],
    arguments: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    hostless: bool = False,
    hosts: Sequence[str] | None = None,
) -> None:
    """Run one fleet task to its end, on no others than these ``hosts`` where some are named.

    Raises ``invoke.Exit`` with the documented code.
    """
    flags = partial(given, values, hosts)
    work = partial(_run, body, arguments, flags, hostless=hostless)
    guarded(work, task=name_of(body))


def _run(
    body: Callable[..., Any],
    arguments: Mapping[str, Any],
    read_flags: Callable[[], Given],
    *,
    hostless: bool,
) -> int:
    flags = read_flags()
    take_long_turns()
    _log(int(flags["verbose"]))
    messages = Messages(quiet=bool(flags["quiet"]))
    options = flags.options(hostless=hostless)

    def spell(hosts: Iterable[str]) -> str:
        return lab.call(hosts)  # the one that is opened below

    view = view_of(flags, spell, named=bool(arguments.get("vm")))
    form = OutputForm(flags, view)
    run_log = RunLog(flags["run_log"])
    commands = CommandTrace(name_of(body), messages, run_log)
    ui = TerminalUi(messages, form, commands, view, trace=int(flags["verbose"]))
    ui.yes_is_from = "" if flags.values.get("yes") else source_of("yes", os.environ)
    lab = OpenLab(options, ui, RecoverAtNeed())
    if flags.hosts is not None:
        lab.hosts  # noqa: B018 - a host that is not there is an error before all others
    if flags["verbose"]:
        tell_settings(always=name_of(body) == "hosts.list")
    try:
        answer = body(lab_on(lab), **arguments)
    finally:
        messages.pause()
    report = answer if isinstance(answer, Report) else answer.report
    if ui.declined and form.is_text and sys.stdout.isatty():  # where the plan stands already
        return int(answer.exit_code)
    code = _written(form, answer)  # first: whatever the log file does, the answer is out
    whole_lists = name_of(body) == "vm.list" and not arguments.get("vm")
    remember(report, lab.options.real_inventory, all_vms=whole_lists)
    _logged(run_log, report, messages)
    return code


def _written(form: OutputForm, answer: Any) -> int:
    """The exit code, once the answer is on stdout. Raises ``FtlabError`` where that is closed."""
    try:
        return form.write(answer)
    except OSError as error:
        raise FtlabError(
            f"the result cannot be written to stdout: {error.strerror}",
            hint="the run itself is over; ftlab lab.history shows what it changed",
        ) from error


def _logged(run_log: RunLog, report: Report, messages: Messages) -> None:
    try:
        run_log.note(report)
    except OSError as error:
        messages.warn(f"--run-log {run_log.name}: cannot be written: {error.strerror}")


def guarded(work: Callable[[], int], *, task: str = "") -> None:
    """Call ``work``; turn what it returns or raises into ``invoke.Exit``. A usage error without
    a hint of its own points to the help of ``task``."""
    import invoke

    with stderr_as_talk():
        code = _code(work, task)
    if code:
        raise invoke.Exit(code=code)


def printed(make: Callable[[], str], *, task: str) -> None:
    """Print the text that ``make`` makes, guarded as above."""

    def work() -> int:
        emit_text(make())
        return 0

    guarded(work, task=task)


def _code(work: Callable[[], int], task: str) -> int:
    import invoke

    try:
        refuse_unknown(os.environ)
        with ends_like_ctrl_c():
            return work()
    except FtlabError as error:
        return tell_error(error, task)
    except KeyboardInterrupt:
        print("ftlab: interrupted", file=sys.stderr)
        return 130
    except invoke.Exit:
        raise
    except Exception as error:  # an internal error, shown without a traceback
        logging.getLogger("ftlab").debug("internal error", exc_info=error)
        print(
            f"ftlab: internal error: {type(error).__name__}: {escape(str(error))}",
            file=sys.stderr,
        )
        print("       please report it, with the traceback that -vv shows", file=sys.stderr)
        return 1


def _log(verbose: int) -> None:
    """-vv writes ftlab's own debug log to stderr. paramiko's stays off: it may show secrets."""
    if verbose < 2:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("ftlab")
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
