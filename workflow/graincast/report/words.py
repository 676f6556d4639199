"""Numbers and lists as a sentence says them."""

from collections.abc import Sequence


def listed(items: Sequence[str], last: str = "and") -> str:
    """One, two and three."""
    return f" {last} ".join(part for part in (", ".join(items[:-1]), items[-1]) if part) if items else "none"


def interval(low: float, high: float, form: str = "{:.3f}") -> str:
    """An interval, to be put behind a number."""
    return f"({form.format(low)} to {form.format(high)})"


def percent(share: float) -> str:
    """A share in percent, with one more digit where it is small."""
    return f"{share:.0%}" if abs(share) >= 0.1 else f"{share:.1%}"
