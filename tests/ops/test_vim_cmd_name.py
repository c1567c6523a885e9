"""The name of vim-cmd is found out by the first call that a host does not know."""

from __future__ import annotations

import pytest
from direct_session import DirectSession

from ftlab.engine.wrappers.vim_cmd_name import VimCmdName
from ftlab.model import Command, Completed
from ftlab.sim import SimLab


def test_a_call_that_was_not_found_is_made_again_and_no_other(tmp_path) -> None:
    host = SimLab(tmp_path, hosts=1, versions=["4.0"], pairs=0, vms=1)["vesxi01"]
    direct = DirectSession(host)
    session = VimCmdName(direct)
    state = Command(("vim-cmd", "vmsvc/power.getstate", "1"))
    echo = Command(("echo", "one"))
    done = session.run_chain([echo, state, echo])
    assert [each.out.splitlines()[-1] for each in done] == ["one", "Powered off", "one"]
    sent = [command.argv[0] for command in direct.sent]
    assert sent == ["echo", "vim-cmd", "vmware-vim-cmd", "echo"]
    direct.sent.clear()
    assert session.run(state).ok
    assert [done.ok for done in session.run_all([state, echo])] == [True, True]
    assert {command.argv[0] for command in direct.sent} == {"vmware-vim-cmd", "echo"}


def test_another_program_that_is_not_there_is_not_called_again(tmp_path) -> None:
    host = SimLab(tmp_path, hosts=1, versions=["5.0"], pairs=0, vms=1)["vesxi01"]
    direct = DirectSession(host)
    assert VimCmdName(direct).run(Command(("no-such-program",))).exit == 127
    assert len(direct.sent) == 1


class Short(DirectSession):
    """A host that for so many commands has no memory to load ``vim-cmd``."""

    misses = 0

    def run(self, command: Command) -> Completed:
        if self.misses and command.argv[0].endswith("vim-cmd"):
            self.misses -= 1
            self.sent.append(command)
            return Completed(command, 127, b"", f"{command.argv[0]}: no memory".encode())
        return super().run(command)


@pytest.mark.parametrize("way", ["run", "run_all", "run_chain", "started"])
def test_a_host_that_has_neither_name_for_a_moment_keeps_the_name_that_it_has(tmp_path, way: str):
    """Status 127 is also what a loader without memory ends with."""
    host = SimLab(tmp_path, hosts=1, versions=["6.5"], pairs=0, vms=1)["vesxi01"]
    direct = Short(host)
    direct.misses = 2
    session = VimCmdName(direct)
    state = Command(("vim-cmd", "vmsvc/power.getstate", "1"))
    if way == "run":
        done = session.run(state)
    elif way == "started":
        with session.started(state) as running:
            while (done := running.wait(60)) is None:
                pass
    else:
        [done] = getattr(session, way)([state])
    assert (done.exit, done.err) == (127, "vim-cmd: no memory")
    assert session.run(state).ok
    assert [command.argv[0] for command in direct.sent] == ["vim-cmd", "vmware-vim-cmd", "vim-cmd"]
