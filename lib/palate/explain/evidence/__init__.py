"""Evidence: which events and facts a recommendation rests on, by leave-one-out or Shapley values."""
