"""The rows as a table for a person, and as JSON for a program."""

import json

HEADINGS = ("name", "size", "measured", "floor", "ratio", "to reach", "reached?")


def unmeasured(name, size, why):
    """Return the row of what could not be measured."""
    empty = dict.fromkeys(("value", "unit", "floor", "ratio", "reach", "reached"))
    return {"name": name, **empty, "at_least": False, "note": why, "size": size}


def write(rows, path):
    """Write one JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def table(rows):
    """Return the table as text, a line a row; notes stand under the row they belong to."""
    cells = [HEADINGS, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = []
    for line, row in zip(cells, [None, *rows], strict=True):
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if row and row["note"]:
            lines.append(f"    {row['note']}")
    return "\n".join(lines)


def _cells(row):
    reach = ""
    if row["reach"] is not None:
        unit = "x" if row["floor"] is not None else row["unit"]
        reach = f"{'at least' if row['at_least'] else 'at most'} {row['reach']:g} {unit}"
    return (
        row["name"],
        row["size"],
        _figure(row["value"], row["unit"]),
        _figure(row["floor"], row["unit"]),
        "" if row["ratio"] is None else f"{row['ratio']:.2f}",
        reach,
        {True: "yes", False: "NO", None: ""}[row["reached"]],
    )


def _figure(number, unit):
    if number is None:
        return ""
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    return f"{number:,.{digits}f} {unit}"
