"""YAML and JSON beside INI: inventories, and the files in ``group_vars`` and ``host_vars``."""
