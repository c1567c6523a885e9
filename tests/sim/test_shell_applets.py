"""The applets; where BusyBox is installed, it is asked for the truth."""
# ruff: noqa: E501 - one script a line

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.sim.shell import run as shell
from ftlab.sim.shell.applets.grep import translated
from ftlab.sim.shell.applets.table import APPLETS


class Host:
    name, version, tools = "vesxi01", "5.5", frozenset[str]()

    def __init__(self, root: Path, version: str = "5.5") -> None:
        self.root, self.version = root, version
        self.commands: list[tuple[str, ...]] = []

    def path(self, remote: str) -> Path:
        return self.root / remote.lstrip("/")

    def answer(self, argv, stdin=b""):
        raise AssertionError(argv)


def run(root, script, stdin=b"", version="5.5", wait=lambda seconds: None):
    out, err = io.BytesIO(), io.BytesIO()
    streams = {0: io.BytesIO(stdin), 1: out, 2: err}
    status = shell.run(
        Host(root, version), script.encode("utf-8", "surrogateescape"), streams, wait
    )
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def root(tmp_path):
    (tmp_path / "a.vmx").write_bytes(b'.encoding = "UTF-8"\nname = "x"\nlast')
    (tmp_path / "b.vmx").write_bytes(b'.encoding = "UTF-8"\nname = "y"\nlast')
    (tmp_path / "empty").touch()
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "one").write_bytes(b"3\n1\n2\n10\n1\n")
    (tmp_path / "link").symlink_to("a.vmx")
    return tmp_path


SCRIPTS = [
    "cat a.vmx b.vmx nothere; echo $?",
    "cat - < a.vmx; cat < empty; cat dir 2>/dev/null; echo $?",
    "head -n 1 a.vmx; head -1 b.vmx; head -c 5 a.vmx; head < a.vmx; head -n 1 a.vmx b.vmx",
    "tail -n 1 a.vmx; tail -n +2 a.vmx; tail -c 3 a.vmx; tail -c +30 a.vmx; tail -2 a.vmx",
    "wc -l < a.vmx; wc -c < a.vmx; wc -w < a.vmx",
    "sort dir/one; sort -n dir/one; sort -rn dir/one; sort -u dir/one; uniq -c dir/one",
    "sort dir/one | uniq; sort dir/one | uniq -d; printf 'a:b:c\\n' | cut -d: -f1,3",
    "printf 'abcdef\\n' | cut -c2-4; printf 'a\\tb\\n' | cut -f2; echo nodelim | cut -d: -f1",
    "grep name a.vmx; grep -i NAME a.vmx b.vmx; grep -c . a.vmx; grep -v name a.vmx; echo $?",
    "grep -q nothing a.vmx; echo $?; grep -n last a.vmx; grep -l name *.vmx; grep x nothere; echo $?",
    "grep -F '.' a.vmx; grep '^.enc' a.vmx; grep -E 'x|y' *.vmx; grep 'n[a-z]*e' a.vmx",
    "grep 'a\\(b\\)*' dir/one; grep -o '\"[^\"]*\"' a.vmx; grep -x last a.vmx; grep -w x a.vmx",
    "grep -E '^(na|la)' a.vmx; grep '[[:alpha:]]=' a.vmx; grep -e last a.vmx; fgrep = a.vmx",
    "md5sum a.vmx; sha1sum < a.vmx; sha256sum a.vmx b.vmx; sha512sum empty; md5sum nothere; echo $?",
    "sha256sum a.vmx b.vmx > sums; sha256sum -c sums; echo; echo z > b.vmx; sha256sum -c sums; echo $?",
    "cp a.vmx c; cat c; cp a.vmx dir; ls dir; cp nothere c; echo $?; cp dir e; echo $?",
    "cp a.vmx b.vmx dir && ls dir; cp -r dir new && ls new; cp a.vmx nodir/x; echo $?",
    "chmod 600 a.vmx; cp a.vmx n; cp a.vmx b.vmx; stat -c '%a' n b.vmx; cp -p a.vmx p; stat -c %a p",
    "mv a.vmx dir; ls dir; mv nothere x; echo $?; mv b.vmx c; ls; mv dir d2; ls d2",
    "rm a.vmx; ls; rm a.vmx; echo $?; rm -f a.vmx; echo $?; rm dir; echo $?; rm -rf dir; ls",
    "mkdir d; mkdir d; echo $?; mkdir -p d/e/f; ls d; rmdir d; echo $?; rmdir d/e/f d/e d; ls",
    "ls; ls -a dir; ls nothere; echo $?; ls -d dir; ls dir a.vmx; ls -1 dir; ls -r",
    "stat -c '%s %n %F %h' a.vmx empty dir link; stat -c %s nothere; echo $?; stat -L -c %s link",
    "chmod 640 a.vmx; stat -c %a a.vmx; chmod u+x,o=r a.vmx; stat -c '%a %A' a.vmx; chmod 9 a.vmx; echo $?",
    "chmod a-w a.vmx; stat -c %a a.vmx; chmod +x empty; stat -c %a empty",
    "touch new; wc -c < new; touch -c no; ls no; echo $?; touch -r a.vmx new; [ new -nt a.vmx ]; echo $?",
    "ln -s a.vmx l2; readlink l2; cat l2; ln a.vmx h; stat -c %h h; ln -sf b.vmx l2; readlink l2",
    "dd if=a.vmx of=out bs=4 count=2 2>/dev/null; cat out; echo; dd < a.vmx bs=10 skip=1 2>/dev/null",
    "dd if=a.vmx of=b.vmx bs=1 count=1 conv=notrunc 2>/dev/null; cat b.vmx; dd if=nothere; echo $?",
    "dd if=/dev/zero bs=1k count=2 2>/dev/null | wc -c; dd if=a.vmx of=/dev/null 2>/dev/null; echo $?",
    "diff -q a.vmx b.vmx; echo $?; diff -q a.vmx a.vmx; echo $?; diff -q a.vmx nothere 2>/dev/null; echo $?",
    "basename /a/b.vmx; basename /a/b.vmx .vmx; dirname /a/b; dirname b; dirname /a; basename /",
    "find . -name '*.vmx' | sort; find dir -type f; find . -maxdepth 1 -type d; find nothere; echo $?",
    "echo x | tee t1 t2; cat t1 t2; echo y | tee -a t1 >/dev/null; cat t1",
    "mktemp -d ./x.XXXXXX | wc -c; mktemp ./y.XXXXXX | wc -c; mktemp ./z; echo $?",
    "echo a b c | xargs -n 1 echo; printf 'a\\0b c\\0' | xargs -0 -n 1 echo; echo | xargs echo none",
    "seq 3; seq 2 4; env A=1 sh -c 'echo $A'; sync; echo $?; sleep 0; true; false; echo $?",
    "which cat >/dev/null && echo yes; printf 'a\\nb\\n' | while read x; do echo $x; done",
    "sh -c 'echo $0 $1' x y; sh -e -c 'false; echo no'; echo $?; echo 'echo f $1' > s; sh s a; sh nothere; echo $?",
    "echo 'echo in $1' > s; chmod +x s; ./s a; chmod -x s; ./s 2>/dev/null; echo $?; echo 'echo piped' | sh",
    "env -i A=1 sh -c 'echo $A$B'; A=2 env | grep ^A=; setsid echo y; kill 99999999; echo $?",
    "date -u +%Y >/dev/null; date -u -r a.vmx +%s | wc -l; basename a; basename 2>/dev/null; echo $?",
    "echo a b | xargs -I X echo '[X]'; echo false | xargs sh -c; echo a | xargs false; echo $?",
    "[ -r a.vmx ] && [ -w a.vmx ] && [ ! -x a.vmx ] && [ a.vmx -ef link ] && [ ! a.vmx -ef b.vmx ] && echo ok",
    "[ '(' a = a ')' -a ! '(' a = b ')' ] && echo ok; [ a -eq 1 ] 2>/dev/null; echo $?; [ a = a 2>/dev/null; echo $?",
    "stat a.vmx >/dev/null; echo $?; du -s empty | wc -l; du -a nothere; echo $?; ls -lR >/dev/null; echo $?",
    "ln a.vmx 2>/dev/null; echo $?; rm 2>/dev/null; echo $?; cp a.vmx 2>/dev/null; echo $?; cp a.vmx a.vmx; echo $?",
    "printf '%c%c\\n' abc d; printf '%.2s|%*d\\n' abc 4 7; printf '%d\\n' 0x10; printf '%%\\n'; printf; echo $?",
    "ln -s dir k; ls -l k | wc -l; ls -l k/ | wc -l; ls -la k/ | grep -c ^d; ls k; ls -a k",
    "sed 's/name/NAME/' a.vmx b.vmx; sed -n 1p a.vmx; sed -n '$p' a.vmx; sed 1d dir/one; sed '1,3d' dir/one",
    "sed -i 's/^name = .*/name = \"z\"/' a.vmx b.vmx; cat a.vmx; sed -i '/name/d' link; cat a.vmx; sed -i '$d' dir/one",
    "sed -e 's/1/&&/g;s/2/x/' dir/one; sed -n '/2/,/10/p' dir/one; sed -n '/1/!p' dir/one; sed 2q dir/one",
    "sed 's|\"\\(.*\\)\"|<\\1>|' a.vmx; sed -E 's/(a)(m)/\\2\\1/;s#e#E#2' a.vmx; sed -rn 's/LAST/x/Ip' a.vmx",
    "sed -n '2,$p' dir/one; sed -n '3,2p' dir/one; sed '/3/,2d' dir/one; sed -n '/1/,1p' dir/one; sed 's/a\\/b/c/' a.vmx",
    "printf 'a/b\\n' | sed 's/a\\/b/c/'; printf 'x.y\\n' | sed 's/\\./\\n/'; sed p empty; echo hi | sed p; sed 's/x*/-/g' dir/one",
    "sed s/a/b/ nothere; echo $?; sed -n 1p dir/one; echo a | sed 's,a,[&\\&],'",
    "test -f a.vmx && test -d dir && test -L link && test -s a.vmx && ! test -s empty && echo ok",
]  # fmt: skip


@pytest.mark.skipif(not shutil.which("busybox"), reason="no busybox to compare with")
@pytest.mark.parametrize("script", SCRIPTS)
def test_does_what_busybox_does(root, script, tmp_path_factory):
    """Output, status, and the files left behind, with their bytes and modes, are equal."""
    twin = tmp_path_factory.mktemp("twin") / "t"
    shutil.copytree(root, twin, symlinks=True)
    applets = tmp_path_factory.mktemp("bin")
    for name in APPLETS:
        (applets / name).symlink_to(shutil.which("busybox"))
    real = subprocess.run(
        ["busybox", "sh", "-c", script],
        input=b"", capture_output=True, cwd=twin, env={"PATH": str(applets)}, check=False,
    )  # fmt: skip
    status, out, err = run(root, script)
    assert (status, out) == (real.returncode, real.stdout)
    assert _plain(err) == _plain(real.stderr)
    assert _tree(root) == _tree(twin)


def _plain(err: bytes) -> list[bytes]:
    """Error lines that are not about usage, whose wording is each BusyBox's own."""
    return [line for line in err.splitlines() if b"can't" in line or b"No such" in line]


def _tree(root: Path) -> dict[str, object]:
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("x.", "y.")):
            data = path.read_bytes() if path.is_file() else None
            found[name] = (oct(path.lstat().st_mode), data)
    return found


def test_published_applets_that_are_missing_are_missing_here(root):
    for name in ("id", "tr", "base64", "flock", "nc", "comm", "tac", "whoami"):
        assert run(root, f"{name} x")[0] == 127


def test_timeout_has_two_syntaxes(root):
    assert run(root, "timeout -t 5 echo hi", version="6.7")[:2] == (0, b"hi\n")
    assert run(root, "timeout 5 echo hi", version="6.7")[0] == 127
    assert run(root, "timeout 5 echo hi", version="7.0 U1")[:2] == (0, b"hi\n")
    assert run(root, "timeout -t 5 echo hi", version="8.0")[0] == 1


def test_timeout_ends_a_command_that_waits(root):
    waited = []
    status, out, _ = run(root, "timeout 2 sleep 100; echo $?", version="8.0", wait=waited.append)
    assert (status, out, waited) == (0, b"143\n", [2.0])


def test_sleep_asks_for_its_seconds(root):
    waited = []
    assert run(root, "sleep 1.5; usleep 500000", wait=waited.append)[0] == 0
    assert waited == [1.5, 0.5]


def test_long_listing_shows_mode_size_and_name(root):
    (root / "dir" / "one").chmod(0o640)
    line = run(root, "ls -l dir/one")[1].decode()
    assert line.startswith("-rw-r-----    1 root     root            11 ")
    assert line.endswith(" dir/one\n")
    inode, name = run(root, "ls -i dir/one")[1].split()
    assert (int(inode), name) == ((root / "dir/one").stat().st_ino, b"dir/one")


def test_copying_over_a_file_keeps_inode_and_mode(root):
    before = (root / "b.vmx").stat()
    assert run(root, "chmod 600 b.vmx; cat a.vmx > b.vmx; cp a.vmx b.vmx")[0] == 0
    after = (root / "b.vmx").stat()
    assert (after.st_ino, after.st_mode & 0o777) == (before.st_ino, 0o600)


def test_full_disk_and_forbidden_paths_are_messages(root):
    class Strict(Host):
        def path(self, remote):
            raise PermissionError(13, "Permission denied", remote)

    err = io.BytesIO()
    script = b"cat /x; ls /x; cp /x /y; rm /x; echo a > /x; stat -c %s /x; find /x; df"
    shell.run(Strict(root), script, {0: io.BytesIO(), 1: io.BytesIO(), 2: err})
    assert err.getvalue().count(b"Permission denied") >= 7


def test_diff_shows_a_unified_difference(root):
    status, out, _ = run(root, "diff a.vmx b.vmx")
    assert status == 1
    assert b'-name = "x"\n+name = "y"\n' in out


def test_df_lists_each_datastore(root):
    (root / "vmfs/volumes/data store").mkdir(parents=True)
    assert b"% /vmfs/volumes/data store\n" in run(root, "df -h")[1]


@given(data=st.binary(max_size=300))
def test_any_bytes_are_copied_and_summed(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("bytes")
    script = "cat > f; dd if=f of=g bs=7 2>/dev/null; tail -c +1 g | tee h | sha256sum; cmp=1"
    out = run(root, script, data)[1]
    assert out == hashlib.sha256(data).hexdigest().encode() + b"  -\n"
    assert (root / "h").read_bytes() == data


@given(st.text(alphabet="ab[]()*+?|\\{}^$.", max_size=10), st.booleans())
def test_translated_patterns_compile_or_are_refused(pattern, extended):
    import re

    try:
        re.compile(translated(pattern, extended))
    except re.error:
        return


def test_names_that_are_no_text(root):
    os.close(os.open(os.fsencode(root) + b"/\xff.vmx", os.O_CREAT | os.O_WRONLY, 0o644))
    assert b"\xff.vmx\n" in run(root, "ls")[1]
    assert run(root, "rm *.vmx; ls *.vmx 2>/dev/null")[1] == b""
