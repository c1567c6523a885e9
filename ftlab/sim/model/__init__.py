"""Hosts and their lab: releases, files, options, logs, faults, time."""
