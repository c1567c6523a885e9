"""The JSON Schemas of what ``--json`` prints: made of the types in ``shapes`` and ``ftlab.facts``.

``python -m ftlab.report.json.schema`` writes them anew, and a test holds that they are right.
"""
