"""Inventories of all kinds for Hypothesis: INI, YAML and JSON files, with files beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

HOSTS = ["a", "b", "h[1:2]", "h1", "c:2222", "10.0.0.1", "2001:db8::1"]
GROUPS = ["g1", "g2", "g3", "all", "ungrouped"]
KEYS = ["ansible_host", "ansible_port", "ansible_user", "rack", "note"]

Files = dict[str, str]
"""By path below the folder: the inventory, and what stands beside it."""

hosts, groups = st.sampled_from(HOSTS), st.sampled_from(GROUPS)

ini_values = st.sampled_from(
    ["1", "22", "'a b'", "yes", "True", "None", "", "022", "0x1f", "[1, 2]", "'#x'", "a#b", "x=y",
     "1.5", "\"'22'\"", "1_0", "caf\u00e9", "'it''s'"]
)  # fmt: skip
yaml_values = st.sampled_from(
    ["1", "22", "yes", "No", "~", "null", "022", "0o22", "1:30", "0x1f", "1e3", "1.0e+3", "1_000",
     ".5", "'22'", '"a\\tb"', "a b", "a # b", "a#b", "2024-01-31", "!unsafe '{{ x }}'", "[1, two]",
     "{k: v}", "|\n    two\n    lines", ">-\n    one\n    line", "caf\u00e9", "!!str 5", "*x",
     "&x 5",
     "\"\\u00e9\"", "@x", "%x", "-", "- a", "true ", "''"]
)  # fmt: skip
json_values = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 99999), st.sampled_from(["22", "yes", "a\tb", ""]),
    st.lists(st.integers(0, 3), max_size=2), st.just(1e3), st.just({"k": [1]}),
)  # fmt: skip


@st.composite
def ini_lines(draw: st.DrawFn) -> str:
    pair = st.tuples(st.sampled_from(KEYS), ini_values).map("=".join)
    line = st.one_of(
        groups.map("[{}]".format),
        st.sampled_from(["[g1:children]", "[g2:children]", "[g3:children]", "[all:children]"]),
        groups.map("[{}:vars]".format),
        st.tuples(hosts, st.lists(pair, max_size=2)).map(lambda x: " ".join([x[0], *x[1]])),
        groups.filter(lambda name: name != "all"),  # a host of that name is all that "all" means
        st.sampled_from(["rack=1", "note = some text", "ansible_port=22", "ansible_host=True"]),
        st.sampled_from(["# note", "; note", "", "a x", "[g1", "ansible_group_priority=3", "h[1:"]),
    )
    return "".join(f"{each}\n" for each in draw(st.lists(line, max_size=14)))


def tree(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Groups as YAML nests them: mappings of ``hosts``, ``vars`` and ``children``."""
    variables = st.dictionaries(st.sampled_from(KEYS), leaf, max_size=3)
    listed = st.dictionaries(hosts, st.one_of(st.none(), variables), max_size=3)
    bare = st.fixed_dictionaries({}, optional={"hosts": listed, "vars": variables})
    group = st.recursive(
        st.one_of(st.none(), bare),
        lambda inner: st.fixed_dictionaries(
            {"children": st.dictionaries(groups, inner, max_size=3)},
            optional={"hosts": st.one_of(listed, hosts), "vars": variables},
        ),
        max_leaves=6,
    )
    odd = st.sampled_from(["text", ["a"], 5, {"others": {"a": None}}, {"hosts": ["a"]}])
    return st.dictionaries(groups, st.one_of(group, group, group, odd), min_size=1, max_size=3)


class Raw(str):
    """A value as YAML text has it, not to be quoted again."""

    __slots__ = ()


def yaml_text(value: Any, indent: int = 0) -> str:
    """YAML in block style; the mapping's own words are written as they are."""
    if isinstance(value, Mapping):
        if not value:
            return " {}\n"
        lines = (
            "  " * indent + f"{key}:" + yaml_text(item, indent + 1) for key, item in value.items()
        )
        return ("\n" if indent else "") + "".join(lines)
    if isinstance(value, Raw):
        head, _, rest = value.partition("\n")
        body = "".join("  " * indent + line.strip() + "\n" for line in rest.splitlines())
        return f" {head}\n{body}"
    return f" {json.dumps(value)}\n"


ini_files = ini_lines()
yaml_files = tree(yaml_values.map(Raw)).map(yaml_text)
json_files = tree(json_values).map(json.dumps)

yaml_vars = st.dictionaries(st.sampled_from(KEYS), yaml_values.map(Raw), max_size=3).map(yaml_text)
json_vars = st.dictionaries(st.sampled_from(KEYS), json_values, max_size=3).map(json.dumps)
vars_texts = st.one_of(
    yaml_vars, yaml_vars, json_vars, st.sampled_from(["", "# none\n", "- a\n", "x"])
)

beside = st.dictionaries(
    st.one_of(
        st.tuples(st.just("group_vars"), st.sampled_from(["all", "g1", "g2", "ungrouped"])),
        st.tuples(st.just("host_vars"), st.sampled_from(["a", "h1", "10.0.0.1"])),
    ).flatmap(
        lambda at: st.sampled_from(
            ["", ".yml", ".yaml", ".json", ".txt", "/1.yml", "/2", "/.hidden", "/3.yml~",
             "/d/4.json", "/d.d/5.yml"]
        ).map(lambda tail: f"{at[0]}/{at[1]}{tail}")
    ),
    vars_texts,
    max_size=4,
)  # fmt: skip

inventories = st.one_of(
    st.tuples(st.sampled_from(["hosts.ini", "hosts", "hosts.yml"]), ini_files),
    st.tuples(st.sampled_from(["hosts.yml", "hosts.yaml", "hosts", "hosts.json"]), yaml_files),
    st.tuples(st.sampled_from(["hosts.json", "hosts.yml", "hosts"]), json_files),
)
files = st.tuples(inventories, beside).map(lambda both: {both[0][0]: both[0][1], **both[1]})
