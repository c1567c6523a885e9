"""The fixtures of ``cli_place``, for every test here. They are in a module of their own name
because "conftest" means another file once other folders' tests run in the same session."""

from cli_place import bench, cli, mixed, module_bench, typed

__all__ = ["bench", "cli", "mixed", "module_bench", "typed"]
