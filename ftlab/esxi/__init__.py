"""The dialect: one module for each remote tool or format, text in and data out, no I/O."""
