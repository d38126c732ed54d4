"""Pages of letters: a PDF of many letters taken apart, and letters put together for the printer."""

import io

from odoo.tools.pdf import PdfFileReader, PdfFileWriter


def split(pdf, number):
    """Return the pages of each letter of a PDF.

    A letter begins where a heading of the first level stands: wkhtmltopdf lists them in the outline of its PDF.
    :param pdf: bytes
    :param number: of letters in it
    :return: a list of pages a letter
    :raises ValueError: when the PDF does not say where its letters begin
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    every = list(reader.pages)
    starts = [0] if number == 1 else list(range(number)) if len(every) == number else _headings(reader)
    if len(starts) != number or starts[0] != 0:
        raise ValueError(f"{len(starts)} beginnings for {number} letters")
    return [every[start:end] for start, end in zip(starts, [*starts[1:], len(every)], strict=True)]


def _headings(reader):
    """Return the numbers of the pages on which headings of the first level stand, in order."""
    root = reader.trailer["/Root"]
    found = set()
    node = root.get("/Outlines", {}).get("/First")
    while node:
        node = node.get_object()
        found.add(int(root["/Dests"][node["/Dest"]][0]))
        node = node.get("/Next")
    return sorted(found)


def join(parts, both_sides=False):
    """Return one PDF (bytes) of letters.

    :param parts: a list of pages a letter, list of letters or separator
    :param both_sides: bool, each begins on a sheet of its own: a blank page follows an odd number of pages
    """
    writer = PdfFileWriter()
    for part in parts:
        for page in part:
            writer.addPage(page)
        if both_sides and len(part) % 2:
            writer.addBlankPage(*(float(side) for side in part[-1].mediaBox[2:]))
    return _written(writer)


def sheets(number, both_sides=False):
    """Return on how many sheets of paper so many pages of a letter are printed."""
    return (number + 1) // 2 if both_sides else number


def pages(pdf):
    """Return the pages of a PDF (bytes)."""
    return list(PdfFileReader(io.BytesIO(pdf), strict=False).pages)


def blank(number):
    """Return a PDF (bytes) of so many blank pages of A4."""
    writer = PdfFileWriter()
    for _page in range(number):
        writer.addBlankPage(595, 842)
    return _written(writer)


def _written(writer):
    with io.BytesIO() as stream:
        writer.write(stream)
        return stream.getvalue()
