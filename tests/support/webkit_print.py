"""Print a page to a PDF with WebKit: python3 webkit_print.py ADDRESS FILE, with Debian's Python."""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

address, file = sys.argv[1:]


def print_page(view: WebKit2.WebView, event: WebKit2.LoadEvent) -> None:
    if event != WebKit2.LoadEvent.FINISHED:
        return
    settings, paper = Gtk.PrintSettings(), Gtk.PageSetup()
    settings.set_printer("Print to File")
    settings.set("output-file-format", "pdf")
    settings.set("output-uri", f"file://{file}")
    paper.set_paper_size(Gtk.PaperSize.new("iso_a4"))
    # WebKit leaves margins to the printer; these are those of archive.css.
    for side in ("top", "right", "bottom", "left"):
        getattr(paper, f"set_{side}_margin")(20, Gtk.Unit.MM)
    operation = WebKit2.PrintOperation(web_view=view, print_settings=settings, page_setup=paper)
    operation.connect("finished", Gtk.main_quit)
    operation.print_()


view = WebKit2.WebView()
view.connect("load-changed", print_page)
view.load_uri(address)
Gtk.main()
