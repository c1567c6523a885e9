"""The simulated vESXi lab: host models that answer as ESX(i) 4.0 to 9.0 do, and ways to reach
them. Shares no code with the client, so that both cannot misread a host in the same way."""

from ftlab.sim.ft.spec import PairSpec
from ftlab.sim.model.answer import Fault
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.lab import SimLab
from ftlab.sim.model.versions import VERSIONS
from ftlab.sim.serve.lab import RunningLab, running_lab

__all__ = ["VERSIONS", "Fault", "PairSpec", "RunningLab", "SimHost", "SimLab", "running_lab"]
