"""Names, paths and annotations that real users have, and parsers stumble over."""

from __future__ import annotations

NASTY_DATASTORE = "ds (4): old [x]"

NASTY_VMS: tuple[tuple[str, str, str], ...] = (
    ("Jump Box", "Jump Box/Jump Box.vmx", ""),
    ("Test Test [Test] [Test]", "Test/Test.vmx", ""),
    ("vm-9 (nonpersistent: base-v12)", "vm-9_v12/vm-9_v12.vmx", ""),
    ("say |7C \"hi\" & $HOME `x`; it's", "quo'te/quo'te & $x.vmx", ""),
    ("größe 试验：一", "größe/größe 试验.vmx", "Größe：试验"),
    ("_solaris11.4cbe.50", "solaris11.4cbe/solaris11.4cbe.vmx", "one line"),
    ("two  blanks", "two  blanks/two  blanks.vmx", ""),
    ("noted", "noted/noted.vmx",
     "Owner: Leo\n\n42    boxes moved on 2012-09-17\n[datastore1] is full: see notes.vmx\nvmx-08"),
    ("12     digits first", "digits/digits.vmx", "7 dwarfs"),
)  # fmt: skip
"""Display name, path below the datastore, annotation."""
