"""What vmknics carry: tags from 5.1 on, options before."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_lab import ask, out, vim_cmd
from test_settings_names import ESXCLI, host_of

from ftlab.sim import VERSIONS

TAGGED = [version for version in ESXCLI if version != "5.0"]


@pytest.mark.parametrize("version", TAGGED)
def test_tags_are_added_and_removed(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    tag = "esxcli network ip interface tag"
    assert out(host, f"{tag} get -i vmk0") == "   Tags: Management\n"
    assert out(host, f"{tag} add -i vmk0 -t VMotion") == ""
    host.reboot(0)
    assert out(host, f"{tag} get -i vmk0") == "   Tags: Management, VMotion\n"
    here = f"{host.nics[0].address}:8000"
    assert here in out(host, "esxcli network ip connection list")
    assert out(host, f"{tag} remove --interface-name=vmk0 --tagname=VMotion") == ""
    assert out(host, f"{tag} get -i vmk0") == "   Tags: Management\n"
    assert here not in out(host, "esxcli network ip connection list")


def test_what_is_not_published_is_said(tmp_path: Path) -> None:
    host = host_of(tmp_path, "8.0")
    tag = "esxcli network ip interface tag"
    unknown = ask(host, f"{tag} add -i vmk0 -t vmotion")
    assert unknown.exit == 1
    assert unknown.stderr.startswith(b"This simulated host has no tag vmotion; it has Management")
    missing = ask(host, f"{tag} remove -i vmk0 -t VMotion")
    assert (missing.exit, missing.stdout) == (1, b"")
    assert ask(host, f"{tag} add -i vmk9 -t VMotion").exit == 1
    assert host.nics[0].tags == ["Management"]


def test_5_0_has_options_in_place_of_tags(tmp_path: Path) -> None:
    """``grep -i /migrate /etc/vmware/esx.conf`` on a 5.0 host: elatov.github.io."""
    host = host_of(tmp_path, "5.0")
    assert ask(host, "esxcli network ip interface tag get -i vmk0").exit == 1
    assert out(host, "vim-cmd hostsvc/vmotion/vnic_set vmk2") == ""
    assert '/adv/Migrate/Vmknic = "vmk2"' in host.path("/etc/vmware/esx.conf").read_text()
    assert f"{host.nics[2].address}:8000" in out(host, "esxcli network ip connection list")
    assert f"{host.nics[1].address}:8000" not in out(host, "esxcli network ip connection list")


@pytest.mark.parametrize("version", VERSIONS)
def test_vim_cmd_selects_the_interface(tmp_path: Path, version: str) -> None:
    """The lines that public scripts look for: ``netconfig_get | grep -i selectedVnic``."""
    host = host_of(tmp_path, version)
    vmotion = f"{vim_cmd(host)} hostsvc/vmotion"
    key = "vim.host.VirtualNic:VMotionConfig.vmotion.key-vim.host.VirtualNic-"
    assert f"selectedVnic = '{key}vmk1'" in out(host, f"{vmotion}/netconfig_get")
    assert out(host, f"{vmotion}/vnic_unset vmk1") == ""
    assert "selectedVnic = <unset>" in out(host, f"{vmotion}/netconfig_get")
    assert out(host, f"{vmotion}/vnic_set vmk0") == ""
    assert f"selectedVnic = '{key}vmk0'" in out(host, f"{vmotion}/netconfig_get")
    assert ask(host, f"{vmotion}/vnic_set vmk9").exit == 1
