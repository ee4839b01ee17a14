"""`python -m jobs.cli`: the command `palate` from a checkout, as in a job that was submitted to a cluster."""

from jobs.cli import main

if __name__ == "__main__":
    main()
