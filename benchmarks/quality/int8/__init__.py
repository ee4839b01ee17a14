"""Eight-bit vectors and encoders beside whole numbers."""
