"""`python -m mt`, for shells where another program is called `mt` (Unix has one for magnetic tapes)."""

from mt.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
