"""``esxcli`` and ``esxcfg-advcfg``."""
