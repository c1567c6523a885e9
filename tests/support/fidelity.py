"""Holds a recording of a host against ftlab's parsers and against the simulator."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ftlab.errors import FtlabError
from ftlab.esxi.getallvms.listing import parse_list
from ftlab.esxi.host.version import parse_version
from ftlab.esxi.options.esxcli import parse_options
from ftlab.esxi.vm.config import parse_config
from ftlab.esxi.vm.power import parse_state
from ftlab.esxi.vm.questions import parse_message
from ftlab.esxi.vm.runtime import parse_runtime
from ftlab.esxi.vm.snapshots import parse_snapshots
from ftlab.esxi.vm.summary import parse_summary
from ftlab.sim import SimHost, SimLab
from ftlab.sim.model.answer import Answer
from ftlab.sim.replay.recording import Recording

_PARSERS: Mapping[str, Callable[[str], object]] = {
    r"vmware -v": parse_version,
    r"vim-cmd vmsvc/getallvms": parse_list,
    r"esxcli system settings advanced list( -d)?": parse_options,
    r"vim-cmd vmsvc/get.config \d+": parse_config,
    r"vim-cmd vmsvc/get.summary \d+": parse_summary,
    r"vim-cmd vmsvc/get.runtime \d+": parse_runtime,
    r"vim-cmd vmsvc/snapshot.get \d+": parse_snapshots,
    r"vim-cmd vmsvc/power.getstate \d+": parse_state,
    r"vim-cmd vmsvc/message \d+": parse_message,
}
_ALIKE = (
    r"vmware .*", r"esxcli system version get", r"esxcli ftlab nosuch get",
    r"esxcli system settings advanced list -o .*", r"esxcfg-advcfg (?!-l).*",
    r"esxcli system (hostname|uuid|welcomemsg|maintenanceMode) get",
    r"esxcli network ip dns (server|search) list",
    r"esxcli network ip interface tag get -i vmk\d", r"hostname",
    r"esxcli network vswitch standard (portgroup )?policy security get .*",
    r"esxcli system settings kernel list", r"vim-cmd hostsvc/advopt/view .*",
    r"vim-cmd vmsvc/getallvms", r"vim-cmd vmsvc/(power.getstate|message|snapshot.get) \d+",
)  # fmt: skip
"""Commands whose answers the simulator has to give word for word."""
_SHAPED = (r"esxcli system (syslog config|ntp) get",)
"""Commands of whose answers it has to give the same fields in the same order."""


def unread(recording: Recording) -> Iterator[str]:
    """Answers that ftlab cannot read, with the reason. Failures of the host's own are none."""
    for line, answer in recording.answers.items():
        for pattern, parse in _PARSERS.items():
            if re.fullmatch(pattern, line) and answer.exit == 0:
                try:
                    parse(answer.stdout.decode("utf-8", "surrogateescape"))
                except FtlabError as error:
                    yield f"{recording.name}: {line}: {error}"


def unlike(recording: Recording) -> Iterator[str]:
    """Commands that the simulator would answer otherwise: the first line that differs."""
    with tempfile.TemporaryDirectory() as folder:
        (host,) = SimLab(Path(folder), like=[recording]).hosts.values()
        for line, answer in recording.answers.items():
            shaped = any(re.fullmatch(pattern, line) for pattern in _SHAPED)
            if shaped or any(re.fullmatch(pattern, line) for pattern in _ALIKE):
                told = SimHost._run(host, tuple(shlex.split(line)))
                if answer.exit == told.exit == 127:
                    continue  # a shell says it, in its own words
                both = (_without_values(answer), _without_values(told))
                if difference := _first_difference(*(both if shaped else (answer, told))):
                    yield f"{recording.name}: {line}: {difference}"


def _without_values(answer: Answer) -> Answer:
    return replace(answer, stdout=re.sub(rb"(?m)^( {3}[^:\n]+:).*$", rb"\1", answer.stdout))


def _first_difference(real: Answer, told: Answer) -> str:
    if real.exit != told.exit:
        return f"exit {real.exit}, simulated {told.exit}"
    streams = {"stdout": (real.stdout, told.stdout), "stderr": (real.stderr, told.stderr)}
    for stream, (one, two) in streams.items():
        if one != two:
            pairs = zip([*one.splitlines(), b""], [*two.splitlines(), b""], strict=False)
            first = next(((a, b) for a, b in pairs if a != b), (one, two))
            return f"{stream} {first[0]!r}, simulated {first[1]!r}"
    return ""
