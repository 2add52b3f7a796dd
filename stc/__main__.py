"""`python -m stc` is `stc`."""

from __future__ import annotations

from stc.cli import main

# Worker processes import this module again, under another name.
if __name__ == "__main__":
    main()
