"""What things cost, in cents."""

PRICES = {"tea": 450, "cup": 900}


def total(items: dict[str, int]) -> int:
    """The price of all items together."""
    return sum(PRICES[name] * count for name, count in items.items())
