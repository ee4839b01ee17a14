"""Text encoders and what they are good for, measured; a file a figure or several measured together."""
