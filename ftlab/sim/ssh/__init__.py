"""The SSH server in the process: one loopback port a host, one event loop for all of them."""
