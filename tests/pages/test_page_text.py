"""A page as a text: it has a policy of its own, and nothing in it is markup of somebody else."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser

import pytest
from page_samples import HOSTILE, PAGES, report, spell

from ftlab.model import Outcome
from ftlab.report.html.plan_page import plan_page

TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer",
    "h1", "h2", "h3", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "small", "b", "bdi",
    "wbr", "details", "summary", "svg", "rect",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def parsed(text: str) -> Tags:
    found = Tags()
    found.feed(text)
    found.close()
    return found


@pytest.mark.parametrize("name", PAGES)
def test_only_our_own_markup_is_in_it(name: str) -> None:
    text = PAGES[name]()
    found = parsed(text)
    assert found.tags <= TAGS
    assert not {each for each in found.attributes if each.startswith("on")}
    assert found.attributes.isdisjoint({"style", "src", "href"})
    assert "http" not in text.replace("http-equiv", "")
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_allows_its_own_style_and_nothing_else(name: str) -> None:
    text = PAGES[name]()
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = dict(rule.strip().split(" ", 1) for rule in html.unescape(policy).split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert "url(" not in style
    assert "@import" not in style


def test_hostile_text_is_shown_as_it_is() -> None:
    text = parsed(PAGES["hostile plan"]()).text
    for each in HOSTILE[:3]:
        assert each in text
    assert r"right\u202eto\u2066left\u200b \x1b]0;title\x07\x00\xff\r\n\t" in text
    assert "49" not in re.findall(r"gone.{0,40}", text)[0]


def test_equal_hosts_are_one_and_the_worst_stand_first() -> None:
    text = parsed(PAGES["plan"]()).text
    places = [text.index(f"{count} hosts") for count in (2, 3, 28)]
    order = [text.index(word) for word in ("failed: value.range", "unreachable.timeout", "skipped")]
    assert text.count("no answer on port 22") == 1
    assert order[0] < order[1]
    assert all(places)
    assert "1 of 4 settings differ" in text
    assert "What to do: is it on" in " ".join(text.split())
    assert "to read more: ftlab explain unreachable.timeout" in " ".join(text.split())


def test_a_page_of_a_lab_without_a_difference_says_so() -> None:
    same = report("lab.plan", Outcome("vesxi01", "ok", 1.0, facts={"settings": []}))
    assert "Nothing differs" in plan_page(same, "vft", spell)
    assert "<h1><bdi>Plan: vft</bdi></h1>" in plan_page(same, "vft", spell)
