"""What a PDF says, as whoever copies it out reads it: codes of each font turned into letters by its own table."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf

HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
BLOCKS = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)
ROWS = {
    b"bfchar": re.compile(rb"<(\w+)>\s*<(\w+)>"),
    b"bfrange": re.compile(rb"<(\w+)>\s*<(\w+)>\s*(<\w+>|\[[^\]]*\])"),
}


def pdf_text(document: bytes) -> str:
    """All text, page after page, in the order it is drawn; a space wherever the pen moves."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        return " ".join("".join(_drawn(page, page.obj.get("/Resources", {}))) for page in opened.pages)


def _drawn(stream: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object) -> Iterator[str]:
    fonts = {name: _letters(font) for name, font in dict(resources.get("/Font", {})).items()}
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(stream):
        match str(operator):
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tj":
                yield _read(bytes(operands[0]), letters)
            case "TJ":
                yield "".join(_read(bytes(each), letters) for each in operands[0] if isinstance(each, pikepdf.String))
            case "Td" | "TD" | "Tm" | "T*" | "BT":
                yield " "
            case "Do":
                drawn = resources["/XObject"][str(operands[0])]
                if drawn.get("/Subtype") == "/Form":
                    yield from _drawn(drawn, drawn.get("/Resources", resources))


def _read(codes: bytes, letters: dict[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(letters[256 * first + second] for first, second in pairs)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    table, found = bytes(font["/ToUnicode"].read_bytes()), dict[int, str]()
    for kind, block in BLOCKS.findall(table):
        for row in ROWS[kind].findall(block):
            first, told = int(row[0], 16), HEX.findall(row[-1]) or [row[-1]]
            last = int(row[1], 16) if kind == b"bfrange" else first
            for place, code in enumerate(range(first, last + 1)):
                text = bytes.fromhex((told[place] if len(told) > 1 else told[0]).decode()).decode("utf-16-be")
                found[code] = text if len(told) > 1 else text[:-1] + chr(ord(text[-1]) + place)
    return found
