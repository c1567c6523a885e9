"""``vft.power-on-secondary``: attempts, causes, remedies, until FT runs.

From the outside in:

* ``request``: what is wanted, what stands in its way, and the plan.
* ``fleet``: all pairs of a run; two that share a host wait for one another.
* ``pair_run``: one pair, attempt after attempt.
* ``attempt``: one start, and what was seen of it. Who makes it is ``power`` (a step of ours, on
  either half) or ``vcenter`` (which is only watched).
* ``verdict``: what follows from what was seen. Pure.
* ``remedies``: the options that are set between two attempts, and go back if they do not help.
* ``attempt_log``: the attempts in words.
"""
