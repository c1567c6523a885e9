"""Makes the session of tests/ops, straight into a simulated host, importable here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "ops"))
