"""Options and settings of hosts, and how they differ from a profile."""

from collections.abc import Mapping
from typing import Annotated, Literal, NotRequired, TypedDict

from ftlab.facts.noted import FactValue, Narrowed, NotedFacts


class OptionFact(TypedDict):
    """An advanced option."""

    path: str
    type: Literal["integer", "string"]
    value: int | str | None
    default: Annotated[int | str | None, "null: the host does not tell it."]
    min: int | None
    max: int | None


class OptionsFacts(NotedFacts, total=False):
    """``advopt.get`` and ``advopt.diff``."""

    options: list[OptionFact]


class SettingFact(TypedDict):
    """Another setting of a host."""

    path: Annotated[str, "Its name, such as vmknic.vmk1.tags."]
    value: FactValue


class SettingsFacts(NotedFacts, total=False):
    """``setting.get``."""

    settings: list[SettingFact]


class PlannedFact(TypedDict):
    """A setting that a profile speaks of."""

    target: Literal["advopt", "setting", "vmx", "power"]
    vm: NotRequired[str]
    vmid: NotRequired[int]
    path: NotRequired[str]
    key: NotRequired[str]
    now: FactValue
    wanted: FactValue
    differs: bool


class PlanFacts(NotedFacts, total=False):
    """``lab.plan``."""

    settings: Annotated[
        list[PlannedFact],
        "Every setting that the profile speaks of, also where it is as it should be.",
    ]


class CapturedVm(TypedDict):
    """A VM as a profile can have it."""

    vm: Annotated[str, "What names this VM, and no other, in the profile."]
    name: str
    vmid: int
    path: str
    vmx: Annotated[Mapping[str, str | None], "By key (null: the key is absent)."]
    power: Annotated[
        str | None, Narrowed(only=("on", "off", None)), "null: neither; not in the profile."
    ]


class CaptureFacts(NotedFacts, total=False):
    """``lab.capture``."""

    options: list[OptionFact]
    settings: list[SettingFact]
    vms: list[CapturedVm]
