"""Off-policy and place estimates beside the truth of the simulator."""
