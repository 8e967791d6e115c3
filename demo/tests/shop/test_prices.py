"""The prices add up."""

from shop.prices import total


def test_total_counts_every_item() -> None:
    assert total({"tea": 2, "cup": 1}) == 1800
