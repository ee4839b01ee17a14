"""Palate: personal recommendations from a text-rich catalogue and a log of what people did."""

__version__ = "0.2.0"
