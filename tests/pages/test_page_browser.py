"""Pages in a real Chromium: on a phone, in the dark, on paper, by keyboard, and read aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chromium import DESK, PHONE, TABLET, Opened, Seen, chromium
from page_samples import PAGES


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with chromium(tmp_path_factory.mktemp("pages")) as opened:
        yield opened


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


def test_it_asks_for_nothing_and_the_console_is_silent(browser: Opened, page: str) -> None:
    seen = browser(page)
    seen.open_all()
    assert (seen.said, seen.asked) == ([], [])
    assert seen("window.pwned") is None
    assert seen("document.scripts.length + document.images.length") == 0


def test_the_policy_is_in_force(browser: Opened) -> None:
    """Whatever slipped through would do nothing, and be told: so silence means something."""
    bad = "<script>window.pwned = 1</script><p style='color: red'>x</p><img src='/etc/x.png'>"
    seen = browser(PAGES["plan"]().replace("<main>", f"<main>{bad}"))
    assert seen("window.pwned") is None
    assert len([line for line in seen.said if "Content Security Policy" in line]) == 3


def test_nothing_scrolls_sideways(browser: Opened, page: str) -> None:
    seen = browser(page)
    for width in (DESK, TABLET, PHONE, 320):
        seen.page.set_viewport_size({"width": width, "height": 844})
        assert seen("document.documentElement.scrollWidth") <= width
        assert seen.wider_than_the_page() == []
        seen.open_all()


def test_the_difference_stands_first_on_a_phone(browser: Opened) -> None:
    seen = browser(PAGES["plan"](), width=PHONE)
    assert seen("document.querySelector('.differs').getBoundingClientRect().top") < 844
    assert seen("document.querySelector('main h2').textContent").startswith("What differs")


def test_heads_stay_in_sight(browser: Opened) -> None:
    seen = browser(PAGES["plan"](), width=PHONE)
    seen.open_all()
    seen("document.querySelector('#hosts .fold:nth-of-type(3) .row:last-child').scrollIntoView()")
    head, names = seen("""() => {
        const top = each => document.querySelector(each).getBoundingClientRect().top;
        return [top('#hosts h2'), top('#hosts .fold:nth-of-type(3) > summary')];
    }""")
    assert head == pytest.approx(0, abs=1)
    assert 0 < names < 60


def test_each_fold_is_opened_and_closed_by_keyboard(browser: Opened, page: str) -> None:
    seen = browser(page)
    folds = seen(f"{SUMMARIES}.length")
    visited = [_tab_to_next(seen) for _ in range(folds)]
    assert visited == list(range(folds))


SUMMARIES = "[...document.querySelectorAll('summary')].filter(each => each.checkVisibility())"


def _tab_to_next(seen: Seen) -> int:
    """Its number among all folds. Enter changes it, and so does the space bar."""
    seen.page.keyboard.press("Tab")
    asked = f"{SUMMARIES}.indexOf(document.activeElement)"
    outlined = "getComputedStyle(document.activeElement).outlineStyle"
    state = "document.activeElement.parentElement.open"
    before = seen(state)
    seen.page.keyboard.press("Enter")
    assert seen(state) is not before
    seen.page.keyboard.press("Space")
    assert seen(state) is before
    assert seen(outlined) == "solid"
    return int(seen(asked))


def test_axe_finds_nothing(browser: Opened, page: str) -> None:
    """Names, roles, order of headings, contrast, with everything unfolded; in the dark, where
    nothing but the colours is another, contrast alone."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    seen = browser(page)
    seen.open_all(".fold:not(.more), li:first-child > .lane")  # one lane is like another
    found = axe.run(seen.page)
    assert found.violations_count == 0, found.generate_report()
    seen.page.emulate_media(color_scheme="dark")
    found = axe.run(seen.page, options={"runOnly": ["color-contrast"]})
    assert found.violations_count == 0, found.generate_report()


def test_dark_is_dark_and_light_is_light(browser: Opened) -> None:
    seen, paper = browser(PAGES["plan"]()), "getComputedStyle(document.body).backgroundColor"
    assert _brightness(seen(paper)) > 200
    seen.page.emulate_media(color_scheme="dark")
    assert _brightness(seen(paper)) < 50


def _brightness(colour: str) -> float:
    return sum(float(each) for each in colour.strip("rgb()").split(",")) / 3


def test_on_paper_all_folds_are_open_and_nothing_is_dark(browser: Opened, page: str) -> None:
    seen = browser(page, width=DESK, scheme="dark")
    hidden = """[...document.querySelectorAll('.fold .inside')].filter(
        each => !each.checkVisibility() || each.getBoundingClientRect().height < 10).length"""
    assert seen(hidden) == seen("document.querySelectorAll('.fold:not([open])').length")
    seen.page.emulate_media(media="print", color_scheme="dark")
    assert seen(hidden) == 0
    assert _brightness(seen("getComputedStyle(document.body).backgroundColor")) == 255
    assert seen("getComputedStyle(document.querySelector('h2')).position") == "static"
    assert len(seen.page.pdf()) > 1000
