"""What stands between a job and its session: the name of vim-cmd, and the trace of what is said."""
