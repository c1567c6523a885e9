"""The invoke tasks: arguments → an operation → a report → an exit code."""
