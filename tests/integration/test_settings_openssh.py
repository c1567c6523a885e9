"""Settings through a real OpenSSH and BusyBox's own shell: the same answers, and the scenario of
twelve hosts from stock to nested and back."""

from __future__ import annotations

import shlex

import pytest
from cli_place import Place
from cli_runner import Cli
from lab_bench import near
from nested_scenario import VERSIONS, from_stock_to_nested_and_back
from openssh_front import openssh_lab

READ = """
hostname
hostname -s
uname -n
chkconfig --list
/sbin/chkconfig --list SSH
/etc/init.d/SSH status
/etc/init.d/ntpd status
esxcli system hostname get
esxcli system uuid get
esxcli system welcomemsg get
esxcli system maintenanceMode get
esxcli system ntp get
esxcli system syslog config get
esxcli system settings kernel list -o vga
esxcli network ip dns server list
esxcli network ip dns search list
esxcli network ip interface tag get -i vmk0
esxcli network vswitch standard portgroup list
esxcli network vswitch standard policy security get -v vSwitch0
esxcli network vswitch standard portgroup policy security get -p 'VM Network'
esxcli network vswitch standard policy security get -v nosuch
vim-cmd hostsvc/hostconfig
vim-cmd hostsvc/runtimeinfo
vim-cmd hostsvc/vmotion/netconfig_get
vim-cmd hostsvc/advopt/view Annotations.WelcomeMessage
vim-cmd vmsvc/snapshot.get 1
"""
SET = """
esxcli system hostname set --fqdn=esx9.lab.example
esxcli system welcomemsg set -m 'two  words; $HOME'
esxcli network ip dns server add -s 10.0.0.1
esxcli network ip interface tag add -i vmk0 -t VMotion
esxcli network vswitch standard policy security set -v vSwitch0 -o true
esxcli system settings kernel set -s vga -v FALSE
vim-cmd vmsvc/snapshot.create 1 'a name' 'and more'
/etc/init.d/ntpd start
chkconfig ntpd on
"""


@pytest.mark.parametrize("version", ["5.5", "8.0"])
def test_each_command_says_what_the_model_says(openssh, ssh, version: str) -> None:
    with openssh_lab(1, versions=(version,), pairs=0) as lab:
        host = lab.sim["vesxi01"]
        for line in [*READ.split("\n")[1:-1], *SET.split("\n")[1:-1], *READ.split("\n")[1:-1]]:
            told = ssh(lab, "vesxi01", line)
            if line in READ:
                model = host.answer(shlex.split(line))
                expected = (model.exit, model.stdout, model.stderr)
                assert (told.returncode, told.stdout, told.stderr) == expected, line
            else:
                assert told.returncode == 0, (line, told.stderr)
        assert ssh(lab, "vesxi01", "cat /etc/resolv.conf").stdout == b"nameserver 10.0.0.1\n"
        assert host.config.fqdn == "esx9.lab.example"


def test_twelve_hosts_from_stock_to_nested_and_back(openssh, tmp_path) -> None:
    with openssh_lab(len(VERSIONS), tmp_path / "lab.ini", versions=VERSIONS, pairs=0) as lab:
        from_stock_to_nested_and_back(near(Place(lab, Cli(tmp_path / "home", lab.inventory))))
