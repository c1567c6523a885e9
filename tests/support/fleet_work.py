"""What the worker processes of these tests are given: they import it by name."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from ftlab.errors import CommandFailed
from ftlab.fleet.workers.rpc import CURRENT
from ftlab.model import Host, Outcome


def fine(host: Host) -> Outcome:
    return Outcome(host.name, "ok", facts={"pid": os.getpid()})


def pid(_number: int) -> int:
    return os.getpid()


def asked(word: str) -> object:
    return CURRENT.get().ask(word)


def asked_by_many_threads(words: list[str]) -> list[object]:
    link, answers = CURRENT.get(), dict.fromkeys(words)

    def ask(word: str) -> None:
        answers[word] = link.ask(word)

    threads = [threading.Thread(target=ask, args=[word]) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers.values())


def told(word: str) -> None:
    CURRENT.get().notify(word)


def failing() -> None:
    raise CommandFailed("no", hint="do", argv=("vim-cmd",))


def surprised() -> None:
    {}["vmid"]


class Odd(Exception):
    """Cannot be rebuilt from its arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


def oddly_failing() -> None:
    raise Odd("one", "two")


def untold() -> object:
    return threading.Lock()


def killed(_number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hanging(file: str) -> None:
    """Says its process in ``file``, then never ends."""
    Path(file).write_text(str(os.getpid()))
    time.sleep(600)


def interrupted(number: int) -> str:
    os.kill(os.getpid(), number)
    return "still here"
