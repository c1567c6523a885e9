"""``lab.plan``, ``lab.apply`` and ``lab.reset``: from a profile to changes on each host."""
