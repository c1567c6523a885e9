"""What the program does without while it starts is there for whoever asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ftlab.startup import lean_imports


def python(code: str) -> None:
    """Run ``code`` in a fresh interpreter; its assertions are ours."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_invoke_comes_without_mocks_and_yaml_until_they_are_used():
    python("""
import sys
import ftlab.program, invoke, invoke.util
assert not {"unittest", "asyncio", "invoke.vendor.yaml.reader"} & set(sys.modules)
context = invoke.MockContext(run={"uname": invoke.Result("Linux")})
assert context.run("uname").stdout == "Linux"
context.run.assert_called_once_with("uname")
assert invoke.util.yaml.safe_load("run: {dry: true}") == {"run": {"dry": True}}
assert {"unittest", "invoke.vendor.yaml.reader"} <= set(sys.modules)
from unittest import mock
assert isinstance(context.run, mock.Mock)
""")


def test_importing_the_program_leaves_the_interpreter_as_it_was():
    python("""
import gc, sys
before = list(sys.meta_path), gc.get_threshold(), gc.isenabled(), gc.get_freeze_count()
import ftlab.program
assert before == (sys.meta_path, gc.get_threshold(), gc.isenabled(), gc.get_freeze_count())
assert "unittest.mock" not in sys.modules
""")


def test_the_library_imports_invoke_as_it_is():
    python("""
import sys
import tasks
assert {"unittest.mock", "invoke.vendor.yaml.reader"} <= set(sys.modules)
""")


def test_what_is_loaded_already_stays(monkeypatch: pytest.MonkeyPatch):
    from unittest import mock

    def fail() -> None:
        with lean_imports():
            assert sys.modules["unittest.mock"] is mock
            raise ZeroDivisionError

    finders = list(sys.meta_path)
    with pytest.raises(ZeroDivisionError):
        fail()
    assert sys.modules["unittest.mock"] is mock
    assert sys.meta_path == finders


def test_a_configuration_file_of_invoke_is_still_read(tmp_path: Path):
    """``run.dry`` in it is what ``--check`` means here; YAML is needed for nothing else."""
    (tmp_path / ".invoke.yaml").write_text("run:\n  dry: true\n")
    (tmp_path / "hosts.ini").write_text("vesxi01 ansible_host=127.0.0.1 ansible_port=1\n")
    done = subprocess.run(
        [sys.executable, "-m", "ftlab", "advopt.set", "/Net/X", "1", "--yes", "--json"],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")},
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert json.loads(done.stdout)["check"] is True


def test_ctrl_c_before_anything_began_is_quiet() -> None:
    program = (
        "import os, signal, sys\n"
        "class Impatient:\n"
        "    def find_spec(name, *_):\n"
        "        if name == 'ftlab.tasks.namespace':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Impatient)\n"
        "import ftlab.program\n"
        "print('goes on')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_after_the_imports_ctrl_c_is_what_it_was() -> None:
    python("""
import signal, ftlab.program
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
""")


def test_paramiko_comes_without_mail_and_libsodium_until_a_key_needs_it() -> None:
    python("""
import sys
from ftlab.lean_paramiko import lean_paramiko
before = list(sys.meta_path)
lean_paramiko()
import paramiko
assert not {"email", "importlib.metadata", "nacl.signing", "nacl._sodium"} & set(sys.modules)
assert sys.meta_path == before
assert type(paramiko.__spec__.loader) is type(paramiko.client.__spec__.loader)
from importlib import metadata
assert paramiko.__version__ == metadata.version("paramiko")
assert paramiko.metadata.PackageNotFoundError is metadata.PackageNotFoundError
import io, threading
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
pem = Ed25519PrivateKey.generate().private_bytes(
    form.Encoding.PEM, form.PrivateFormat.OpenSSH, form.NoEncryption()
).decode()
read = []
def work():
    read.append(paramiko.Ed25519Key.from_private_key(io.StringIO(pem)))
threads = [threading.Thread(target=work) for _ in range(8)]
for each in threads: each.start()
for each in threads: each.join()
assert len(read) == 8
signed = read[0].sign_ssh_data(b"data")
public = paramiko.Ed25519Key(data=read[1].asbytes())
signed.rewind()
assert public.verify_ssh_sig(b"data", signed)
signed.rewind()
assert not public.verify_ssh_sig(b"other", signed)
import nacl.signing
assert isinstance(read[0]._signing_key, nacl.signing.SigningKey)
assert not hasattr(nacl, "nothing")
""")


def test_what_paramiko_would_bring_is_used_where_it_is_loaded_already() -> None:
    python("""
import sys, importlib.metadata, nacl.signing
loaded = importlib.metadata, nacl.signing
from ftlab.lean_paramiko import lean_paramiko
lean_paramiko()
import paramiko
assert (paramiko.metadata, sys.modules["nacl.signing"]) == loaded
assert "__getattr__" not in vars(sys.modules["nacl"])
assert paramiko.__version__ == importlib.metadata.version("paramiko")
""")


def test_a_version_that_the_folder_does_not_tell_is_looked_up(tmp_path: Path) -> None:
    """As for what was installed some other way."""
    package, told = tmp_path / "paramiko", tmp_path / "paramiko-9.9rc1_local.dist-info"
    package.mkdir()
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: paramiko\nVersion: 9.9rc1+local\n")
    (package / "__init__.py").write_text(
        "from importlib import metadata\n__version__ = metadata.version('paramiko')\n"
    )
    python(f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from ftlab.lean_paramiko import lean_paramiko
lean_paramiko()
import paramiko
assert paramiko.__version__ == "9.9rc1+local"
assert sys.modules["importlib.metadata"].version("paramiko") == "9.9rc1+local"
""")


def test_a_paramiko_that_cannot_be_loaded_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "paramiko").mkdir()
    (tmp_path / "paramiko" / "__init__.py").write_text(
        "import importlib.metadata, nacl.signing\nraise ZeroDivisionError\n"
    )
    python(f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
before = list(sys.meta_path)
from ftlab.lean_paramiko import lean_paramiko
lean_paramiko()
try:
    import paramiko
except ZeroDivisionError:
    pass
assert sys.meta_path == before
assert not {{"importlib.metadata", "nacl.signing", "paramiko"}} & set(sys.modules)
import importlib.metadata, nacl.signing
assert importlib.metadata.version("paramiko") and nacl.signing.SigningKey.generate()
""")
