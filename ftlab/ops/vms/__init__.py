"""``vm.*``: which VMs a host has, their power, their questions and snapshots."""
