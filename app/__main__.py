"""python -m app."""

import sys

from app.memory import collect_later

if __name__ == "__main__":  # processes that it starts import this module too
    collect_later()
    from app.cli import main

    sys.exit(main())
