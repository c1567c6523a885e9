"""What can be set on a host besides its VMs, a subject a module, whichever tool asks."""
