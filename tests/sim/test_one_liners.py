"""What people type on ESXi: BusyBox's answer from the jail, and the same or a clear refusal from
the small shell, never a different answer."""
# ruff: noqa: S108 - one line each; paths on the simulated host

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftlab.sim import SimHost, SimLab
from ftlab.sim.jail.jail import Jail, missing
from ftlab.sim.shell import run as shell

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "a jail can be had")

SAME = r"""
vmware -v
vmware -vl
uname -a
vim-cmd vmsvc/getallvms
vim-cmd vmsvc/getallvms | grep app01
vim-cmd vmsvc/getallvms | grep -i APP
vim-cmd vmsvc/getallvms | wc -l
vim-cmd vmsvc/getallvms | head -1
vim-cmd vmsvc/getallvms | tail -n +2
vim-cmd vmsvc/getallvms | grep -v Vmid | head -n 1
vim-cmd vmsvc/getallvms | grep -c vmx
vim-cmd vmsvc/power.getstate 1
vim-cmd vmsvc/power.getstate 1 | grep -q "Powered on" && echo up || echo down
vim-cmd vmsvc/get.config 1 | grep displayName
vim-cmd vmsvc/get.config 1 | grep -n replay
vim-cmd vmsvc/get.summary 2 | grep powerState
vim-cmd vmsvc/get.runtime 1 | grep -i fault
vim-cmd vmsvc/get.tasklist 1
vim-cmd vmsvc/snapshot.get 1
vim-cmd vmsvc/message 1
vim-cmd vmsvc/power.getstate 999; echo $?
vim-cmd vmsvc/power.getstate 999 >/dev/null 2>&1 || echo missing
vim-cmd
vim-cmd vmsvc/
esxcli system version get
esxcli system version get | grep Build
esxcli system settings advanced list -o /Migrate/VMotionStreamDisable
esxcli system settings advanced list -o /Migrate/NetTimeout | grep "Int Value"
esxcli --formatter=csv system version get
esxcli network ip interface list | grep Name
esxcli network ip interface ipv4 get
esxcli network nic list
esxcli vm process list | grep "Display Name"
esxcli storage filesystem list | head -n 2
esxcli nosuch thing; echo $?
esxcli hardware memory get
esxcfg-advcfg -g /Migrate/BindToVmknic
esxcfg-advcfg -q -V /Migrate/VMotionStreamDisable; echo $?
esxcfg-advcfg -l | grep -c Migrate
/etc/init.d/vmware-fdm status
ls
ls /
ls /vmfs/volumes
ls -1 /vmfs/volumes/datastore1
ls -a /tmp/w
ls -l /tmp/w/a.vmx
ls -la /tmp/w
ls -d /tmp/w
ls -l /vmfs/volumes/datastore1/app01
ls /nosuch; echo $?
cd /vmfs/volumes/datastore1/app01 && ls
cd /tmp/w; pwd; ls
cd /nosuch; echo $?
cd; pwd
cat /tmp/w/a.vmx
cat /vmfs/volumes/datastore1/app01/app01.vmx | grep memSize
cat /tmp/w/a.vmx /tmp/w/b.vmx
sed -i 's/x/y/' /tmp/w/a.vmx; cat /tmp/w/a.vmx
sed -i 's#^memSize = .*#memSize = "64"#' /tmp/w/a.vmx && cat /tmp/w/a.vmx
sed -i 's/"$/" /' /tmp/w/a.vmx; cat /tmp/w/a.vmx
sed -i 's,no.such.line,,' /tmp/w/log; cat /tmp/w/log
sed -i 's/a/b/' /tmp/w/nosuch; echo $?
sed -i 's/^/> /' /tmp/w/log; cat /tmp/w/log
cat /tmp/w/nosuch; echo $?
cat < /tmp/w/a.vmx
cat /tmp/w/log | grep -v info
cat /var/log/hostd.log | head -n 2
tail -n 2 /tmp/w/log
tail -3 /tmp/w/log
tail -c 10 /tmp/w/log
head -c 20 /tmp/w/log
head -n 1 /tmp/w/a.vmx /tmp/w/b.vmx
grep memSize /tmp/w/a.vmx
grep -i MEMSIZE /tmp/w/a.vmx /tmp/w/b.vmx
grep -n "displayName" /tmp/w/a.vmx
grep -c = /tmp/w/a.vmx
grep -l replay /tmp/w/a.vmx /tmp/w/b.vmx
grep -F "a.b" /tmp/w/log
grep "^disp.*name" /tmp/w/a.vmx; echo $?
grep '"$' /tmp/w/a.vmx
grep "[0-9]*MB" /tmp/w/log
grep nothing /tmp/w/log || echo none
grep x /tmp/w/nosuch; echo $?
wc -l /tmp/w/log
wc -c < /tmp/w/a.vmx
wc /tmp/w/log
cp /tmp/w/a.vmx /tmp/w/a.vmx.bak && ls /tmp/w
cp -p /tmp/w/a.vmx /tmp/w/dir/ && cat /tmp/w/dir/a.vmx
cp /tmp/w/nosuch /tmp/w/x; echo $?
mv /tmp/w/a.vmx /tmp/w/c.vmx; ls /tmp/w
mv /tmp/w/nosuch /tmp/w/y; echo $?
rm /tmp/w/a.vmx; ls /tmp/w
rm -f /tmp/w/nosuch; echo $?
rm /tmp/w/dir; echo $?
rm -rf /tmp/w/dir; ls /tmp/w
mkdir /tmp/w/new && ls -d /tmp/w/new
mkdir -p /tmp/w/p/q/r; ls /tmp/w/p
mkdir /tmp/w/dir; echo $?
touch /tmp/w/empty; ls /tmp/w
chmod 600 /tmp/w/a.vmx; stat -c %a /tmp/w/a.vmx
stat -c "%s %n" /tmp/w/a.vmx
stat -c %F /tmp/w/dir /tmp/w/link
md5sum /tmp/w/a.vmx
sha256sum /tmp/w/a.vmx /tmp/w/b.vmx
sha1sum < /tmp/w/a.vmx
diff -q /tmp/w/a.vmx /tmp/w/b.vmx; echo $?
dd if=/tmp/w/a.vmx bs=1 count=5 2>/dev/null
echo 'replay.supported = "true"' >> /tmp/w/a.vmx; tail -n 1 /tmp/w/a.vmx
echo hello > /tmp/w/h && cat /tmp/w/h
echo "a  b" c\ d 'e"f' "g'h" $HOME
echo -n no newline
echo '*' "$USER" "\$HOME"
X=5; echo $X; echo "$X$X" '$X'
printf '%s %s\n' a b c d
true && echo yes || echo no
false || echo no
! false; echo $?
if [ -f /tmp/w/a.vmx ]; then echo there; else echo gone; fi
if false; then echo a; else echo $?; fi
[ -d /tmp/w ] && echo dir
test -s /tmp/w/none || echo empty
[ 3 -gt 2 ] && [ a != b ] && echo ok
[ -e /tmp/w/link ] && [ -L /tmp/w/link ]; echo $?
{ echo a; echo b; } | cat
ls /nosuch 2>/dev/null || echo none
ls /nosuch 2>&1 | wc -l
ls /tmp/w > /tmp/w/listing; wc -l < /tmp/w/listing
nosuchcommand; echo $?
nosuchcommand 2>/dev/null || echo none
sleep 0; echo slept
test 1_0 -eq 10; echo $?
sed -i 's/^/x/' /tmp/w/none; wc -c < /tmp/w/none
mkdir; echo $?
grep -i one /tmp/w/log - < /tmp/w/log
hostname
exit 3
sync; echo $?
sh -c 'echo inner; exit 5'; echo $?
printf 'gr\303\274n \\ %s%%\n' 5
/sbin/auto-backup.sh; echo $?
"""
"""Both shells say the same."""

REFUSED = r"""
for i in 1 2 3; do echo $i; done
for id in $(vim-cmd vmsvc/getallvms | awk '{print $1}'); do echo $id; done
while read line; do echo "$line"; done < /tmp/w/a.vmx
vim-cmd vmsvc/getallvms | awk '{print $1}'
vim-cmd vmsvc/getallvms | sed 1d
sed -i 's/x/y/g' /tmp/w/a.vmx; cat /tmp/w/a.vmx
sed -i 's/x/y/z/' /tmp/w/a.vmx
sed -n 2p /tmp/w/log
awk -F= '{print $1}' /tmp/w/a.vmx
find /tmp/w -name '*.vmx'
find /tmp/w/ -type f -exec ls {} ';'
ls /tmp/w/*.vmx
ls -R /tmp/w
ls -lh /tmp/w
ls ~
X=~/a; echo $X
ls 12> /tmp/w/x
cp /dev/null /tmp/w/a.vmx
cat -n /tmp/w/a.vmx
grep -A 1 displayName /tmp/w/a.vmx
grep -r replay /tmp/w
grep -E 'a|b' /tmp/w/log
grep -o 'mem[A-Za-z]*' /tmp/w/a.vmx
egrep 'a|b' /tmp/w/log
wc -L /tmp/w/log
sort /tmp/w/log
sort -u /tmp/w/log | uniq -c
cut -d= -f1 /tmp/w/a.vmx
xargs echo < /tmp/w/log
du -s /tmp/w
df
which cat
ps
date -u -r /tmp/w/a.vmx +%Y
diff /tmp/w/a.vmx /tmp/w/b.vmx
dd if=/dev/zero bs=1 count=3 | wc -c
head -c 5 /dev/zero | wc -c
touch -t 202001010000 /tmp/w/a.vmx
chmod u+x /tmp/w/a.vmx
ln -s /tmp/w/a.vmx /tmp/w/l2
readlink /tmp/w/link
echo $(date +%Y)
echo `hostname`
echo $((1+2))
echo ${X:-default}
echo -e 'a\tb'
printf '%5d|\n' 7
[ a = a -a b = b ] && echo both
(cd /tmp; pwd)
f() { echo in f; }; f
case x in x) echo x;; esac
A=1 env
IFS=:; x=a:b; echo $x
export Y=1; echo $Y
cat << E
$HOME
E
set -e; false; echo no
trap 'echo bye' EXIT
vi /tmp/w/a.vmx < /dev/null
more /tmp/w/a.vmx
esxtop
vmkfstools -i a b
sleep 1m & true
echo a | tee /tmp/w/t
seq 3
"""
"""The small shell refuses these in one clear sentence."""


def lines(table: str) -> list[str]:
    """One command a line; a here-document keeps its own."""
    found: list[str] = []
    for line in table.strip("\n").split("\n"):
        if found and "<< E" in found[-1] and not found[-1].endswith("\nE"):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SimHost, Jail]]:
    folder = tmp_path_factory.mktemp("lab")
    lab = SimLab(folder / "hosts", hosts=1, versions=["6.7"], pairs=0)
    jail = Jail(lab.hosts, folder / "jail")
    jail.setup("vesxi01")
    yield lab["vesxi01"], jail
    jail.close()


@pytest.fixture
def fresh(machine: tuple[SimHost, Jail]) -> SimHost:
    """The host, with the same files in ``/tmp/w`` before each shell's turn."""
    place_files(machine[0].path("/tmp/w"))
    return machine[0]


def place_files(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "dir").mkdir(parents=True)
    (folder / "a.vmx").write_text(
        'displayName = "a"\nmemSize = "1024"\nreplay.supported = "FALSE"\n'
    )
    (folder / "b.vmx").write_text('displayName = "b"\nmemSize = "512"\n')
    (folder / "log").write_text("info one\nwarn a.b 12MB\ninfo axb\nwarn two\n")
    (folder / "none").touch()
    (folder / "link").symlink_to("a.vmx")


Told = tuple[int, bytes, bytes]


def small(host: SimHost, line: str) -> Told:
    out, err = io.BytesIO(), io.BytesIO()
    streams = {0: io.BytesIO(), 1: out, 2: err}
    return shell.run(host, line.encode(), streams), out.getvalue(), err.getvalue()


def jailed(jail: Jail, line: str) -> Told:
    process = jail.start("vesxi01", line.encode())
    out, err = process.communicate(b"", timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("line", lines(SAME))
def test_both_shells_say_the_same(machine: tuple[SimHost, Jail], fresh: SimHost, line: str) -> None:
    told = small(fresh, line)
    assert b"not simulated" not in told[2], told[2]
    assert shell.takes(fresh, line.encode())
    place_files(fresh.path("/tmp/w"))
    real = jailed(machine[1], line)
    assert told[:2] == real[:2]
    assert bool(told[2]) == bool(real[2])


@pytest.mark.parametrize("line", lines(REFUSED))
def test_the_small_shell_refuses_in_one_sentence(
    machine: tuple[SimHost, Jail], fresh: SimHost, line: str
) -> None:
    assert not shell.takes(fresh, line.encode())
    status, out, err = small(fresh, line)
    assert (status, out) == (2, b"")
    (said,) = err.decode().splitlines()
    assert said.startswith("sh: ")
    assert "not simulated by the small shell (" in said
    assert jailed(machine[1], line)[0] < 128


def test_the_table_has_150_lines() -> None:
    every = [*lines(SAME), *lines(REFUSED)]
    assert len(every) >= 150
    assert len(set(every)) == len(every)
