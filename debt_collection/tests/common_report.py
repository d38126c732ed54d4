"""Reading back the files that reports make."""

import base64
import io

from openpyxl import load_workbook


def sheets_of(content):
    """Return the sheets of a workbook, each a list of rows, each a list of values.

    :param content: bytes, or base64 as a binary field has it
    """
    raw = content if content[:2] == b"PK" else base64.b64decode(content)
    return [
        [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in load_workbook(io.BytesIO(raw)).worksheets
    ]
