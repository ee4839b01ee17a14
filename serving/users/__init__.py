"""Users as they are now: a release's history with the live events since, recorded, shown and erased."""
