"""Rows made of other rows: growth with the size of the ledger, and our speed beside the peer's."""

import engine
import peer
from measure import row

FASTER = {engine.PROPOSE_LINES: 30, engine.DAY_LINES: 20}
GROWTH = 1.2


def rows(measured):
    """Return what follows from the rows measured."""
    by_name = {(one["name"], one["size"]): one for one in measured}
    return [*_growth(by_name), *_beside_the_peer(by_name)]


def _growth(by_name):
    """From the medium ledger to the large one, beside the growth of the floor."""
    for name in engine.GROWING:
        medium, large = by_name.get((name, "medium")), by_name.get((name, "large"))
        if medium and large:
            growth, floor = large["value"] / medium["value"], large["floor"] / medium["floor"]
            yield {**row(f"growth: {name}", growth, "x", floor, GROWTH), "size": "large"}


def _beside_the_peer(by_name):
    """Lines a second, beside the peer's on the same ledger."""
    for (name, size), theirs in by_name.items():
        if name != peer.LINES or not theirs["value"]:
            continue
        for ours, times in FASTER.items():
            if one := by_name.get((ours, size)):
                compared = row(
                    f"{ours}, beside the peer", one["value"], one["unit"], theirs["value"], times, at_least=True
                )
                yield {**compared, "size": size}
