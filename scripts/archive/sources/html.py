"""Read the visible lines of an HTML page, with what its markup says that each one is.

The lines are those that a browser shows: text outside script, style, template and head. Blocks are
parted by a blank line, save items and rows. What stands in a region that is not of the text, such
as a menu, is furniture by a rule that names the region: it is left out, and never lost.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from itertools import accumulate, chain, groupby, takewhile
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.errors import raise_first
from archive.sources.declared import declared_by
from archive.sources.encodings import CONTROLS, detect_encoding, named_encoding
from archive.sources.lines import NO_HINT, Declared, Hint, Line
from archive.text.addresses import web_address

# Elements whose text no browser shows, or shows only in place of something else.
_UNSEEN = frozenset(
    "script style template head title iframe object embed audio video canvas svg datalist rp "
    "noframes noembed map".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body br button caption center dd details dialog div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main "
    "menu nav noscript ol optgroup option p pre search section select summary table tbody td "
    "textarea tfoot th thead tr ul".split()
)
# Between these, a page shows no gap.
_CLOSE = frozenset("li tr br option".split())
_KINDS = {
    **{f"h{level}": ("heading", level) for level in range(1, 7)},
    "blockquote": ("quote", 0),
    "figcaption": ("caption", 0),
    "caption": ("caption", 0),
}
# The regions of a page that are not of its text, by elements and by roles
# (https://www.w3.org/TR/wai-aria-1.2/#landmark_roles).
_REGIONS = {
    "aside": ("aside", "complementary"),
    "banner": ("banner",),
    "dialog": ("dialog", "alertdialog", "alert"),
    "form": ("form", "button", "select", "textarea", "search"),
    "hidden": ("noscript",),
    "navigation": ("nav", "menu", "navigation", "menubar", "tablist", "toolbar"),
    "page footer": ("footer", "contentinfo"),
}
_REGION = {name: rule for rule, names in _REGIONS.items() for name in names}
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
# The text is the smallest element with this part of the prose, which are lines of more characters
# than that outside links. Of 792 labelled pages, that leaves 98.3 % of the sentences in the text
# and 64 % of the furniture out. Names of classes ("related", "share") leave out 70 %, but in pages
# that nobody had looked at they cost one sentence in a hundred.
_MAIN_SHARE, _PROSE, _FEWEST = 0.9, 60, 3
# The head of a text without a heading of the first level, in lines and gaps.
_HEAD = 24
_RIGHTS = re.compile(r"©|ⓒ|\bcopyright\b|all rights reserved", re.IGNORECASE)
# A line with this share of its characters in links, next to another one, belongs to a menu.
_LINKED = 0.8
# Readings within a word (furigana) would keep it from being found.
_READING = Hint("furniture", rule="reading")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NOTE_LABEL = re.compile(r"\W{0,2}(?:\d{1,3}|[ivxlc]{1,6}|[*†‡§])\W{0,2}")
_SPACES = re.compile(r"[ \t\n\f\r]+")
# Browsers copy an item of a list so. A text may bring signs of its own.
BULLET = "•"
_SIGN = re.compile(r"\s*[^\w\s\"'(\[“‘«「『<]")
# The most columns or rows that a cell may take, and columns of a table
# (https://html.spec.whatwg.org/#dom-tdth-colspan allows more).
_MAX_SPAN, _MAX_COLUMNS = 50, 100
# A table with a longer cell, with more than two paragraphs in one, or with one of these in it sets
# out a page.
_LONGEST_CELL = 300
_LAYOUT = "table, h1, h2, h3, form, article, section, pre"
# The head of a page saved with its pictures in one file (RFC 2557).
MIME = re.compile(
    rb"(?:[A-Za-z-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){0,20}?MIME-Version:", re.IGNORECASE
)
_FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|svg)", re.IGNORECASE)
# Unclosed elements deeper than that take minutes to parse. A page has about 30.
_MAX_DEPTH = 2000
# The longest of 990 pages has 20,000.
_MOST_TAGS = 100_000
# Elements that need no end tag, or have none.
_OPEN = frozenset(
    "area base br col embed hr img input link meta source track wbr p li dt dd option optgroup tr "
    "td th thead tbody tfoot colgroup rt rp html head body".split()
)
# An element with more attributes takes minutes, too.
_CROWDED = re.compile(
    r"<[a-zA-Z][^\s/>]*+(?:[\s/]++[^\s=>/\"']++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]++))?+){2000}"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])")


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds inside an element: the hint of its lines, and how its words are written.

    `depth` counts the lists around it.
    """

    hint: Hint = NO_HINT
    address: str = ""
    depth: int = 0
    is_row: bool = False
    is_raised: bool = False
    is_bold: bool = False
    is_preformatted: bool = False


@dataclass(slots=True)
class _Page:
    """The lines of a page so far; `parts` are the words of the line at hand.

    `base` is the address that others are relative to, `length` how many characters the page has,
    and `prose` how many of them stand in paragraphs. `elements` are the first line and the end of
    each block that was left, `notes` the labels of notes by the ids that they lead to, `images` the
    words that stand for images of the line at hand, `readings` how its words are read, `item` the
    sign or number of an item without words so far, `ordinals` the next ordinal of each list.
    `row` counts the rows of all tables; in a row, `column` is where the next cell begins, and
    `tabs` how many tabs were written. `taken` has the first row that a cell above leaves free, by
    columns.
    """

    base: str
    length: int
    prose: int
    lines: list[Line] = field(default_factory=list)
    parts: list[tuple[str, _Place]] = field(default_factory=list)
    elements: list[tuple[int, int]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    images: list[Line] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    item: str | None = None
    ordinals: dict[int, int] = field(default_factory=dict)
    row: int = 0
    column: int = 0
    tabs: int = 0
    taken: dict[int, int] = field(default_factory=dict)

    def write(self, text: str, place: _Place) -> None:
        """Add words to the line at hand, white space collapsed as a browser does."""
        if place.is_raised and text.strip().isdigit():
            text = text.strip().translate(_SUPERSCRIPTS)
        if not place.is_preformatted:
            before = next((part for part, _ in reversed(self.parts) if part), " ")
            text = _SPACES.sub(" ", text)
            text = text.lstrip(" ") if before[-1] in " \t" else text
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text)):
            if number:
                self.end_line()
            self.parts.append((line, place))

    def end_line(self, *, has_gap: bool = False) -> None:
        """End the line at hand; a blank line follows if it `has_gap`."""
        parts, self.parts = [(text, place) for text, place in self.parts if text], []
        text = "".join(part for part, _ in parts)
        if text.strip():
            is_row = parts[0][1].is_row
            start = 0 if is_row else len(text) - len(text.lstrip())
            line, hint = text[start:].rstrip(" " if is_row else None), _hint(parts)
            sign = ""
            if self.item is not None and hint.kind in ("point", "paragraph", "note"):
                # The first line of an item is the item; what follows are its paragraphs.
                hint = replace(hint, kind="point") if hint.kind == "paragraph" else hint
                sign, self.item = self.item, None
            links = _links(parts, start - len(sign), len(sign + line))
            self.lines.append(Line(sign + line, hint, tuple(links)))
        images, self.images = self.images, []
        if has_gap and self.readings:
            images, self.readings = [*images, Line(" ".join(self.readings), _READING)], []
        for image in images:
            self._end_block()
            self.lines.append(image)
        if has_gap or images:
            self._end_block()

    def _end_block(self) -> None:
        if self.lines and self.lines[-1].text:
            self.lines.append(Line(""))


def _hint(parts: list[tuple[str, _Place]]) -> Hint:
    """Return the hint of a line: that of its block; one that is all bold may be a heading."""
    seen = [place for text, place in parts if text.strip()]
    hint = seen[0].hint
    kind = hint.kind or ("heading" if all(place.is_bold for place in seen) else "")
    return replace(hint, kind=kind, within=frozenset().union(*(one.hint.within for one in seen)))


def _links(
    parts: list[tuple[str, _Place]], start: int, length: int
) -> Iterator[tuple[int, int, str]]:
    """Yield the links of a line, each as its first column, its end and its address."""
    end = -start
    for address, run in groupby(parts, lambda part: part[1].address):
        begin, end = end, end + sum(len(text) for text, _ in run)
        if address and max(begin, 0) < min(end, length):
            yield max(begin, 0), min(end, length), address


def read_html(
    data: bytes, path: Path | str, encoding: str | None = None
) -> tuple[str, list[Line], list[Declared]]:
    """Read a page, also one in MIME (MHT): its encoding, its lines and what it declares.

    Raises ArchiveError, which names `path`, when it cannot be a page of the web.
    """
    data, charset = _part_of_mime(data)
    encoding = encoding or named_encoding(data, charset) or detect_encoding(data, path)
    text = CONTROLS.sub("\ufffd", data.decode(encoding, "replace").removeprefix("\ufeff"))
    raise_first(
        path,
        (
            text.count("<") > _MOST_TAGS or _is_too_deep(text) or _CROWDED.search(text),
            "file",
            f"more than {_MOST_TAGS:,} tags, or {_MAX_DEPTH:,} elements within each other, or "
            "attributes in one",
            "Open the page in a browser, and copy its text into a file.",
        ),
    )
    tree = LexborHTMLParser(text)
    declared = list(declared_by(tree, text))
    titles = {one.value for one in declared if one.field == "title"}
    return encoding, visible_lines(tree, text, titles), declared


def _part_of_mime(data: bytes) -> tuple[bytes, str]:
    """Return the page in a file in MIME and its charset; any other file as it is, without one."""
    if not MIME.match(data):
        return data, ""
    message = message_from_bytes(data, policy=default)
    pages = (part for part in message.walk() if part.get_content_type() == "text/html")
    page = next(pages, message)
    content = page.get_payload(decode=True)
    return (content, page.get_content_charset("")) if isinstance(content, bytes) else (b"", "")


def visible_lines(tree: LexborHTMLParser, text: str, titles: Collection[str] = ()) -> list[Line]:
    """Return the visible lines of a page, and among them those of its regions as furniture.

    Where one of the `titles` that it declares stands on a line above the text, its head begins.
    """
    root = tree.body or tree.root
    if root is None:
        return []
    page = _Page(base_address(tree, text), len(root.text()), _prose_of(root))
    stack: list[tuple[LexborNode, _Place, int]] = [(root, _Place(), -1)]
    while stack:
        node, place, first = stack.pop()
        if first >= 0:
            _leave(page, node, place, first)
        elif node.is_text_node:
            page.write(node.text_content or "", place)
        elif node.tag == "rt":
            page.readings.append(node.text())
        elif node.is_element_node and node.tag not in _UNSEEN:
            inner = _enter(page, node, place)
            children = [(child, inner, -1) for child in node.iter(include_text=True)]
            stack += [(node, inner, len(page.lines)), *reversed(children)]
    page.end_line(has_gap=True)
    return _without_surroundings(page, titles)


def _is_too_deep(text: str) -> bool:
    """Tell whether more elements are open within each other than any page needs."""
    steps = (-1 if end else 1 for end, name in _TAG.findall(text) if name.lower() not in _OPEN)
    depths = accumulate(steps, lambda depth, step: max(depth + step, 0))
    return max(depths, default=0) > _MAX_DEPTH


def base_address(tree: LexborHTMLParser, text: str) -> str:
    """Return the address that the addresses in a page are relative to; "" if none is known."""
    saved = re.match(r".{0,300}?saved from url=\(\d+\)(\S+)", text, re.DOTALL)
    addresses = [
        (node.attributes.get(attribute) or "").strip()
        for selector, attribute in (
            ("base[href]", "href"),
            ("link[rel=canonical]", "href"),
            ("meta[property='og:url']", "content"),
        )
        for node in tree.css(selector)[:1]
    ] + [saved[1] if saved else ""]
    return next(filter(None, (web_address("", address) for address in addresses)), "")


def _prose_of(node: LexborNode) -> int:
    """Return how many characters stand in the paragraphs of an element."""
    return sum(len(paragraph.text()) for paragraph in node.css("p"))


def _enter(page: _Page, node: LexborNode, place: _Place) -> _Place:
    """Begin an element; return what holds inside it."""
    tag, attributes = node.tag or "", node.attributes
    classes = (f".{name}" for name in (attributes.get("class") or "").split())
    names = {tag, *classes, f"#{attributes.get('id') or ''}"}
    hint = replace(place.hint, within=place.hint.within | names)
    targets = [attributes.get(name) or "" for name in ("id", "name")]
    label = next((page.notes[name] for name in targets if name in page.notes), "")
    if rule := _region(page, node, hint):
        hint = replace(hint, kind="furniture", rule=rule, level=0)
    elif label:
        hint = replace(hint, kind="note", level=0)
    place = replace(place, hint=hint)
    if place.is_row and tag in ("td", "th"):
        _begin_cell(page, attributes, place)
    elif place.is_row and tag in _BLOCKS:
        page.write(" ", place)
    elif tag in _BLOCKS:
        is_within_list = tag in ("ul", "ol") and place.depth
        # Two line breaks in a row part paragraphs.
        has_gap = not page.parts if tag == "br" else tag not in _CLOSE and not is_within_list
        page.end_line(has_gap=has_gap)
        place = _enter_block(page, node, place)
        if tag == "li" and place.depth and hint.kind != "furniture":
            page.item = f"{label} " if label else _ordinal(page, node)
    return _enter_inline(page, node, place)


def _region(page: _Page, node: LexborNode, hint: Hint) -> str:
    """Return the rule by which an element is not of the text, or "".

    An element with most of the prose is of the text, whatever its name: some pages are one form.
    The footer of a quotation names its author.
    """
    tag, attributes = node.tag or "", node.attributes
    if (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _HIDDEN.search(attributes.get("style") or "")
    ):
        return "hidden"
    role = (attributes.get("role") or "").strip().lower()
    rule = _REGION.get(role) or ("" if role.startswith("doc-") else _REGION.get(tag, ""))
    if hint.kind == "furniture" or not rule or (tag == "footer" and "blockquote" in hint.within):
        return hint.rule
    has_most = len(node.text()) > page.length / 2 and _prose_of(node) >= page.prose / 2
    has_text = node.css_first("h1, main") is not None or has_most
    return "" if has_text and rule != "hidden" else rule


def _begin_cell(page: _Page, attributes: Mapping[str, str | None], place: _Place) -> None:
    """Part a cell from the one before it by tabs: one for each column that it is further on."""
    while page.taken.get(page.column, 0) > page.row:
        page.column += 1
    page.parts.append(("\t" * (page.column - page.tabs), place))
    page.tabs = page.column
    width, rows = (
        min(int(number[0]), _MAX_SPAN)
        if (number := re.match(r"[1-9]\d{0,3}", attributes.get(name) or ""))
        else 1
        for name in ("colspan", "rowspan")
    )
    end = page.column + (width if page.column < _MAX_COLUMNS else 0)
    page.taken.update(dict.fromkeys(range(page.column, end), page.row + rows))
    page.column = end


def _enter_block(page: _Page, node: LexborNode, place: _Place) -> _Place:
    tag, hint = node.tag or "", place.hint
    place = replace(place, is_bold=False, is_preformatted=place.is_preformatted or tag == "pre")
    if tag in ("ul", "ol"):
        return replace(place, depth=place.depth + 1)
    if tag == "table":
        page.taken = {}
        # A table's block has the number of its first row.
        return replace(place, hint=replace(hint, block=page.row + 1 if _is_data(node) else 0))
    if tag == "tr" and hint.block:
        page.row += 1
        page.column = page.tabs = 0
        # Cells that are all heads make a row of heads.
        hint = replace(hint, kind=hint.kind or "table", level=int(not node.css("td")))
        return replace(place, hint=hint, is_row=True)
    if hint.kind in ("furniture", "note"):
        return place
    plain = ("paragraph" if hint.kind == "point" else hint.kind, hint.level)
    is_item = tag == "li" and place.depth
    kind, level = ("point", place.depth) if is_item else _KINDS.get(tag, plain)
    return replace(place, hint=replace(hint, kind=kind, level=level))


def _is_data(table: LexborNode) -> bool:
    """Tell whether a table shows data: two rows and columns, or three columns, with short cells."""
    rows = [row.css("td, th") for row in table.css("tr")]
    return (
        table.attributes.get("role") not in ("presentation", "none")
        and len(table.css(_LAYOUT)) == 1  # itself
        and max(map(len, rows), default=0) > (1 if len(rows) > 1 else 2)
        and all(
            len(cell.text()) <= _LONGEST_CELL and len(cell.css("p")) <= 2
            for row in rows
            for cell in row
        )
    )


def _ordinal(page: _Page, item: LexborNode) -> str:
    """Return the sign or the number that a browser shows before an item, unless it has its own."""
    parent = item.parent
    if parent is None or parent.tag != "ol":
        return "" if _SIGN.match(item.text()) else f"{BULLET} "
    given = (item.attributes.get("value"), parent.attributes.get("start"))
    first, start = (int(text) if text and re.fullmatch(r"\d{1,6}", text) else 0 for text in given)
    number = first or page.ordinals.get(parent.mem_id, start or 1)
    page.ordinals[parent.mem_id] = number + 1
    kind = parent.attributes.get("type") or "1"
    return f"{chr(ord(kind) + number - 1) if kind in ('a', 'A') and number <= 26 else number}. "


def _enter_inline(page: _Page, node: LexborNode, place: _Place) -> _Place:
    tag, attributes = node.tag or "", node.attributes
    if tag == "a":
        address = (attributes.get("href") or "").strip()
        label = node.text().strip() if address[:1] == "#" else ""
        if len(address) > 1 and place.hint.kind != "note" and _NOTE_LABEL.fullmatch(label):
            is_raised = place.is_raised or label.isdigit()
            page.notes[address[1:]] = label.translate(_SUPERSCRIPTS) if is_raised else label
            return replace(place, is_raised=is_raised)
        is_elsewhere = address and address[0] != "#"
        return replace(place, address=web_address(page.base, address) if is_elsewhere else "")
    if tag == "img":
        _note_image(page, node, place)
    return replace(
        place,
        is_raised=place.is_raised or tag == "sup",
        is_bold=place.is_bold or tag in ("b", "strong"),
    )


def _note_image(page: _Page, node: LexborNode, place: _Place) -> None:
    """Let the alternative text of an image stand for it, below the line at hand.

    Without letters, it is a sign of the line. A caption that says the same stands for both.
    """
    words = " ".join((node.attributes.get("alt") or "").split())
    figure, depth = node.parent, 0
    while figure is not None and figure.tag != "figure" and depth < 5:
        figure, depth = figure.parent, depth + 1
    caption = figure.css_first("figcaption") if figure is not None else None
    if not re.search(r"\w", words):
        page.write(words, place)
    elif not (
        place.is_row
        or place.address
        or _FILE_NAME.fullmatch(words)
        or (caption is not None and words in " ".join(caption.text().split()))
    ):
        hint = place.hint if place.hint.kind == "furniture" else replace(place.hint, kind="caption")
        page.images.append(Line(words, replace(hint, level=0)))


def _leave(page: _Page, node: LexborNode, place: _Place, first: int) -> None:
    """End an element."""
    tag = node.tag or ""
    if tag in _BLOCKS and (not place.is_row or tag == "tr"):
        page.end_line(has_gap=tag not in _CLOSE)
        page.elements.append((first, len(page.lines)))
    if tag == "li":
        page.item = None


def _linked(line: Line) -> int:
    return sum(end - start for start, end, _ in line.links)


def _is_link(line: Line) -> bool:
    """Tell whether a line is all link, and no numbered reference."""
    return _linked(line) >= _LINKED * len(line.text) > 0 and not re.match(
        r"[\[(]?\d{1,3}[\]).]", line.text
    )


def _without_surroundings(page: _Page, titles: Collection[str]) -> list[Line]:
    """Return the lines with short ones and menus around the main text as furniture."""
    lines = page.lines
    prose = [
        len(line.text)
        if line.hint.kind != "furniture"
        and len(line.text) - _linked(line) > _PROSE
        and not _RIGHTS.search(line.text)
        else 0
        for line in lines
    ]
    start, end = _main_text(page, prose, titles)
    links = [*map(_is_link, lines), False, False]
    # A link next to another one is of a menu, and so is the heading above it.
    in_menus = [link and sum(links[max(n - 2, 0) : n + 3]) > 1 for n, link in enumerate(links)]
    for number, line in enumerate(lines):
        rules = {
            "outside the text": not start <= number < end,
            "list of links": in_menus[number]
            or (line.hint.kind == "heading" and line.hint.level > 1 and in_menus[number + 2]),
            "file of a picture": _FILE_NAME.fullmatch(line.text),
        }
        rule = next((rule for rule, applies in rules.items() if applies), "")
        if rule and line.text and line.hint.kind != "furniture" and not prose[number]:
            hint = replace(line.hint, kind="furniture", level=0, rule=rule)
            lines[number] = replace(line, hint=hint)
    return lines


def _main_text(page: _Page, prose: list[int], titles: Collection[str]) -> tuple[int, int]:
    """Return the first line of the main text and its end, with the head above it.

    `prose` has the length of each line that is prose, and 0 for others. The head begins with a
    declared title or a heading of the first level. Without one, it is what stands right above.
    """
    lines, sums = page.lines, [0, *accumulate(prose)]
    start, end = min(
        (
            (start, end)
            for start, end in page.elements
            if sums[end] - sums[start] >= _MAIN_SHARE * sums[-1]
            and sum(map(bool, prose[start:end])) >= _FEWEST
        ),
        key=lambda element: element[1] - element[0],
        default=(0, len(lines)),
    )
    before = range(start - 1, -1, -1)
    declared = (n for n in before if lines[n].text in titles)
    headings = (n for n in before if (lines[n].hint.kind, lines[n].hint.level) == ("heading", 1))
    above = takewhile(
        lambda n: lines[n].hint.kind != "furniture" and not _is_link(lines[n]), before[:_HEAD]
    )
    return next(chain(declared, headings), min(above, default=start)), end
