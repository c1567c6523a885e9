"""The one decorator that makes a fleet task of a short function.

The function gets a ``Lab`` and its own arguments, and returns a ``Report``; the flags, the
report's way to the terminal and the exit code are the same for all.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import invoke

from ftlab.cli.flags import ANSWER, BY_NAME, FLAGS, Flag
from ftlab.cli.front_ends.meet import meet_front_ends
from ftlab.cli.front_ends.named_hosts import hosts_named
from ftlab.cli.front_ends.own_task import OwnTask
from ftlab.cli.task_name import Body, name_of

_CONTEXT = inspect.Parameter("c", inspect.Parameter.POSITIONAL_OR_KEYWORD)


class FleetTask(OwnTask):
    """A task whose short flags are the documented ones and no others. ``own`` are the names of
    the arguments that not every fleet task has."""

    own: frozenset[str] = frozenset()

    def get_arguments(self, *args: Any, **kwargs: Any) -> list[Any]:
        """invoke's parser would let a repeatable flag pass without a value: its empty list counts
        as one."""
        arguments: list[Any] = super().get_arguments(*args, **kwargs)
        for argument in arguments:
            if argument.kind is list:
                argument.raw_value = None
        return arguments

    def arg_opts(self, name: str, default: Any, taken_names: set[str]) -> dict[str, Any]:
        options: dict[str, Any] = super().arg_opts(name, default, taken_names)
        flag = BY_NAME.get(name)
        if flag is not None and flag.short:
            options["names"] = [*options["names"], flag.short]
        return options


def fleet_task(
    *,
    example: str = "",
    help: Mapping[str, str] = MappingProxyType({}),
    iterable: Sequence[str] = (),
    hostless: bool = False,
    powers_on: bool = False,
) -> Callable[[Body], FleetTask]:
    """Make ``body(lab, …)``, which returns a ``Report``, a task with all fleet flags.

    Its docstring is the help text, ``help`` has a sentence for each of its own arguments, and
    ``example`` closes it. ``iterable`` are the arguments that may be given several times.
    ``hostless``: it contacts nobody, and works where no inventory is. ``powers_on``: it may power
    VMs on, and has ``--answer`` for the questions that hold them up. An argument of the body's
    own takes the place of a fleet flag of that name.
    """
    known = (*FLAGS, ANSWER) if powers_on else FLAGS
    meet_front_ends()

    def decorate(body: Body) -> FleetTask:
        own = list(inspect.signature(body).parameters.values())[1:]
        taken = {parameter.name for parameter in own}
        flags = [_parameter(flag) for flag in known if flag.name not in taken]

        @functools.wraps(body)
        def run(context: Any, *args: Any, **kwargs: Any) -> None:
            from ftlab.cli.run_task import run_task

            bound = inspect.Signature(own + flags).bind(*args, **kwargs)
            bound.apply_defaults()
            values = {flag.name: flag.default for flag in known}
            values |= {flag.name: bound.arguments.pop(flag.name) for flag in flags}
            values |= {flag.name: values[flag.name] or None for flag in known if flag.many}
            values["check"] |= bool(context.config.run.dry)  # ``inv --dry`` must change nothing
            hosts = hosts_named(context)
            run_task(body, bound.arguments, values, hostless=hostless, hosts=hosts)

        run.__signature__ = inspect.Signature([_CONTEXT, *own, *flags])  # type: ignore[attr-defined]
        shown = example or f"ftlab {name_of(body)}"
        run.__doc__ = f"{inspect.getdoc(body) or name_of(body)}\n\nExample: {shown}"
        texts = {**{flag.name: flag.help for flag in known}, **help}
        task = _task_of(run, texts, [*iterable, *(flag.name for flag in known if flag.many)])
        task.own = frozenset({*taken, *(flag.name for flag in known if flag not in FLAGS)})
        return task

    return decorate


def _task_of(
    run: Callable[..., None], texts: Mapping[str, str], iterable: Sequence[str]
) -> FleetTask:
    """invoke's task of it; ``texts`` has a sentence for each argument."""
    run.fleet_task = True  # type: ignore[attr-defined]
    task: FleetTask = invoke.task(
        klass=FleetTask,
        help=dict(texts),
        iterable=iterable,
        incrementable=["verbose"],
        auto_shortflags=False,
    )(run)
    return task


def _parameter(flag: Flag) -> inspect.Parameter:
    return inspect.Parameter(flag.name, inspect.Parameter.KEYWORD_ONLY, default=flag.default)
