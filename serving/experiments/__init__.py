"""Experiments at the endpoint: whose lists are asked with other settings, and which arms are stopped."""
