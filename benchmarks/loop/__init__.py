"""From the endpoint into the lists and the training and back, measured; a file a figure."""
