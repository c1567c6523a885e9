"""The question that holds a VM up: shown, and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftlab.engine.context import Context
from ftlab.engine.terms.approval import possibly
from ftlab.errors import HostError, NotProven, QuestionPending, Refused
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm import questions
from ftlab.esxi.vm.questions import Question
from ftlab.facts.vms import QuestionFact, QuestionsFacts
from ftlab.frozen import frozen
from ftlab.model import Change
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


def pending(context: Context, vm: VmEntry, question: Question) -> QuestionPending:
    """The error for a question that is left to the user, with its choices."""
    flag = question.message_id
    return QuestionPending(
        f"VM {vm.name} waits for an answer: {question.text} Choices: {question.listed}",
        hint=f"ftlab vm.answer --vm vmid:{vm.vmid} --limit {context.host} --choice N"
        + (f"; or next time --answer {flag}=N" if flag else ""),
        question=question.text,
    )


def answer_expected(context: Context, vm: VmEntry, question: Question, given: set[str]) -> None:
    """Answer ``question`` as the user said beforehand (``context.answers``). ``given`` are the
    questions of this step that were answered so: none is answered twice, lest it be asked for
    ever. Raises ``QuestionPending`` for one that nobody expected, and ``Refused`` for a choice
    that it has not."""
    known = question.message_id or question.id
    choice = dict(context.answers).get(known, dict(context.answers).get(question.id))
    if choice is None or known in given:
        raise pending(context, vm, question)
    given.add(known)
    change = change_of(vm, "question", None, choice, key=known)
    give_answer(context, vm, question, choice, change)


def note_expected(context: Context, vm: VmEntry) -> None:
    """In a plan: the answers that may have to be given while this VM is powered on."""
    for question, choice in context.answers:
        change = possibly(change_of(vm, "question", None, choice, key=question))
        if change not in context.changes:
            context.changes.append(change)


def give_answer(
    context: Context, vm: VmEntry, question: Question, choice: str, change: Change
) -> None:
    """Answer a pending question; ``change`` is what the journal has of it. Raises ``Refused``
    for a choice that it has not, ``NotProven`` where it is still asked afterwards."""
    if choice not in dict(question.choices):
        raise Refused(
            f"VM {vm.name}: {choice!r} is no answer to: {question.text}",
            kind="value.range",
            hint=f"choices: {question.listed}",
        )

    def send() -> None:
        context.ask(questions.build_answer(vm.vmid, question.id, choice))

    def gone(_: None) -> Sequence[Any]:
        after = pending_question(context, vm.vmid)
        if after is not None and after.id == question.id:
            raise NotProven(f"VM {vm.name} still waits for an answer: {question.text}")
        return [choice]

    context.carry_out([change], do=send, prove=gone)


@frozen
class QuestionAnswer:
    """``vm.answer``: show the question that holds a VM up, or answer it with ``choice``."""

    vm: tuple[str, ...]
    choice: str | None = None

    @property
    def changes(self) -> bool:
        return self.choice is not None

    def on(self, context: Context) -> QuestionsFacts:
        found = find_vms(context, self.vm)
        return {"questions": [fact for vm in found if (fact := self._one(context, vm))]}

    def _one(self, context: Context, vm: VmEntry) -> QuestionFact | None:
        question = pending_question(context, vm.vmid)
        if question is None:
            return None
        if self.choice is not None:
            known = question.message_id or question.id
            change = change_of(vm, "question", None, self.choice, key=known)
            give_answer(context, vm, question, self.choice, change)
        return {
            "vm": vm.name,
            "vmid": vm.vmid,
            "id": question.id,
            "text": question.text,
            "choices": dict(question.choices),
            "default": question.default,
        }
