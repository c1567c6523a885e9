"""What ``hosts.record`` asks a host, and how private words leave its answers."""
