"""The name of vim-cmd is found out by the first call that a host does not know."""

from __future__ import annotations

from direct_session import DirectSession

from ftlab.engine.wrappers.vim_cmd_name import VimCmdName
from ftlab.model import Command
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
