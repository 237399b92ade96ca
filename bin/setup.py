"""Entry point of the set-up; it stays readable to an old Python so that it can say that the Python is too old."""

import sys

if not (3, 11) <= sys.version_info[:2] < (3, 14):
    sys.exit("Lỗi: cần Python 3.11, 3.12 hoặc 3.13, máy đang dùng %d.%d. (Python 3.11 to 3.13 is required.)" % sys.version_info[:2])

import commands

sys.exit(commands.main(sys.argv[1:]))
