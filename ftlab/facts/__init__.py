"""What hosts answer with, as ``--json`` shows it: a type for the facts of each task.

``docs/report.schema.json`` and what ``ftlab schema`` prints are made of these types. A text beside
a type (``Annotated``) says what it means, a ``Narrowed`` what else holds of it.
"""
