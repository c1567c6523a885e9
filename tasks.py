"""The tasks for ``inv`` and ``fab -c tasks`` in a checkout; the same as the ftlab command's."""

from ftlab.tasks.namespace import namespace

ns = namespace()
