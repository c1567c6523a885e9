"""What stands between a job and its session: the name of vim-cmd, the trace of what is
said, what a host is busy with, and execs that several pieces of work share."""
