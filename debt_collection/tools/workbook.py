"""A spreadsheet of tables, as bytes."""

import io

import xlsxwriter

FORMATS = {
    "money": "#,##0.00;[Red]-#,##0.00",
    "date": "yyyy-mm-dd",
    "percent": '0.0"%"',
    "days": "0.0",
    "number": "#,##0",
}


def workbook(sheets, rtl=False):
    """Return an XLSX file.

    Text is written as text: a name that begins with = is no formula.
    :param sheets: [(title, columns, rows)]; columns: [(label, kind)] with kind text, money, date, percent, days or
        number; rows: lists of values, None for nothing; a row whose first value is a tuple (value,) is a total, in bold
    :param rtl: bool, columns run from right to left
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        plain = {kind: book.add_format({"num_format": number}) for kind, number in FORMATS.items()}
        bold = {
            kind: book.add_format({"num_format": number, "bold": True, "top": 1}) for kind, number in FORMATS.items()
        }
        plain["text"], bold["text"] = book.add_format(), book.add_format({"bold": True, "top": 1})
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for title, columns, rows in sheets:
            sheet = book.add_worksheet(_title(title, book))
            if rtl:
                sheet.right_to_left()
            sheet.freeze_panes(1, 0)
            widths = [len(label) for label, _kind in columns]
            for column, (label, _kind) in enumerate(columns):
                sheet.write_string(0, column, label, heading)
            for number, row in enumerate(rows, start=1):
                formats = plain
                if row and isinstance(row[0], tuple):
                    formats, row = bold, [row[0][0], *row[1:]]
                for column, value in enumerate(row):
                    kind = columns[column][1]
                    _write(sheet, number, column, value, kind, formats[kind])
                    widths[column] = max(widths[column], len(str(value)) if kind == "text" else 12)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(width + 2, 50))
    return stream.getvalue()


def _write(sheet, row, column, value, kind, style):
    if value is None or value is False:
        sheet.write_blank(row, column, None, style)
    elif kind == "text":
        sheet.write_string(row, column, str(value), style)
    elif kind == "date":
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def _title(title, book):
    """Return a title Excel accepts: at most 31 characters, none of []:*?/\\, not used before."""
    clean = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip("' ")[:31] or "Sheet"
    used = {sheet.get_name().lower() for sheet in book.worksheets()}
    number, name = 2, clean
    while name.lower() in used:
        name = f"{clean[:27]} {number}"
        number += 1
    return name
