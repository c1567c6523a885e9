"""What a shell may complete: tasks, flags and values, in less than a tenth of a second.

Nothing here loads invoke, paramiko or the tasks themselves: what they have to offer is written
down in ``tasks.json``, and a test holds that it is right.
"""
