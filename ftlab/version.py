"""The version, where code of every layer can read it without loading the library's entry point."""

VERSION = "0.1.0"
