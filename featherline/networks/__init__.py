"""Networks of (Conv -> pool x Pi) x N -> (Dense -> regularizer) x M: their cost, their building, their training."""
