"""Sphinx's configuration; ``build.py`` beside it lays out what is read, and starts it."""

from ftlab.version import VERSION

project = "ftlab"
release = VERSION
author = copyright = "the ftlab authors"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "index"
myst_heading_anchors = 3
"""Anchors as forges make them: one link works in both places, and a dead one fails the build."""
suppress_warnings = ["myst.header"]  # a page of an error has few headings, and may skip a level

autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
add_module_names = False

html_theme = "furo"
html_title = f"ftlab {VERSION}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
pygments_dark_style = "monokai"
