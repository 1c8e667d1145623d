"""campagne: remembers the campaigns against domestic violence for a Dutch region."""

__version__ = "0.1.0"
