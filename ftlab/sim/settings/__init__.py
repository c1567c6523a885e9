"""What can be set on a host besides its options and VMs, a fact a module, whichever tool asks."""
