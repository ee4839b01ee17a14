"""Hot swap of releases: which release answers, what a gateway knows of it, and all of them as a list."""
