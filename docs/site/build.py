"""Build the documentation site, without a network: ``python docs/site/build.py [FOLDER]``.

The pages are those of ``docs/``, which a forge shows as they are; added are a reference of the
tasks and one of the library, made from the code. Whatever Sphinx warns of, such as a link to a page
or a heading that is not there, fails the build. FOLDER is ``build/site`` if it is left out.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from reference import library_page, tasks_page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "hosts.example.ini")
"""Files outside of docs/ that are pages, too, or that pages link to."""
GENERATED = {
    "Reference": "- [Every task with its flags](tasks.md)\n- [The library](library.rst)\n",
}
"""What is added to the lists of the front page, by the heading above."""
ERRORS = "\n```{toctree}\n:hidden:\n:glob:\n\nerrors/*\n```\n"
"""In the site's contents the pages of the kinds stand below the reference."""


def lay_out(target: Path) -> None:
    """Everything that Sphinx reads, in one folder."""
    shutil.copytree(ROOT / "docs", target, ignore=shutil.ignore_patterns("site", "__pycache__"))
    for name in BESIDE:
        shutil.copy(ROOT / name, target / name)
    for page in target.rglob("*.md"):
        page.write_text(_as_neighbours(page.read_text("utf-8")), "utf-8")
    with (target / "reference.md").open("a", encoding="utf-8") as reference:
        reference.write(ERRORS)
    front = target / "index.md"
    front.write_text(with_contents(front.read_text("utf-8")), "utf-8")
    (target / "tasks.md").write_text(tasks_page(), "utf-8")
    (target / "library.rst").write_text(library_page(), "utf-8")


def _as_neighbours(text: str) -> str:
    """Links between docs/ and the files beside it, where all are in one folder."""
    names = "|".join(map(re.escape, BESIDE))
    text = re.sub(rf"\]\((?:\.\./)+({names})", r"](/\1", text)
    return re.sub(r"(\]\(|srcset=\"|src=\")docs/", r"\1", text)


def with_contents(text: str) -> str:
    """The front page, its lists of pages also as the site's contents: one list for both."""
    for heading, lines in GENERATED.items():
        text = re.sub(rf"(\n## {heading}\n\n(?:- .*\n)+)", rf"\1{lines}", text)
    parts = re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", text, re.MULTILINE)
    trees = (
        _contents(title, re.findall(r"^- \[[^]]+\]\(([^)]+)\)", p, re.M)) for title, p in parts
    )
    return text + "".join(trees)


def _contents(caption: str, pages: list[str]) -> str:
    names = "\n".join(page.lstrip("/").rpartition(".")[0] for page in pages)
    return f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{names}\n```\n" if names else ""


def main() -> int:
    output = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/site").resolve()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        lay_out(source)
        shutil.rmtree(output, ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going",
             "--conf-dir", HERE, "--doctree-dir", Path(folder) / "trees", source, output],
            check=False,
        )  # fmt: skip
    if done.returncode == 0:
        shutil.copytree(ROOT / "docs/pictures", output / "pictures")  # plain HTML names them
        print(f"the site is in {output}: open index.html, no server is needed")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
