"""python -m app."""

import sys

from app.cli import main

if __name__ == "__main__":  # processes that it starts import this module too
    sys.exit(main())
