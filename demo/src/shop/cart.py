"""What a customer has chosen."""

from shop.prices import total


def checkout(items: dict[str, int]) -> str:
    """The text of the bill, in cents."""
    return f"{sum(items.values())} items, {total(items)} cents"


if __name__ == "__main__":
    print(checkout({"tea": 2, "cup": 1}))
