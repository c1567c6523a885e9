"""VMX keys: the plan of an edit, the atomic replacement, backups."""
