"""When the solvers are compared: what share of the grains is left."""

LEFT = (0.77, 0.56, 0.36)
