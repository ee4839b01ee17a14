"""The documentation as a site: pages that are written by hand, and references that are made from the code."""
