#!/bin/sh
# The Python peers, each in a virtual environment of its own (benchmarks/peers/venvs/NAME): what
# they need does not go together. Then pdsh, the C compiler and the libraries of both C programs.
set -e
venvs=$(dirname "$0")/venvs
venv() {
	name=$1
	shift
	[ -x "$venvs/$name/bin/pip" ] || python3 -m venv "$venvs/$name"
	"$venvs/$name/bin/pip" install -q --disable-pip-version-check "$@"
}
venv ansible ansible-core
venv asyncssh asyncssh
venv clush ClusterShell
venv fabric fabric
venv pssh parallel-ssh
venv pyinfra pyinfra
apt-get install -qy openssh-server busybox pdsh gcc libssh2-1-dev libssh-dev
