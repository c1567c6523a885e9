"""Advanced options: the same verbs for hosts with ``esxcli`` and for those with only
``esxcfg-advcfg`` (ESX(i) 4.x).

Which text a host prints for an option it does not know is documented nowhere, so none is
matched: the whole list decides. A host that fails to answer has not said that it has none.
"""

from __future__ import annotations

from ftlab.engine.context import Context
from ftlab.engine.unmatched import Absent
from ftlab.errors import CommandFailed, HostdDown, NotApplicable, ParseError
from ftlab.esxi import faults
from ftlab.esxi.host import features
from ftlab.esxi.options import advcfg, esxcli
from ftlab.esxi.options.advcfg import ListedOption
from ftlab.esxi.options.known import is_known
from ftlab.esxi.options.option import AdvancedOption, Kind, check_path, coerce, same_path
from ftlab.facts.noted import NotedFacts
from ftlab.facts.settings import OptionFact, OptionsFacts
from ftlab.frozen import frozen
from ftlab.model import Change, Command, Completed


def read_option(context: Context, path: str) -> AdvancedOption:
    """The option with its type and limits. Raises ``NotApplicable`` where the build has none."""
    if context.traits.esxcfg_only:
        return _read_old(context, path)
    return option_in(context, path, context.session.run(esxcli.build_list(path)))


def option_in(context: Context, path: str, done: Completed) -> AdvancedOption:
    """The same, of the answer to ``esxcli.build_list``; asks otherwise where that has none."""
    found = esxcli.interpret_list(done, path)
    return found or _read_otherwise(context, path, done)


def _read_otherwise(context: Context, path: str, done: Completed) -> AdvancedOption:
    """esxcli gave no record: too old a host, an unknown option, or a real failure?"""
    fault = faults.find_fault(done)
    if isinstance(fault, HostdDown):
        raise fault
    if not features.exists("esxcli-advanced", context.version):
        context.traits.esxcfg_only = True
        return _read_old(context, path)
    if _has_option(context, path) is False:
        raise _not_here(context, path)
    raise fault or CommandFailed(
        f"esxcli does not answer for {path}: {(done.err or done.out).strip() or 'no text'}",
        argv=done.command.argv,
        exit=done.exit,
    )


def _read_old(context: Context, path: str) -> AdvancedOption:
    known = context.traits.listed_options is not None
    asked = [advcfg.build_get(path)] if known else [advcfg.build_get(path), advcfg.build_list()]
    done = context.session.run_chain(asked)
    if len(done) > 1:
        context.traits.listed_options = _by_path(done[1])
    listed = (context.traits.listed_options or {}).get(path.casefold())
    try:
        value = advcfg.parse_get(faults.check(done[0]).out, path, listed.type if listed else None)
    except (CommandFailed, ParseError):
        if _has_option(context, path) is False:
            raise _not_here(context, path) from None
        raise
    kind: Kind = "integer" if isinstance(value, int) else "string"
    return AdvancedOption(listed.path if listed else path, kind, value)


def _by_path(done: Completed) -> dict[str, ListedOption]:
    """The options with their types, asked once: a string option can hold digits. Empty where the
    host has no such list; then the value's looks decide."""
    try:
        return {one.path.casefold(): one for one in advcfg.parse_list(done.out)}
    except ParseError:
        return {}


def _has_option(context: Context, path: str) -> bool | None:
    """Whether the build has the option, by the whole list. The probe ``-V`` is asked only where a
    host gives no list, and then decides nothing but a yes, since a broken host fails it as well;
    ``None`` where that is no yes either: no answer is no "no"."""
    if not context.traits.esxcfg_only:
        done = context.session.run(esxcli.build_list_all())
        if done.ok and (listed := esxcli.parse_options(done.out)):
            return any(same_path(one.path, path) for one in listed)
    if names := _listed_options(context):
        return path.casefold() in names
    return True if advcfg.interpret_has(context.session.run(advcfg.build_has(path))) else None


def _listed_options(context: Context) -> dict[str, ListedOption]:
    """The options that ``esxcfg-advcfg`` lists, by their path in small letters; asked once. Empty
    where the host gives no list."""
    if context.traits.listed_options is None:
        context.traits.listed_options = _by_path(context.session.run(advcfg.build_list()))
    return context.traits.listed_options


def _not_here(context: Context, path: str) -> NotApplicable:
    return NotApplicable(f"{path} does not exist on {context.version}")


def named_option(context: Context, path: str) -> AdvancedOption:
    """The same for a path that the user wrote. A host that does not have it tells the run: if no
    other has it either, the request is wrong."""
    try:
        return read_option(context, path)
    except NotApplicable:
        note_absent(context, path)
        raise


def note_absent(context: Context, path: str) -> None:
    """Tell the run that the host has no such option, and which it has if the path may be a slip
    of the pen."""
    listed = {} if is_known(path) else _listed_options(context)
    context.absent.append(Absent("option", path, tuple(one.path for one in listed.values())))


def _set_command(context: Context, option: AdvancedOption, value: int | str) -> Command:
    if context.traits.esxcfg_only:
        return advcfg.build_set(option.path, value)
    return esxcli.build_set(option, value)


def write_option(context: Context, option: AdvancedOption, value: int | str) -> None:
    """Set ``option`` to ``value``, which :func:`coerce` has checked, and read it back."""
    change = Change("advopt", before=option.value, after=value, path=option.path)
    context.carry_out(
        [change] if option.value != value else [],
        do=lambda: _set(context, option, value),
        prove=lambda shown: [shown],
    )


def _set(context: Context, option: AdvancedOption, value: int | str) -> int | str | None:
    """Set it and look, in one exec; the value that the host then has."""
    old = context.traits.esxcfg_only
    look = advcfg.build_get(option.path) if old else esxcli.build_list(option.path)
    done = context.session.run_chain([_set_command(context, option, value), look])
    faults.check(done[0])
    record = None if old or len(done) < 2 else esxcli.interpret_list(done[1], option.path)
    return (record or read_option(context, option.path)).value


def reset_option(context: Context, option: AdvancedOption) -> None:
    """Put ``option`` back to the host's own default. Safe to repeat."""
    if context.traits.esxcfg_only:
        _reset_old(context, option)
    elif option.default is not None:
        write_option(context, option, option.default)


def _reset_old(context: Context, option: AdvancedOption) -> None:
    """A 4.x host tells its default only by going back to it."""
    if context.check:
        context.notes.append(no_default_shown(option))
    context.carry_out(
        [Change("advopt", option.value, None, path=option.path)],
        do=lambda: context.ask(advcfg.build_reset(option.path)),
        prove=lambda _: [read_option(context, option.path).value],
        foreseen=False,
    )


def no_default_shown(option: AdvancedOption) -> str:
    """The note on a reset that is only planned."""
    return f"{option.path}: this host does not show its default before it goes back to it"


def facts_of(option: AdvancedOption) -> OptionFact:
    """The option as ``--json`` shows it."""
    return {
        "path": option.path,
        "type": option.type,
        "value": option.value,
        "default": option.default,
        "min": option.min,
        "max": option.max,
    }


@frozen
class GetOption:
    """``advopt.get PATH``."""

    path: str
    changes = False

    def __post_init__(self) -> None:
        check_path(self.path)

    def on(self, context: Context) -> OptionsFacts:
        return {"options": [facts_of(named_option(context, self.path))]}


@frozen
class SetOption:
    """``advopt.set PATH VALUE``: refused before anything is sent if the host's limits forbid."""

    path: str
    value: str
    changes = True

    def __post_init__(self) -> None:
        check_path(self.path)

    def on(self, context: Context) -> NotedFacts:
        option = named_option(context, self.path)
        write_option(context, option, coerce(option, self.value))
        return {}


@frozen
class ResetOption:
    """``advopt.reset PATH``: back to the host's own default."""

    path: str
    changes = True

    def __post_init__(self) -> None:
        check_path(self.path)

    def on(self, context: Context) -> NotedFacts:
        reset_option(context, named_option(context, self.path))
        return {}


@frozen
class DiffOptions:
    """``advopt.diff``: the options whose value is not their default."""

    changes = False

    def on(self, context: Context) -> OptionsFacts:
        done = context.session.run(esxcli.build_delta())
        if done.exit != 0:
            done = self._whole_list(context)
        options = esxcli.parse_options(done.out)
        return {"options": [facts_of(o) for o in options if o.value != o.default]}

    def _whole_list(self, context: Context) -> Completed:
        """5.0 has no ``--delta``; 4.x cannot list defaults at all."""
        if not features.exists("esxcli-advanced", context.version):
            raise NotApplicable(f"{context.version} does not tell the defaults of its options")
        return context.ask(esxcli.build_list_all())
