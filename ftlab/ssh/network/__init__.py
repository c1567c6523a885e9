"""The way to a host: ssh config, sockets, proxies, jump hosts."""
