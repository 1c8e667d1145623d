"""`python -m campagne` is the command `campagne`."""

from campagne.cli import main

if __name__ == "__main__":
    main()
