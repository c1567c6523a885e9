"""What every Session must hold. Runs against each implementation that is a parameter here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from direct_session import DirectSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ssh_bench import Client

from ftlab.engine.wrappers.vim_cmd_name import VimCmdName
from ftlab.errors import CommandFailed, CommandTimeout
from ftlab.model import Command, Completed
from ftlab.session import Session
from ftlab.sim import RunningLab, SimHost, running_lab
from ftlab.sim.jail.jail import missing as no_jail

DATASTORE = "/vmfs/volumes/datastore1"
OVER_A_NETWORK = pytest.mark.parametrize("kind", ["openssh", "simulated"])
ANY = pytest.mark.parametrize("kind", ["openssh", "simulated", "direct", "named"])

LocalFile = Callable[[str], tuple[str, Path]]


@pytest.fixture(scope="module")
def lab() -> Iterator[RunningLab]:
    with running_lab(1, versions=("8.0",), pairs=0, shells="auto") as running:
        yield running


@pytest.fixture
def simulated(lab: RunningLab) -> SimHost:
    return lab.sim["vesxi01"]


@pytest.fixture
def any_session(kind: str, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session of one kind: with the real OpenSSH, with a simulated host over real SSH, and
    with a simulated host without a network, which other tests rely on, bare and as runs have it."""
    if kind == "openssh":
        yield request.getfixturevalue("session")
    elif kind == "direct":
        yield DirectSession(request.getfixturevalue("simulated"))
    elif kind == "named":
        yield VimCmdName(DirectSession(request.getfixturevalue("simulated")))
    else:
        lab, client = request.getfixturevalue("lab"), request.getfixturevalue("client")
        with closing(simulated_session(lab, client)) as session:
            yield session


def simulated_session(lab: RunningLab, client: Client) -> Session:
    client.settings.known_hosts[0].write_text(lab.known_hosts.read_text())
    return client.connect(client.host(lab.front.ports["vesxi01"], key_file=str(lab.key_file)))


@pytest.fixture
def local_file(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> LocalFile:
    """The path of a file over there, and where it is here."""
    if kind == "openssh":
        return lambda name: (str(tmp_path / name), tmp_path / name)
    model: SimHost = request.getfixturevalue("simulated")
    return lambda name: (f"{DATASTORE}/{name}", model.path(f"{DATASTORE}/{name}"))


@ANY
def test_an_answer_has_status_and_both_streams(any_session: Session) -> None:
    done = any_session.run(Command(("sh", "-c", "echo out; echo err >&2; exit 3")))
    assert (done.exit, done.stdout, done.stderr) == (3, b"out\n", b"err\n")
    assert not done.truncated
    assert done.seconds >= 0


@ANY
def test_a_command_that_has_ended_is_waited_for_once(any_session: Session) -> None:
    with any_session.started(Command(("sh", "-c", "echo out; echo err >&2; exit 3"))) as running:
        done = running.wait(10)
        assert done is not None
        assert (done.exit, done.stdout, done.stderr) == (3, b"out\n", b"err\n")
        assert running.wait(10) == done


@OVER_A_NETWORK
def test_the_host_can_be_asked_while_a_command_lasts(
    any_session: Session, local_file: LocalFile
) -> None:
    if no_jail():
        pytest.skip(f"a loop needs a real shell: {no_jail()}")
    there, here = local_file("go-on")
    until = Command(("sh", "-c", f"while [ ! -e {there} ]; do sleep 0.1; done; echo seen"))
    with any_session.started(until) as running:
        assert not running.alone
        assert running.wait(0.3) is None
        assert any_session.run(Command(("echo", "meanwhile"))).out == "meanwhile\n"
        here.touch()
        done = running.wait(10)
    assert done is not None
    assert done.out == "seen\n"


@OVER_A_NETWORK
def test_what_is_given_up_goes_on_and_the_connection_is_of_use(any_session: Session) -> None:
    """sshd counts a session until its process ends: each costs one of MaxSessions until then."""
    for _ in range(3):
        begun = Command(("sh", "-c", "echo begun; exec sleep 60"))
        with any_session.started(begun) as running:
            while running.said(0, 0)[0] != b"begun\n":  # what was not sent yet never would be
                assert running.wait(0.01) is None
        with pytest.raises(CommandTimeout, match="may still be running"):
            running.wait(10)
    assert any_session.run(Command(("echo", "still"))).out == "still\n"


@OVER_A_NETWORK
def test_a_started_command_has_its_limit(any_session: Session) -> None:
    short = any_session.started(Command(("sleep", "60"), timeout=0.3))
    with short as running, pytest.raises(CommandTimeout, match="did not end within"):
        running.wait(10)


@ANY
@given(words=st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), max_size=4))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_arguments_arrive_as_they_are(any_session: Session, words: list[str]) -> None:
    done = any_session.run(Command(("printf", "%s\\n", "", *words)))
    assert done.stdout == "".join(word + "\n" for word in ["", *words]).encode()


@ANY
def test_bytes_that_are_not_utf8_arrive_as_they_are(any_session: Session) -> None:
    raw = bytes(range(1, 256))
    done = any_session.run(Command(("printf", "%s", raw.decode("utf-8", "surrogateescape"))))
    assert done.stdout == raw


@ANY
def test_stdin_is_sent_and_ended(any_session: Session) -> None:
    assert any_session.run(Command(("cat",), stdin=b"a\0b\n")).stdout == b"a\0b\n"
    assert any_session.run(Command(("cat",))).stdout == b""


@ANY
def test_much_in_and_much_out_at_once(any_session: Session) -> None:
    data = bytes(range(256)) * 16384  # 4 MiB: beyond every window on the way
    assert any_session.run(Command(("cat",), stdin=data)).stdout == data


@ANY
def test_input_that_nobody_reads_is_no_error(any_session: Session) -> None:
    assert any_session.run(Command(("true",), stdin=b"x" * 3_000_000)).exit == 0


@pytest.mark.parametrize("kind", ["openssh"])  # a simulated host has no processes to kill
def test_a_signal_is_a_status(any_session: Session) -> None:
    assert any_session.run(Command(("sh", "-c", "kill -TERM $$"))).exit == 143


@OVER_A_NETWORK
def test_independent_commands_answer_in_order(any_session: Session) -> None:
    commands = [Command(("sh", "-c", f"sleep 0.{9 - i}; echo {i}")) for i in range(8)]
    began = time.monotonic()
    answers = any_session.run_all(commands)
    assert [done.out for done in answers] == [f"{i}\n" for i in range(8)]
    assert time.monotonic() - began < 3  # one after the other: 4.4 s


@ANY
def test_more_commands_than_channels(any_session: Session) -> None:
    answers = any_session.run_all([Command(("echo", str(i))) for i in range(30)])
    assert [done.out for done in answers] == [f"{i}\n" for i in range(30)]
    assert any_session.run_all([]) == []


@ANY
def test_a_chain_stops_at_the_first_failure(any_session: Session) -> None:
    done = any_session.run_chain(
        [
            Command(("echo", "one")),
            Command(("sh", "-c", "echo two; exit 7"), ok=(0, 7)),
            Command(("cat",), stdin=b"three"),
            Command(("sh", "-c", "echo four >&2; exit 5")),
            Command(("echo", "never")),
        ]
    )
    assert [one.exit for one in done] == [0, 7, 0, 5]
    assert [one.stdout for one in done] == [b"one\n", b"two\n", b"three", b""]
    assert done[3].stderr == b"four\n"
    assert any_session.run_chain([]) == []


@ANY
def test_each_answer_of_a_chain_is_heard_once_and_as_it_is_returned(any_session: Session) -> None:
    heard: list[Completed] = []
    big = "x" * 300_000
    done = any_session.run_chain(
        [
            Command(("sh", "-c", "echo one; echo err >&2")),
            Command(("cat",), stdin=f"{big}\n".encode()),
            Command(("sh", "-c", "exit 5")),
            Command(("echo", "never")),
        ],
        heard.append,
    )
    assert [(one.exit, one.stdout, one.stderr) for one in heard] == [
        (0, b"one\n", b"err\n"),
        (0, f"{big}\n".encode(), b""),
        (5, b"", b""),
    ]
    assert [(o.command, o.exit, o.stdout, o.stderr) for o in heard] == [
        (o.command, o.exit, o.stdout, o.stderr) for o in done
    ]


@OVER_A_NETWORK
def test_an_answer_of_a_chain_is_heard_while_the_next_command_lasts(
    any_session: Session, local_file: LocalFile
) -> None:
    if no_jail():
        pytest.skip(f"a loop needs a real shell: {no_jail()}")
    there, here = local_file("heard")

    def heard(done: Completed) -> None:
        if done.out == "first\n":
            here.write_bytes(b"")

    until = f"while [ ! -e {there} ]; do sleep 0.1; done; echo seen"
    chain = [Command(("echo", "first")), Command(("sh", "-c", until), timeout=30)]
    assert any_session.run_chain(chain, heard)[-1].out == "seen\n"


@ANY
def test_of_several_stdins_the_one_that_is_no_ascii_may_be_the_shortest(
    any_session: Session,
) -> None:
    feeds = [b"a list\n" * 9, b"\xe9", b"a list\n" * 5]
    done = any_session.run_chain([Command(("cat",), stdin=feed) for feed in feeds])
    assert [one.stdout for one in done] == feeds


@ANY
def test_a_file_is_written_and_read(any_session: Session, local_file: LocalFile) -> None:
    remote, path = local_file('it\'s a "file" $HOME.vmx')
    path.write_bytes(b"longer than what comes")
    path.chmod(0o640)
    inode = path.stat().st_ino
    for data in (b"\x00\xff\r\n", b"", b"y" * 300_000):
        any_session.write(remote, data)
        assert path.read_bytes() == data
        assert any_session.read(remote) == data
    assert (path.stat().st_ino, path.stat().st_mode & 0o777) == (inode, 0o640)


@ANY
def test_a_file_that_is_not_there(any_session: Session, local_file: LocalFile) -> None:
    with pytest.raises(CommandFailed, match="No such file") as caught:
        any_session.read(local_file("none")[0])
    assert caught.value.evidence["exit"] == 1
    with pytest.raises(CommandFailed):
        any_session.write(local_file("none")[0] + "/x", b"")


@ANY
def test_work_together_may_wait_for_each_other(any_session: Session) -> None:
    met = threading.Barrier(3)
    assert sorted(any_session.together(*[lambda: met.wait(20)] * 3)) == [0, 1, 2]


@OVER_A_NETWORK
def test_work_together_waits_for_all_and_raises_the_first_error(any_session: Session) -> None:
    ended = threading.Event()

    def fail(message: str) -> None:
        raise ValueError(message)

    def slow() -> str:
        out = any_session.run(Command(("sh", "-c", "sleep 0.3; echo slow"))).out
        ended.set()
        return out

    with pytest.raises(ValueError, match="first"):
        any_session.together(lambda: fail("first"), slow, lambda: fail("second"))
    assert ended.is_set()
    assert any_session.together(slow, lambda: 1) == ["slow\n", 1]
    assert any_session.together() == []


@OVER_A_NETWORK
def test_a_command_that_never_ends_is_given_up(any_session: Session) -> None:
    began = time.monotonic()
    with pytest.raises(CommandTimeout, match="may still be running") as caught:
        any_session.run(Command(("sh", "-c", "echo begun; sleep 60"), timeout=0.5))
    assert time.monotonic() - began < 1
    assert caught.value.evidence["stdout"] == b"begun\n"
    assert "look at the host" in caught.value.hint
    assert any_session.run(Command(("echo", "still here"))).out == "still here\n"


@OVER_A_NETWORK
def test_a_timeout_says_when_repeating_is_safe(any_session: Session) -> None:
    with pytest.raises(CommandTimeout) as caught:
        any_session.run(Command(("sleep", "60"), timeout=0.2, repeatable=True))
    assert "safe to run it again" in caught.value.hint


@ANY
def test_closing_twice_is_fine(any_session: Session) -> None:
    any_session.close()
    any_session.close()
