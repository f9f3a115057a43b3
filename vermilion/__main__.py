"""`python -m vermilion`."""

import sys

from vermilion.cli import main

if __name__ == "__main__":
    sys.exit(main())
