"""Advanced options as ``esxcli`` and ``esxcfg-advcfg`` show and set them."""
