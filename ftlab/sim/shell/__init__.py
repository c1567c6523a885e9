"""The small shell in the process: what ftlab sends, and little more; all else is refused.

It knows lists (``;``, ``&&``, ``||``, ``!``), pipes, ``{ }``, ``if``, quoting, plain variables,
redirections and here-documents. What it does not know it names, with what would serve, and nothing
of the line runs. It never gives another answer than BusyBox does.
"""
