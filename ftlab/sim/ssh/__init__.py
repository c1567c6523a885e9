"""The SSH server in the process: one loopback port a host."""
