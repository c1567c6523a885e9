"""ssh_config(5), read as ``ssh -G`` reads it. Pure: whatever a file, the resolver or a shell
must be asked for is asked of a :class:`~ftlab.ssh.config.surroundings.Surroundings`."""
