"""A page of the report as a machine reads it."""

import json
from html.parser import HTMLParser

VOID = ("img", "meta", "link", "input", "br")
IN_A_FILM = ", at the time below"  # how the words for a panel end


class Read(HTMLParser):
    """A page as a machine reads it: what it loads, its texts for pictures, its tables, its charts, its headings."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.alts, self.tables, self.charts, self.levels = [], [], {}, {}, []
        self.open, self.name, self.figure, self.around = [], None, None, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.open += [] if tag in VOID else [(tag, given)]
        self.addresses += [given[name] for name in ("src", "href") if name in given]
        self.alts += [given.get("alt", "")] if tag == "img" else []
        self.alts += [given["aria-label"]] if given.get("role") == "img" else []
        self.levels += [int(tag[1])] if tag in ("h1", "h2", "h3", "h4") else []
        if tag == "figure":
            self.figure = given.get("id", "").removeprefix("figure-")
        if tag == "table":
            self.name = given.get("id", "").removeprefix("table-")
            self.tables[self.name] = []
            self.around.append((self.name, [*self.open]))
        if tag == "tr":
            self.tables[self.name].append([])
        if tag in ("th", "td"):
            self.tables[self.name][-1].append((given.get("data-value"), ""))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        tag, given = self.open[-1] if self.open else ("", {})
        if tag in ("th", "td"):
            value, text = self.tables[self.name][-1][-1]
            self.tables[self.name][-1][-1] = (value, text + data)
        if given.get("class") == "specification":
            self.charts[self.figure] = json.loads(data)
