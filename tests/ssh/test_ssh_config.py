"""``~/.ssh/config``: what each of its parts means, value by value. Beside it
``test_ssh_config_oracle.py`` asks ssh itself."""

from __future__ import annotations

from typing import Any

import pytest
from fake_machine import FakeMachine

from ftlab.errors import Unreachable, UsageError
from ftlab.ssh.config.reader import File, Files
from ftlab.ssh.config.resolve import Query, Resolved, resolve

CONFIG = "/home/me/.ssh/config"


def read(text: str, alias: str = "esx1", **machine: Any) -> Resolved:
    files = {CONFIG: text, **machine.pop("texts", {})}
    session = machine.pop("session", "exec")
    fake = machine.pop("fake", None) or FakeMachine(files, **machine)
    return resolve(Query(alias, "root", session=session), Files(fake), [File(CONFIG)])


def fault(text: str, **machine: Any) -> str:
    with pytest.raises(UsageError) as caught:
        read(text, **machine)
    return caught.value.message


def way(found: Resolved) -> tuple[str, int, str]:
    return found.hostname, found.port, found.user


# What comes from the field.


def test_canonical_names_without_domains_change_nothing() -> None:
    text = "Host *\n\tCanonicalizeHostname yes\nHost n-1 n-2\n HostName %h.k8s.example\n User adm\n"
    assert way(read(text, "n-1")) == ("n-1.k8s.example", 22, "adm")
    assert way(read("CanonicalizeFallbackLocal yes\n" + text, "x")) == ("x", 22, "root")


@pytest.mark.parametrize("word", ["host=*", "HOST=*", "host = *", "host *", "Host= *"])
def test_a_criterion_may_have_an_equals_sign(word: str) -> None:
    assert read(f"Host esx1\n Port 2201\nMatch {word}\n User merged\n").user == "merged"


def test_tabs_and_an_include_with_a_pattern() -> None:
    text = "Include\tconf.d/*.conf\nHost\tesx1\n\tUser\ttabs\n\tPort\t2299\n"
    more = {"/home/me/.ssh/conf.d/a.conf": "User first\n", "/home/me/.ssh/conf.d/b": "User not\n"}
    assert way(read(text)) == ("esx1", 2299, "tabs")
    assert way(read(text, texts=more)) == ("esx1", 2299, "first")


def test_an_include_in_a_block_is_for_its_hosts_alone() -> None:
    text = "Host work-*\n Include work.conf\n User workuser\nHost *\n User everyone\n"
    more = {"/home/me/.ssh/work.conf": "Port 2222\nHost *\n IdentityFile k\nMatch all\n Port 1\n"}
    here, there = read(text, "work-1", texts=more), read(text, "esx1", texts=more)
    assert (way(here), here.identity_files is not None) == (("work-1", 2222, "workuser"), True)
    assert (way(there), there.identity_files) == (("esx1", 22, "everyone"), None)


def test_what_stands_behind_a_number_sign_is_no_part_of_the_value() -> None:
    text = (
        "Host esx1   # the lab's first\n HostName 192.0.2.7   # it's old\n User root # admin\n"
        " Port 2200 # not 22\n IdentityFile ~/.ssh/lab # its key\n ProxyJump gate # via gate\n"
    )
    found = read(text)
    assert way(found) == ("192.0.2.7", 2200, "root")
    assert str(found.hop) == "gate"
    assert [name for name, _ in found.identity_files or ()] == ["/home/me/.ssh/lab"]


def test_key_files_are_expanded() -> None:
    text = (
        "Host esx1\n HostName esx1.lab.example\n User admin\n IdentityFile ${KEYS}/lab_key\n"
        " IdentityFile %d/.ssh/%r_at_%h\n IdentityFile ~/.ssh/keys/%n-%p\n IdentityFile ~ops/k\n"
    )
    found = read(text, environment={"KEYS": "/keys"})
    assert [name for name, _ in found.identity_files or ()] == [
        "/keys/lab_key", "/home/me/.ssh/admin_at_esx1.lab.example", "/home/me/.ssh/keys/esx1-22",
        "/home/ops/k",
    ]  # fmt: skip
    assert next(line.origin for _, line in found.identity_files or ()) == f"{CONFIG}:4"
    assert f"{CONFIG}:4: identityfile: the environment variable KEYS is not set" in fault(text)


def test_criteria_in_capitals_with_a_sign_and_at_the_end() -> None:
    text = (
        'Match originalhost esx1,esx2 exec "test -e /etc/passwd"\n  Port 2201\n'
        "Match OriginalHost esx1 !User admin\n  User notadmin\n"
        "Match final host *.lab.example\n  ProxyJump gate\nHost esx1\n  HostName %h.lab.example\n"
    )
    found = read(text, true=["test -e /etc/passwd"])
    assert way(found) == ("esx1.lab.example", 2201, "notadmin")
    assert str(found.hop) == "gate"
    text = (
        "Match host esx1 user root\n Port 2201\nMatch canonical all\n Port 2202\n"
        "Match final all\n User final-user\n"
    )
    assert way(read(text)) == ("esx1", 2201, "final-user")


def test_patterns_know_no_sets_and_capitals_count() -> None:
    text = "Host esx[1-3]\n Port 2201\nHost ESX4 Esx5.Lab\n Port 2204\n"
    ports = {name: read(text, name).port for name in ("esx1", "esx[1-3]", "esx4", "ESX4")}
    assert ports == {"esx1": 22, "esx[1-3]": 2201, "esx4": 22, "ESX4": 2204}


def test_bytes_that_are_not_utf_8_are_the_users_business() -> None:
    found = read("User m\udcfcller\nProxyJump g\udce9\nIdentityFile /k/%C\nProxyCommand nc %C\n")
    assert way(found) == ("esx1", 22, "m\udcfcller")
    assert len((found.identity_files or ())[0][0]) == len("/k/") + 40


# Blocks and their criteria.


@pytest.mark.parametrize(
    ("criteria", "applies"),
    [
        ("all", True),
        ("!all", False),
        ("host esx1", True),
        ("host 10.0.0.1", False),
        ("host ESX*", True),
        ("originalhost esx1,!esx1", False),
        ("!host other", True),
        ("user root localuser me", True),
        ("user !root,*", False),
        ("canonical", False),
        ("!canonical", True),
        ("exec true", True),
        ("!exec true", False),
        ("exec false", False),
        ('exec "which nc" host esx1', False),
        ("localnetwork 192.0.2.0/24,10.0.0.0/8", True),
        ("localnetwork 198.51.100.0/24", False),
        ("tagged lab", True),
        ("tagged other,l*", True),
        ("!tagged other", True),
        ('tagged ""', False),
        ("sessiontype exec", True),
        ("sessiontype shell,none", False),
        ("host other command x", False),
        ("host other version OpenSSH_9*", False),
    ],
)
def test_a_block_applies(criteria: str, applies: bool) -> None:
    text = f"Tag lab\nMatch {criteria}\n Port 2201\n"
    found = read(text, true=["true"], networks=["192.0.2.9", "::1"])
    assert (found.port == 2201) is applies


def test_a_jump_host_has_another_kind_of_session() -> None:
    text = 'Match sessiontype none command ""\n Port 2201\n'
    assert read(text, session="none").port == 2201


def test_nothing_is_run_for_a_block_that_cannot_apply_any_more() -> None:
    text = (
        "Match host other exec one\n Port 1\nHost other\n Include more\n"
        "Match user root exec 'two %h %p %r %n %u %%'\n Port 2\n"
    )
    fake = FakeMachine({CONFIG: text, "/home/me/.ssh/more": "Match exec three\n Port 3\n"})
    read(text, fake=fake)
    assert fake.ran == ["two esx1 22 root esx1 me %"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Match", "match has no value"),
        ("Match # all", "it needs a criterion"),
        ("Match all host x", "all cannot be combined"),
        ("Match host", "host needs a value"),
        ("Match tagged x y", "'y' is no criterion"),
        ("Match originl x", "'originl' is no criterion"),
        ("Match localnetwork 10.0.0.1/8", "has host bits set"),
        ("Match command uptime", "cannot judge command"),
        ("Match version OpenSSH_9*", "cannot judge version"),
        ("Match exec %x", "%x is no token here"),
        ("Host ''", "a pattern is empty"),
        ('User "two', "a quote is not closed"),
        ("Port", "port has no value"),
        ("Port = # none", "it has no value"),
        ("Port 22 23", "nothing may follow after '22'"),
        ("Port 0", "'0' is not a port number"),
        ("Port none", "'none' is not a port number"),
        ("IdentitiesOnly maybe", "'maybe' is none of yes, no"),
        ("ProxyJump a, b", "separated by commas alone"),
        ("ProxyJump @gate", "'@gate' is no jump host"),
        ("UserKnownHostsFile none ~/x", "none must stand alone"),
        ("Include ~nobody/x", "there is no user nobody"),
        ("CanonicalDomains a..b", "'a..b' is no domain"),
        ("CanonicalizePermittedCNAMEs a", "'a' is no FROM:TO"),
        ("HostName %p", "%p is no token here"),
        ("IdentityFile %z", "%z is no token here"),
    ],
)
def test_what_ssh_does_not_read_is_an_error_with_its_line(line: str, words: str) -> None:
    message = fault(f"# first\n\n  {line}\n", networks=["192.0.2.9"])
    assert message.startswith(f"{CONFIG}:3: ")
    assert words in message


def test_an_unknown_setting_has_the_nearest_name_unless_it_is_to_be_ignored() -> None:
    with pytest.raises(UsageError, match="config:1: ssh knows no setting 'hostnam'") as caught:
        read("Hostnam x\n")
    assert "'hostname'" in caught.value.hint
    assert caught.value.evidence == {"file": CONFIG, "line": 1}
    assert read("IgnoreUnknown host*,foo\nHostNam x\nFoo 'x'\nPort 2201\n").port == 2201
    assert read("UseKeychain yes\nRhostsAuthentication no\nForwardX11 yes\nPort 9\n").port == 9


def test_files_that_include_one_another() -> None:
    assert "include one another" in fault(f"Include {CONFIG}\n")


def test_a_system_wide_file_comes_last_and_has_no_home() -> None:
    system = "/etc/ssh/ssh_config"
    files = [File(CONFIG), File(system, own=False, private=False)]
    texts = {
        CONFIG: "User mine\n",
        system: "Include ssh_config.d/*.conf\nUser theirs\n",
        "/etc/ssh/ssh_config.d/a.conf": "Port 2201\n",
    }
    found = resolve(Query("esx1", "root"), Files(FakeMachine(texts)), files)
    assert way(found) == ("esx1", 2201, "mine")
    texts[system] = "Include ~/x\n"
    with pytest.raises(UsageError, match="ssh_config:1: include"):
        resolve(Query("esx1", "root"), Files(FakeMachine(texts)), files)


# Canonical names.

DOMAINS = "CanonicalizeHostname yes\nCanonicalDomains a.example b.example\n"
KNOWN = {"esx1.b.example.": "real.b.example", "esx1": "alias.example", "full.": ""}


def test_the_first_domain_that_knows_the_name() -> None:
    text = f"{DOMAINS}Host *.b.example\n User inside\nHost esx1\n Port 2201\n"
    fake = FakeMachine({CONFIG: text}, KNOWN)
    assert way(read(text, fake=fake)) == ("esx1.b.example", 2201, "inside")
    assert fake.asked == ["esx1.a.example.", "esx1.b.example."]


@pytest.mark.parametrize(
    ("more", "alias", "hostname"),
    [
        ("", "esx1.lab.x", "esx1.lab.x"),
        ("CanonicalizeMaxDots 0\n", "esx.lab", "esx.lab"),
        ("", "other", "other"),
        ("", "Full.", "full"),
        ("", "10.0.0.1", "10.0.0.1"),
        ("ProxyJump gate\n", "esx1", "esx1"),
        ("ProxyCommand nc %h %p\n", "esx1", "esx1"),
        ("ProxyCommand none\n", "esx1", "esx1.b.example"),
        ("CanonicalizePermittedCNAMEs *.b.example:*.b.example\n", "esx1", "real.b.example"),
        ("CanonicalizePermittedCNAMEs *.a.example:*\n", "esx1", "esx1.b.example"),
        ("CanonicalizePermittedCNAMEs none\n", "esx1", "esx1.b.example"),
    ],
)
def test_canonical_names(more: str, alias: str, hostname: str) -> None:
    assert read(more + DOMAINS, alias, names=KNOWN).hostname == hostname


def test_always_means_behind_a_proxy_too() -> None:
    text = "ProxyJump gate\nCanonicalizeHostname always\nCanonicalDomains b.example\n"
    assert read(text, names=KNOWN).hostname == "esx1.b.example"


def test_an_alias_of_the_bare_name() -> None:
    text = "CanonicalizeHostname yes\nCanonicalizePermittedCNAMEs esx1:*\n"
    assert read(text, names=KNOWN).hostname == "alias.example"


@pytest.mark.parametrize(
    "text",
    [DOMAINS + "CanonicalizeFallbackLocal no\n", "CanonicalizePermittedCNAMEs *.a:*.b\n"],
)
def test_a_name_that_must_be_known_and_is_not(text: str) -> None:
    with pytest.raises(Unreachable, match="nowhere: the name has no address") as caught:
        read(text, "nowhere", names=KNOWN)
    assert caught.value.kind == "unreachable.dns"


# Single settings.


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("gate", "gate"),
        ("me@gate:2222", "me@gate:2222"),
        ("root@127.0.77.1:2222", "root@[127.0.77.1]:2222"),
        ("[::1]:22", "[::1]:22"),
        ("ssh://u%40d@gate:ssh", "u@d@gate:22"),
        ("a,me@b:1,c", "a,me@b:1,c"),
        ("none", "None"),
        ("NONE", "None"),
    ],
)
def test_jump_hosts_as_ssh_writes_them(line: str, written: str) -> None:
    assert str(read(f"ProxyJump {line}\n").hop) == written


@pytest.mark.parametrize(
    ("first", "then", "jump", "command"),
    [
        ("ProxyCommand none", "ProxyJump gate", "None", None),
        ("ProxyCommand relay %h", "ProxyJump gate", "None", "relay %h"),
        ("ProxyJump gate", "ProxyCommand relay", "gate", None),
        ("ProxyJump none", "ProxyCommand relay", "None", "relay"),
        ("ProxyJump none", "ProxyJump gate", "None", None),
    ],
)
def test_of_two_ways_in_the_first_one_counts(
    first: str, then: str, jump: str, command: str | None
) -> None:
    found = read(f"Host esx1\n {first}\nHost *\n {then}\n")
    assert (str(found.hop), found.proxy_command) == (jump, command)


def test_tokens_of_a_proxy_command() -> None:
    text = 'HostName 10.0.0.1\nPort 2200\nProxyCommand "nc" %h %p %r %n %k %%  # it\n'
    found = read(text)
    assert found.proxy_command == '"nc" %h %p %r %n %k %%  # it'
    assert found.proxy_line() == '"nc" 10.0.0.1 2200 root esx1 esx1 %  # it'
    with pytest.raises(UsageError, match="config:1: proxycommand: %d is no token"):
        read("ProxyCommand nc %d\n").proxy_line()


def test_a_user_may_have_tokens() -> None:
    assert read("User %u-%h\n").user == "me-esx1"
    with pytest.raises(UsageError, match="config:1: user: %r is no token"):
        _ = read("User %r\n").user


def test_key_files_are_counted_once_and_may_be_none() -> None:
    names = [
        name
        for name, _ in read("IdentityFile a\nIdentityFile b\nIdentityFile a\n").identity_files or ()
    ]
    assert names == ["a", "b"]
    assert read("IdentityFile none\n").identity_files == ()
    many = "".join(f"IdentityFile k{n}\n" for n in range(101))
    assert "config:101: more than 100 files" in fault(many)
