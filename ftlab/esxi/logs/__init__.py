"""Lines of vmware.log and the host's logs, and the known failures in them."""
