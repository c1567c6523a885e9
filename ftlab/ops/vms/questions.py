"""The question that holds a VM up: shown, and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import HostError, NotProven, Refused
from ftlab.esxi.getallvms.listing import VmEntry
from ftlab.esxi.vm import questions
from ftlab.esxi.vm.questions import Question
from ftlab.ops.vms.listing import change_of, find_vms


def pending_question(context: Context, vmid: int) -> Question | None:
    """The question that holds the VM up, if there is one. Raises ``ParseError``."""
    return questions.parse_message(context.ask(questions.build_message(vmid)).out)


def held_up_by(context: Context, vmid: int) -> Question | None:
    """The same, where another error is at hand that must not be masked."""
    try:
        return pending_question(context, vmid)
    except HostError:
        return None


@dataclass(frozen=True)
class Answer:
    """``vm.answer``: show the question that holds a VM up, or answer it with ``choice``."""

    vm: tuple[str, ...]
    choice: str | None = None

    @property
    def changes(self) -> bool:
        return self.choice is not None

    def on(self, context: Context) -> Mapping[str, Any]:
        found = find_vms(context, self.vm)
        return {"questions": [fact for vm in found if (fact := self._one(context, vm))]}

    def _one(self, context: Context, vm: VmEntry) -> dict[str, Any] | None:
        question = pending_question(context, vm.vmid)
        if question is None:
            return None
        if self.choice is not None:
            self._answer(context, vm, question, self.choice)
        return {
            "vm": vm.name,
            "vmid": vm.vmid,
            "id": question.id,
            "text": question.text,
            "choices": dict(question.choices),
            "default": question.default,
        }

    def _answer(self, context: Context, vm: VmEntry, question: Question, choice: str) -> None:
        if choice not in dict(question.choices):
            raise Refused(
                f"VM {vm.name}: {choice!r} is no answer to: {question.text}",
                kind="value.range",
                hint=f"choices: {question.listed}",
            )
        change = change_of(vm, "question", question.id, choice)

        def send() -> None:
            context.ask(questions.build_answer(vm.vmid, question.id, choice))

        def gone() -> Sequence[Any]:
            after = pending_question(context, vm.vmid)
            if after is not None and after.id == question.id:
                raise NotProven(f"VM {vm.name} still waits for an answer: {question.text}")
            return [choice]

        context.carry_out([change], do=send, prove=gone)
