"""The command line: one module for each command."""

from repose.cli.app import main

__all__ = ["main"]
