"""Entry point of the set-up; an old Python can still read it and say that it is too old."""

import sys

if not (3, 11) <= sys.version_info[:2] < (3, 14):
    sys.exit(
        "Lỗi: cần Python 3.11, 3.12 hoặc 3.13, máy đang dùng %d.%d."  # noqa: UP031  old Pythons
        " (Python 3.11 to 3.13 is required.)" % sys.version_info[:2]
    )

import commands

sys.exit(commands.main(sys.argv[1:]))
