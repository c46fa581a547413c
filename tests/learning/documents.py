"""Word files made by hand, as small as they can be."""

import zipfile
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="emf" ContentType="image/x-emf"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
    for name in (
        "Title",
        "Subtitle",
        "heading 1",
        "heading 2",
        "heading 3",
        "heading 4",
        "caption",
        "List Paragraph",
    )
)
_NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{number}">'
    + "".join(
        f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{kind}"/></w:lvl>' for level in range(3)
    )
    + "</w:abstractNum>"
    for number, kind in ((1, "bullet"), (2, "decimal"))
) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))  # fmt: skip


def run(text: str, look: str = "") -> str:
    """Some words; ``look`` are their properties as XML, such as <w:b/>."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*inside: str, style: str = "", list_of: int = 0, level: int = 0) -> str:
    """A paragraph of runs; a plain text is made into one."""
    runs = "".join(part if part.startswith("<") else run(part) for part in inside)
    styled = f'<w:pStyle w:val="{style.replace(" ", "")}"/>' if style else ""
    item = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_of}"/></w:numPr>' if list_of else ""
    return f"<w:p><w:pPr>{styled}{item}</w:pPr>{runs}</w:p>"


def table(*rows: list[str]) -> str:
    """A table of texts."""
    made = "".join(
        f"<w:tr>{''.join(f'<w:tc>{cell if cell.startswith(chr(60)) else p(cell)}</w:tc>' for cell in row)}</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{made}</w:tbl>"


def link(target: str, text: str) -> str:
    """A link; ``target`` is the id of a relationship."""
    return f'<w:hyperlink r:id="{target}">{run(text)}</w:hyperlink>'


def picture(target: str, alt: str = "") -> str:
    """A picture; ``target`` is the id of a relationship."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{escape(alt)}"/><a:graphic><a:graphicData>'
        f'<pic:pic><pic:blipFill><a:blip r:embed="{target}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def docx(
    *body: str,
    links: dict[str, str] | None = None,
    media: dict[str, bytes] | None = None,
    parts: dict[str, Any] | None = None,
    core_title: str = "",
) -> bytes:
    """A Word file.

    Args:
        body: paragraphs and tables.
        links: addresses by the ids of their relationships.
        media: contents by the name of the file, whose relationship has the name as its id.
        parts: other parts of the archive, or other contents of those that there are.
    """
    related = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/hyperlink" Target="{escape(target)}" TargetMode="External"/>'
        for key, target in (links or {}).items()
    ) + "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/image" Target="media/{name}"/>' for name in (media or {})
    )
    namespace = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    files: dict[str, Any] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'{_HEAD}<Relationships {namespace}><Relationship Id="a" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"{_HEAD}<Relationships {namespace}>{related}</Relationships>",
        "word/document.xml": f"{_HEAD}<w:document {_W}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": f"{_HEAD}<w:styles {_W}>{_STYLES}</w:styles>",
        "word/numbering.xml": f"{_HEAD}<w:numbering {_W}>{_NUMBERING}</w:numbering>",
    }
    if core_title:
        files["docProps/core.xml"] = (
            f'{_HEAD}<c:coreProperties xmlns:c="x" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{escape(core_title)}</dc:title></c:coreProperties>"
        )
    files |= {f"word/media/{name}": content for name, content in (media or {}).items()} | (parts or {})
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
