"""``vim-cmd vmsvc/get.summary``: what a virtual machine is, and its state, in one answer."""

from __future__ import annotations

from ftlab.esxi.dumps.reader import parse_object
from ftlab.esxi.vm.config import FtInfo, read_ft
from ftlab.esxi.vm.runtime import Runtime, read_runtime
from ftlab.frozen import frozen
from ftlab.model import Command


@frozen(slots=True)
class Summary:
    """VirtualMachineSummary. None: the host did not say. ``memory_mb`` is in MiB."""

    runtime: Runtime
    name: str | None = None
    path: str | None = None
    uuid: str | None = None
    instance_uuid: str | None = None
    num_cpu: int | None = None
    memory_mb: int | None = None
    ft: FtInfo | None = None


def build_summary(vmid: int) -> Command:
    """Ask for the summary. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/get.summary", str(vmid)), repeatable=True)


def parse_summary(text: str) -> Summary:
    """Read ``get.summary``. Raises ``ParseError`` for anything but a summary dump."""
    dump = parse_object(text, "vim.vm.Summary")
    runtime = dump.node("runtime")
    return Summary(
        runtime=read_runtime(runtime) if runtime else Runtime(),
        name=dump.text("config.name"),
        path=dump.text("config.vmPathName"),
        uuid=dump.text("config.uuid"),
        instance_uuid=dump.text("config.instanceUuid") or None,
        num_cpu=dump.number("config.numCpu"),
        memory_mb=dump.number("config.memorySizeMB"),
        ft=read_ft(dump, "config.ftInfo"),
    )
