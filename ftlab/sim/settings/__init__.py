"""What a host is set to, and tells, besides its VMs: a subject a module, whichever tool asks."""
