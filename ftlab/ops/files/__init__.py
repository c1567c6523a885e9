"""``fleet.copy`` and ``fleet.fetch``: any file, with its checksum, without SFTP."""
