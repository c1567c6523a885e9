"""Which facts each task has."""

from ftlab.facts.hosts import (
    FileFacts,
    KeysFacts,
    OutputFacts,
    PlaceFacts,
    RecordedFacts,
    VersionFacts,
)
from ftlab.facts.noted import NotedFacts
from ftlab.facts.settings import CaptureFacts, OptionsFacts, PlanFacts, SettingsFacts
from ftlab.facts.vms import (
    FindingsFacts,
    FtStatusFacts,
    QuestionsFacts,
    RequirementsFacts,
    StartFacts,
    VmsFacts,
    VmxFacts,
)

FACTS: dict[str, type] = {
    "hosts.list": PlaceFacts,
    "hosts.check": VersionFacts,
    "hosts.trust": KeysFacts,
    "hosts.record": RecordedFacts,
    "advopt.get": OptionsFacts,
    "advopt.set": NotedFacts,
    "advopt.reset": NotedFacts,
    "advopt.diff": OptionsFacts,
    "setting.get": SettingsFacts,
    "setting.set": NotedFacts,
    "vmx.get": VmxFacts,
    "vmx.set": NotedFacts,
    "vmx.unset": NotedFacts,
    "vm.list": VmsFacts,
    "vm.power-on": NotedFacts,
    "vm.power-off": NotedFacts,
    "vm.reload": NotedFacts,
    "vm.answer": QuestionsFacts,
    "vft.check": RequirementsFacts,
    "vft.enable": NotedFacts,
    "vft.disable": NotedFacts,
    "vft.stream": NotedFacts,
    "vft.power-on-secondary": StartFacts,
    "vft.status": FtStatusFacts,
    "vft.diagnose": FindingsFacts,
    "lab.plan": PlanFacts,
    "lab.apply": NotedFacts,
    "lab.reset": NotedFacts,
    "lab.capture": CaptureFacts,
    "lab.history": NotedFacts,
    "lab.undo": NotedFacts,
    "lab.recover": NotedFacts,
    "fleet.run": OutputFacts,
    "fleet.copy": FileFacts,
    "fleet.fetch": FileFacts,
}
"""Those that have hosts. A task that changes hosts tells of its changes, and has notes at most."""
