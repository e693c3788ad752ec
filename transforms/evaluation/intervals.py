"""Intervals of shares."""


def wilson(successes: int, trials: int, z: float = 1.959964) -> tuple[float, float] | None:
    """The 95 % interval of a share (Wilson 1927); None where there was no trial."""
    if trials == 0:
        return None
    share, square = successes / trials, z * z
    centre = share + square / (2 * trials)
    spread = z * ((share * (1 - share) + square / (4 * trials)) / trials) ** 0.5
    scale = 1 + square / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
