"""From candidates to a list: features, action model, filters and rules."""
