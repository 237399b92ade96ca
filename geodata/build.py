#!/usr/bin/env python3
"""Builds the default reference pack: the same as `python -m geodata.recipe`."""

import sys

from recipe.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
