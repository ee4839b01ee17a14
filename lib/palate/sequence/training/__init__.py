"""Training of the sequence model: batches, softmax, augmentation, distillation, early stopping."""
