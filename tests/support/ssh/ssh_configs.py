"""Hypothesis strategies: configurations for ssh, odd ones and broken ones among them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

HOSTS = ("esx1", "esx2.lab.example", "ESX1", "10.0.0.7", "gate", "esx12", "fe80::1")
PATTERNS = (
    "*", "esx*", "esx?", "!esx1", "esx[12]", "*.lab.example", "10.0.0.*", "ESX1", "gate", "10.*",
    '"esx1"', "e\\sx1", "!*.example", "esx1,gate", "*.", "esx2.lab.example", "1.2.3.4",
)  # fmt: skip
LISTS = (
    "*", "esx*", "esx1,gate", "!esx1,*", "ESX*", "*.lab.example", "root", "admin,ops", "!root,*",
    '"esx1,gate"', "10.0.0.7", "esx[12]", "?????", "r*",
)  # fmt: skip
USERS = ("root", "admin", "ops", '"two words"', "a#b", "'single'", "o\\'neil", "$USER")
FILES = (
    "~/.ssh/lab", "${HOME}/k", "%d/.ssh/%r@%h", "none", '"/a b/k"', "k1", "%n-%p-%k", "%C", "NONE",
    "~nobody/k", "/x/%i%u%l%L", "~", "$HOME/k",
)  # fmt: skip
JUMPS = (
    "gate", "me@gate:2222", "none", "a,b", "ssh://u@gate:2201", "[::1]:22", "10.0.0.1", "esx1",
    "a,me@b:2,c", "None", "gate # way", "gate:", "ssh://gate/", "[gate]:ssh", "u%40x@gate",
)  # fmt: skip
COMMANDS = (
    "nc %h %p", "none", "= nc %h", "nc %r@%h # all of it", '"quoted cmd" %n', "ssh -W %h:%p gate",
    "nc %% %k", "NONE", "nc  %h\t%p",
)  # fmt: skip
FLAGS = ("yes", "no", "true", "False", "YES", '"no"')
GOOD = {
    "AddressFamily": ("any", "inet", "inet6", "INET"),
    "CanonicalizeHostname": ("no", "false", "always", "yes"),
    "CanonicalizeFallbackLocal": FLAGS,
    "CanonicalizeMaxDots": ("0", "1", "3"),
    "CanonicalDomains": ("lab.example", "none", "lab.example other.example", "Lab.Example", "a."),
    "CanonicalizePermittedCNAMEs": ("none", "*.a:*.b"),
    "HostName": ("%h.lab.example", "10.1.2.3", "%%h", "Esx.Lab", "127.1", "%h", "2001:DB8::1"),
    "HostKeyAlias": ("alias", "Alias", '"a b"'),
    "BindAddress": ("192.0.2.1", "::"),
    "IdentitiesOnly": FLAGS,
    "IdentityFile": FILES,
    "IdentityAgent": ("none", "~/agent.%h", "SSH_AUTH_SOCK", "${HOME}/a"),
    "KbdInteractiveAuthentication": FLAGS,
    "ChallengeResponseAuthentication": FLAGS,
    "PasswordAuthentication": FLAGS,
    "PubkeyAuthentication": (*FLAGS, "unbound", "host-bound"),
    "PreferredAuthentications": ("publickey", "password,publickey"),
    "Port": ("22", "2201", "ssh", "https", "022", "+22", " 22", '"2222"'),
    "ProxyCommand": COMMANDS,
    "ProxyJump": JUMPS,
    "ProxyUseFdpass": FLAGS,
    "User": USERS,
    "UserKnownHostsFile": ("/dev/null", "~/a ~/b", "none", '"/a b"'),
    "GlobalKnownHostsFile": ("/dev/null", "/a /b", "none"),
    "IgnoreUnknown": ("Foo*", "foo*,bar", "!foo,*"),
}
ODD = {
    "AddressFamily": ("ipx", "a b"),
    "CanonicalizeHostname": ("often",),
    "CanonicalizeMaxDots": ("x", "1.5"),
    "CanonicalDomains": ("-bad", "a..b", "none a", "a/b"),
    "CanonicalizePermittedCNAMEs": ("a", "a:", "* none", "*:*"),
    "FooOption": ("x", "'x"),
    "HostName": ("%x", "a b", "''", "%"),
    "IdentitiesOnly": ("maybe", "1"),
    "Port": ("0", "70000", "22x", "-1", ""),
    "ProxyCommand": ("it's", "nc %x"),
    "ProxyJump": ("me@", "gate:x", "a, b", "fe80::1", "gate/22", "ssh://gate/path", "a,,b", "@a"),
    "UserKnownHostsFile": ("none ~/a", "''"),
}
HARMLESS = ("ForwardAgent yes", "ServerAliveInterval 30", "SendEnv LANG LC_*", "Compression=no")
USUAL = ("HostName", "Port", "User", "IdentityFile", "ProxyJump", "ProxyCommand")
SEPARATORS = (" ", "\t", "=", " = ", "  ", "\t=\t", "= ", " =")
TAILS = ("", "", "", "", "  ", " # it is so", "\t#", "\r", "\f")
ODD_TAILS = (" extra", ' "', "#no comment", " '#'")
HEADS = ("", "", "  ", "\t", "    ")


@dataclass(frozen=True)
class Case:
    """A configuration, the file that its ``Include`` lines name, and the host that is asked for."""

    text: str
    included: str
    host: str


def _cased(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from((word, word, word, word.lower(), word.upper(), f'"{word}"'))


@st.composite
def _line(draw: st.DrawFn, keyword: str, value: str, *, tails: tuple[str, ...] = TAILS) -> str:
    parts = (
        draw(st.sampled_from(HEADS)),
        draw(_cased(keyword)),
        draw(st.sampled_from(SEPARATORS)),
        value,
        draw(st.sampled_from(tails)),
    )
    return "".join(parts)


@st.composite
def _setting(draw: st.DrawFn) -> str:
    keyword = draw(st.one_of(st.sampled_from(USUAL), st.sampled_from(sorted(GOOD))))
    return draw(_line(keyword, draw(st.sampled_from(GOOD[keyword]))))


@st.composite
def _odd_setting(draw: st.DrawFn) -> str:
    keyword = draw(st.sampled_from(sorted(ODD)))
    return draw(_line(keyword, draw(st.sampled_from(ODD[keyword]))))


@st.composite
def _odd_end(draw: st.DrawFn) -> str:
    """But for ``ProxyJump``, of which ssh reads no more than its first word in some releases."""
    keyword = draw(st.sampled_from(sorted(set(GOOD) - {"ProxyJump"})))
    return draw(_line(keyword, draw(st.sampled_from(GOOD[keyword])), tails=ODD_TAILS))


@st.composite
def _host(draw: st.DrawFn) -> str:
    patterns = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3))
    return draw(_line("Host", " ".join(patterns)))


@st.composite
def _criterion(draw: st.DrawFn) -> str:
    name = draw(
        st.sampled_from(("host", "originalhost", "user", "localuser", "exec", "final", "canonical"))
    )
    sign = draw(st.sampled_from(("", "", "!")))
    name = draw(st.sampled_from((name, name, name.upper(), name.capitalize())))
    if name.lower() in ("final", "canonical"):
        return sign + name
    if name.lower() == "exec":
        value = draw(st.sampled_from(('"true"', "false", '"test %p = 22"', '"test %h = esx1"')))
        return f"{sign}{name} {value}"
    value = draw(st.sampled_from(LISTS))
    return f"{sign}{name}{draw(st.sampled_from((' ', '=', ' ')))}{value}"


@st.composite
def _match(draw: st.DrawFn) -> str:
    criteria = draw(st.lists(_criterion(), max_size=3))
    if draw(st.integers(0, 3)) == 0:
        criteria.append(draw(st.sampled_from(("all", "ALL", "!all", "all host x"))))
    if not criteria:
        criteria = ["all"]
    return draw(_line("Match", " ".join(criteria), tails=("", "", " # so")))


NOISE = ("", "# Port 99", "   ", "\t# User x", "=", '"Port 99')


def _lines(*, include: bool, odd: bool) -> st.SearchStrategy[str]:
    usual = [_setting(), _host(), _match()]
    kinds = [*usual, *usual, st.sampled_from((*NOISE, *HARMLESS))]
    if include:
        kinds.append(_line("Include", "@included@", tails=("", " # more", " @included@")))
    if odd:
        kinds += [_odd_setting(), _odd_end()]
    return st.lists(st.one_of(kinds), min_size=1, max_size=12).map(lambda ls: "\n".join(ls) + "\n")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Three of four are written by someone who has read the manual."""
    odd = draw(st.sampled_from((False, False, False, True)))
    return Case(
        draw(_lines(include=True, odd=odd)),
        draw(_lines(include=False, odd=odd)),
        draw(st.sampled_from(HOSTS)),
    )
