"""What Ansible's variables say about the way to a host, and which of them count."""
