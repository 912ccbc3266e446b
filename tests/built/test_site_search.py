"""The search page in Chromium: results, filters, addresses, keyboard and failures."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Page, Route, expect

from archive.cache import Cache
from archive.records.library import Brief, Library, load_library
from archive.site.search import separate, write_index
from archive.store import Archive
from browser_windows import every_look, listening, troubles, violations, window
from curator_edits import cite_nothing
from pagefind_words import original, words
from repository import ROOT, cases, copy_archive
from site_pages import build, serve, settled, until

GOLDEN: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tests" / "golden_queries.yml").read_text(encoding="utf-8")
)
FACETS = ("theme", "author", "institute", "series", "year")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Archive(ROOT))


@pytest.fixture(scope="module")
def base_below_path(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site below a path of its host."""
    host = tmp_path_factory.mktemp("host")
    shutil.copytree(site, host / "archive")
    for address in serve(host):
        yield f"{address}/archive"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, 1280, 900) as page:
        yield page


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Page]:
    """Open one window for all searches that need no page of their own."""
    with window(browser, 1280, 900) as page:
        yield page


def search(page: Page, base: str, q: str = "", /, **filters: Any) -> list[str]:
    """Open the search page in a state; return the ids of the results."""
    page.goto(f"{base}/search/?{urlencode({'q': q, **filters}, doseq=True)}")
    settled(page)
    return result_ids(page)


def change_state(page: Page, base: str, q: str = "", /, **filters: Any) -> list[str]:
    """Change the state of the open search page, like going back; return the ids of the results.

    This is done in one step, because it is done hundreds of times: to open the page again takes
    fifteen times as long.
    """
    return change_address(page, base, f"?{urlencode({'q': q, **filters}, doseq=True)}")


def change_address(page: Page, base: str, query: str) -> list[str]:
    """Change the state of the open search page to that of an address; return the results' ids."""
    if not page.url.startswith(f"{base}/search/"):
        search(page, base)
    ids: list[str] | None = page.evaluate(
        """async (query) => {
            const until = async (holds) => {
                const end = Date.now() + 15_000;
                while (!holds() && Date.now() < end) {
                    await new Promise((resolve) => setTimeout(resolve, 5));
                }
                return holds();
            };
            // The browser ignores this while there have been too many steps in a short time.
            const hasStep = () => {
                history.pushState({ asked: query }, "", query || location.pathname);
                return history.state?.asked === query;
            };
            if (!await until(hasStep)) return null;
            dispatchEvent(new PopStateEvent("popstate"));
            const shown = "#search-app:not(.coming) #results[aria-busy=false]";
            if (!await until(() => document.querySelector(shown))) return null;
            const all = document.querySelectorAll("[data-brief]");
            return [...all].map(({ dataset }) => dataset.brief);
        }""",
        query,
    )
    assert ids is not None, f"{query} was not searched for"
    return ids


def result_ids(page: Page) -> list[str]:
    ids: list[str] = page.eval_on_selector_all(
        "[data-brief]", "all => all.map(result => result.dataset.brief)"
    )
    return ids


def read_counts(page: Page) -> dict[str, dict[str, int]]:
    """Return the count beside each value that a facet shows."""
    shown: dict[str, dict[str, int]] = page.evaluate(
        """() => {
            const countOf = item => Number(item.querySelector('.count').textContent);
            const countsOf = facet => [...facet.querySelectorAll('li:not([hidden])')].map(
                item => [item.querySelector('input').value, countOf(item)]);
            const facets = [...document.querySelectorAll('#facets fieldset')];
            return Object.fromEntries(
                facets.map(facet => [facet.dataset.facet, Object.fromEntries(countsOf(facet))]));
        }"""
    )
    return shown


def read_state(page: Page) -> dict[str, Any]:
    """Return everything that a person sees of the state of a search."""
    return {
        "results": result_ids(page),
        "query": page.input_value("#query"),
        "counts": read_counts(page),
        "chosen": page.eval_on_selector_all(
            "#facets :checked", "all => all.map(box => box.name + '=' + box.value)"
        ),
        "chips": page.locator("#chips li").all_inner_texts(),
        "sort": page.input_value("#sort"),
        "status": page.inner_text("#status"),
    }


def facet_values(brief: Brief) -> dict[str, set[str]]:
    """Return the values of a brief in each facet, from its record."""
    record = brief.record
    return {
        "theme": set(brief.passages),
        "author": {credit.id for credit in record.authors},
        "institute": set(record.institutes),
        "series": {record.series} if record.series else set(),
        "year": {record.year or "undated"},
    }


def matches(brief: Brief, filters: dict[str, list[str]], ignored: str = "") -> bool:
    """Tell whether a brief has a wanted value in each facet except the `ignored` one."""
    return all(
        facet == ignored or facet_values(brief)[facet] & set(wanted)
        for facet, wanted in filters.items()
    )


# ---- Results


@pytest.mark.parametrize(
    "case", GOLDEN, ids=lambda case: f"{case['q']} {case.get('filters', '')}".strip()
)
@pytest.mark.parametrize(
    "ask", [change_state, pytest.param(search, marks=pytest.mark.slow)], ids=["changed", "opened"]
)
def test_golden_queries_find_their_briefs(
    ask: Callable[..., list[str]], case: dict[str, Any], reader: Page, base_below_path: str
) -> None:
    with troubles(reader) as errors:
        ids = ask(reader, base_below_path, case["q"], **case.get("filters", {}))
    assert errors == []
    wanted = case.get("first", [])
    assert set(wanted) <= set(ids[: case.get("within", len(wanted))]), ids
    assert not set(case.get("absent", [])) & set(ids), ids
    if case.get("none"):
        assert ids == []


def test_there_are_many_golden_queries_and_each_expects_something() -> None:
    assert len(GOLDEN) >= 40
    assert all(case.get("first") or case.get("absent") or case.get("none") for case in GOLDEN)


def test_every_word_of_every_text_is_found(
    page: Page, base: str, library: Library, site: Path
) -> None:
    search(page, base)
    texts = {
        brief.id: [f"{block.mark} {block.text}" for block in brief.reading.shown]
        for brief in library.briefs
    }
    missed = page.evaluate(
        """async (texts) => {
            const { Archive } = await import(new URL('../assets/search/archive.js', location.href));
            const archive = await Archive.open(new URL('..', location.href));
            const missed = [];
            let asked = 0;
            for (const [id, blocks] of Object.entries(texts)) {
                const words = blocks.join(' ').split(/[^\\p{L}\\p{N}\\p{M}'’.&-]+/u);
                for (const word of new Set(words)) {
                    if (!/[\\p{L}\\p{N}]/u.test(word)) continue;
                    asked += 1;
                    const { hits } = await archive.find(word);
                    if (!hits.some(({ brief }) => brief.id === id)) missed.push([id, word]);
                }
            }
            return { missed, asked };
        }""",
        texts,
    )
    assert missed["asked"] > 1500
    assert missed["missed"] == []


def test_every_phrase_of_every_text_is_found(page: Page, base: str, library: Library) -> None:
    search(page, base)
    phrases = [
        (brief.id, " ".join(words[at : at + 4]))
        for brief in library.briefs
        for block in brief.reading.shown
        for words in [block.text.split()]
        for at in range(0, len(words) - 3, 7)
        if '"' not in " ".join(words[at : at + 4])
        and not set(" ".join(words[at : at + 4])) & set("“”«»")
    ]
    missed = page.evaluate(
        """async (phrases) => {
            const { Archive } = await import(new URL('../assets/search/archive.js', location.href));
            const archive = await Archive.open(new URL('..', location.href));
            const missed = [];
            for (const [id, phrase] of phrases) {
                const { hits } = await archive.find(`"${phrase}"`);
                if (!hits.some(({ brief }) => brief.id === id)) missed.push([id, phrase]);
            }
            return missed;
        }""",
        phrases,
    )
    assert len(phrases) > 500
    assert missed == []


def test_words_are_separated_alike_in_the_index_and_in_a_query(page: Page, base: str) -> None:
    search(page, base)
    random_numbers = random.Random(7)
    signs = "ab AZ19éñ . , - – ' ’ & / ( ) “ ” ` _ ❍ 한글カタ徴\u0301\u00adＡ１ｶﾞﬁ\u200b\u1112\u1161"
    texts = [
        " ".join("".join(random_numbers.choice(signs) for _ in range(30)).split())
        for _ in range(2000)
    ]
    texts += [case["text"] for case in cases("search")]
    given = [(text, separate(text), words(separate(text))) for text in texts]
    wrong = page.evaluate(
        """async (given) => {
            const script = new URL('../assets/search/words.js', location.href);
            const { original, partsOf, fold, isCjk, normalise } = await import(script);
            const differs = ([text, separated, words]) => original(separated) !== text
                || (!isCjk(normalise(text))
                    && fold(partsOf(normalise(text)).join(' ')) !== fold(words.join(' ')));
            return given.filter(differs);
        }""",
        given,
    )
    assert wrong == []


def test_a_query_and_the_index_share_their_tables_of_cases(page: Page, base: str) -> None:
    search(page, base)
    forms = yaml.safe_load(
        (ROOT / "tests" / "cases" / "normal_forms.yml").read_text(encoding="utf-8")
    )
    wrong = page.evaluate(
        """async ([forms, texts]) => {
            const script = new URL('../assets/search/words.js', location.href);
            const { fold, isCjk, normalise, partsOf, wordsOf } = await import(script);
            const parts = text => isCjk(text) ? wordsOf(text) : partsOf(text).map(fold);
            const differs = ([text, words]) => parts(normalise(text)).join() !== words.join();
            return [...forms.filter(([text, form]) => normalise(text) !== form),
                ...texts.filter(differs)];
        }""",
        [
            forms,
            [(case["text"], [str(word) for word in case["words"]]) for case in cases("search")],
        ],
    )
    assert wrong == []
    assert len(forms) > 15


def test_british_and_american_spellings_include_each_other(page: Page, base: str) -> None:
    search(page, base)
    for british, american in cases("spellings")["pairs"]:
        for typed, variant in ((british, american), (american, british)):
            assert variant in _call(page, "spellings", typed), (typed, variant)
    for word in cases("spellings")["alone"]:
        assert _call(page, "spellings", word) == []


def _call(page: Page, name: str, text: str) -> list[str]:
    """Call a function of words.js with a text."""
    answer: list[str] = page.evaluate(
        """async ([name, text]) => {
            const words = await import(new URL('../assets/search/words.js', location.href));
            return words[name](text);
        }""",
        [name, text],
    )
    return answer


def test_only_briefs_are_in_the_index(site: Path, library: Library) -> None:
    fragments = [
        json.loads(gzip.decompress(file.read_bytes())[len("pagefind_dcd") :])
        for file in (site / "pagefind" / "fragment").iterdir()
    ]
    assert {fragment["url"] for fragment in fragments} == {
        f"/briefs/{brief.id}/" for brief in library.briefs
    }
    for fragment in fragments:
        brief = next(brief for brief in library.briefs if fragment["url"] == f"/briefs/{brief.id}/")
        assert [
            (anchor["id"], anchor["element"].split(".")[0]) for anchor in fragment["anchors"]
        ] == [
            (anchor, block.voice.value)
            for anchor, block in zip(brief.anchors, brief.reading.shown, strict=True)
        ]
        assert (
            original(fragment["content"]).split()
            == " ".join(f"{block.mark} {block.text}" for block in brief.reading.shown).split()
        )


def test_the_index_is_identical_in_every_run(site: Path, library: Library, tmp_path: Path) -> None:
    for run in range(3):
        with Cache(tmp_path / f"cache {run}") as cache:
            write_index(library, tmp_path, cache)
        for folder in ("pagefind", "search"):
            files = {
                path.relative_to(tmp_path): path.read_bytes()
                for path in (tmp_path / folder).rglob("*")
                if path.is_file()
            }
            assert len(files) >= 1
            for name, content in files.items():
                assert (site / name).read_bytes() == content, name


# ---- Facets, sort, and the state in the address


def test_facet_counts_match_the_records(page: Page, base: str, library: Library) -> None:
    """No query; no value, one value, two values of a facet, or one of each of two facets."""
    all_values = {
        facet: sorted({value for brief in library.briefs for value in facet_values(brief)[facet]})
        for facet in FACETS
    }
    states: list[dict[str, list[str]]] = [{}]
    states += [{facet: [value]} for facet in FACETS for value in all_values[facet]]
    states += [
        {facet: list(pair)}
        for facet in FACETS
        for pair in itertools.combinations(all_values[facet], 2)
    ][::4]
    states += [
        {first_facet: [first], second_facet: [second]}
        for first_facet, second_facet in itertools.combinations(FACETS, 2)
        for first in all_values[first_facet][:2]
        for second in all_values[second_facet][1:3]
    ][::3]
    assert len(states) > 40
    for filters in states:
        ids = change_state(page, base, **filters)
        assert ids == [brief.id for brief in library.briefs if matches(brief, filters)], filters
        for facet, shown in read_counts(page).items():
            tally = Counter(
                v
                for brief in library.briefs
                if matches(brief, filters, ignored=facet)
                for v in facet_values(brief)[facet]
            )
            tally.update(dict.fromkeys(filters.get(facet, []), 0))
            assert shown == dict(tally), (filters, facet)


@pytest.mark.parametrize(
    "q",
    [
        "",
        '"security cooperation"',
        *(pytest.param(q, marks=pytest.mark.slow) for q in ("Supreme Court", "export curbs")),
    ],
)
def test_a_click_gives_what_its_count_says(q: str, page: Page, base: str) -> None:
    ids = search(page, base, q)
    for facet, shown in read_counts(page).items():
        for value, count in shown.items():
            box = page.locator(f"#facets input[name={facet}][value='{value}']")
            box.check()
            settled(page)
            assert len(result_ids(page)) == count > 0
            assert set(result_ids(page)) <= set(ids)
            box.uncheck()
            settled(page)
    assert result_ids(page) == ids


STATES = [
    "",
    "?q=forced+labour",
    "?q=%EC%A7%80%EC%86%8C%EB%AF%B8%EC%95%84",
    "?q=cooperation&sort=date",
    "?q=cooperation&theme=forced-labor&theme=gsomia&author=choi-eunmi&author=park-young-june",
    "?institute=sejong&institute=asan&year=2019&year=2022",
    "?q=%22litmus+test%22&series=sejong-focus",
    "?q=a%26b%3Dc+%2B+%25+%C3%A9&year=2023",
    "?q=missle",
]


@pytest.mark.parametrize("query", STATES)
def test_an_address_opens_the_same_state_again(
    query: str, reader: Page, page: Page, base: str
) -> None:
    """A second person, who opens the address, sees what the first sees after other searches."""
    change_address(reader, base, query)
    shown = read_state(reader)
    page.goto(reader.url)
    settled(page)
    assert read_state(page) == shown
    for person in (reader, page):
        assert dict(parse_qsl(urlsplit(person.url).query)) == dict(parse_qsl(query.lstrip("?")))


def test_each_step_is_in_the_address_and_in_the_history(
    page: Page, reader: Page, base: str
) -> None:
    page.goto(f"{base}/search/")
    settled(page)
    steps = [(page.url, read_state(page))]

    def add_step(address: str) -> None:
        page.wait_for_url(f"{base}/search/{address}")
        settled(page)
        steps.append((page.url, read_state(page)))

    page.locator("#query").press_sequentially("cooperation")
    add_step("?q=cooperation")
    page.locator("#facets").get_by_label("Export controls").check()
    add_step("?q=cooperation&theme=export-controls")
    page.locator("#facets").get_by_label("Asan Institute for Policy Studies").check()
    add_step("?q=cooperation&theme=export-controls&institute=asan")
    page.locator("#sort").select_option("date")
    add_step("?q=cooperation&theme=export-controls&institute=asan&sort=date")
    page.get_by_role("button", name="Remove filter Theme: Export controls").click()
    add_step("?q=cooperation&institute=asan&sort=date")
    page.locator("#query").fill("")
    page.locator("#query").press("Enter")
    add_step("?institute=asan&sort=date")
    assert len({json.dumps(expected["counts"]) for _, expected in steps}) > 2
    for address, expected in reversed(steps[:-1]):
        page.go_back()
        _wait_for_state(page, address, expected)
    for address, expected in steps[1:]:
        page.go_forward()
        _wait_for_state(page, address, expected)
    for address, expected in steps:
        change_address(reader, base, address.removeprefix(f"{base}/search/"))
        assert read_state(reader) == expected
    # The step with the most parts, in a page that is opened anew.
    address, expected = max(steps, key=lambda step: len(step[0]))
    page.goto(address)
    settled(page)
    assert read_state(page) == expected


def _wait_for_state(page: Page, address: str, expected: dict[str, Any]) -> None:
    """Wait until the page shows a state; the address changes before the page."""
    page.wait_for_url(address)
    for _ in range(50):
        if read_state(page) == expected:
            return
        page.wait_for_timeout(100)
    assert read_state(page) == expected


def test_results_follow_the_typing_and_stale_answers_are_dropped(page: Page, base: str) -> None:
    search(page, base)
    asked: list[str] = page.evaluate(
        """async () => {
            const { Archive } = await import(new URL('../assets/search/archive.js', location.href));
            const { find } = Archive.prototype;
            globalThis.asked = [];
            // The first answer comes long after the second.
            Archive.prototype.find = async function (query) {
                asked.push(query);
                if (query === 'leukemia') await new Promise((resolve) => setTimeout(resolve, 1500));
                return find.call(this, query);
            };
            return asked;
        }"""
    )
    assert asked == []
    page.locator("#query").fill("leukemia")
    until(page, "asked.includes('leukemia')")
    assert len(result_ids(page)) == 5, "nothing new is listed before the index has answered"
    page.locator("#query").fill("hydrogen")
    until(page, "asked.includes('hydrogen')")
    settled(page)
    assert result_ids(page) == ["2023-sejong-jin"]
    page.wait_for_timeout(1800)
    assert result_ids(page) == ["2023-sejong-jin"]
    assert urlsplit(page.url).query == "q=hydrogen"


def test_a_filter_keeps_the_words_that_are_being_typed(page: Page, base: str) -> None:
    search(page, base, "Japan", institute="sejong")
    # All at once, because a pause after typing would be a step of its own.
    page.evaluate(
        """() => {
            const box = document.getElementById("query");
            box.value = "cooperation";
            box.dispatchEvent(new InputEvent("input"));
            document.querySelector("#chips button").click();
        }"""
    )
    page.wait_for_url(f"{base}/search/?q=cooperation")
    settled(page)
    assert page.input_value("#query") == "cooperation"
    page.go_back()
    page.wait_for_url(f"{base}/search/?q=Japan&institute=sejong")


def test_the_order_of_clicks_does_not_change_the_address(page: Page, base: str) -> None:
    search(page, base)
    for label in ("Camp David", "GSOMIA"):
        page.locator("#facets").get_by_label(label).check()
        settled(page)
    assert urlsplit(page.url).query == "theme=gsomia&theme=camp-david"


def test_a_search_after_a_pause_is_a_step_of_its_own(page: Page, base: str) -> None:
    search(page, base)
    page.locator("#query").fill("GSO")
    page.wait_for_url("**q=GSO")
    page.locator("#query").fill("GSOMIA")
    page.wait_for_url("**q=GSOMIA")
    page.wait_for_timeout(2500)
    page.locator("#query").fill("hydrogen")
    page.wait_for_url("**q=hydrogen")
    page.go_back()
    page.wait_for_url("**q=GSOMIA")
    page.go_back()
    page.wait_for_url(f"{base}/search/?q=")


def test_results_are_sorted_by_date_or_relevance(page: Page, base: str, library: Library) -> None:
    newest_first = [brief.id for brief in library.briefs]
    assert search(page, base) == newest_first
    expect(page.locator("#status")).to_have_text("5 briefs, newest first")
    expect(page.locator("#sorting")).to_be_hidden()
    by_relevance = change_state(page, base, "counterattack Japan")
    assert by_relevance[0] == "2022-ifes-cho"
    assert change_state(page, base, "Japan", sort="date") == newest_first
    assert change_state(page, base, "Japan") != newest_first


def test_unknown_parts_of_an_address_are_ignored_and_listed(page: Page, base: str) -> None:
    page.goto(f"{base}/search/?q=Japan&colour=red&author=nobody&institute=sejong&sort=size&year=")
    settled(page)
    assert set(result_ids(page)) == {"2023-sejong-jin", "2019-sejong-park"}
    expect(page.locator("#messages")).to_have_text(
        "Parts of the address that were ignored: colour=red, author=nobody, sort=size."
    )
    change_address(
        page, base, "?q=<img src=x onerror=alert(1)>&author=<img src=x onerror=alert(1)>&<b>=1"
    )
    expect(page.locator("#messages")).to_contain_text("author=<img src=x onerror=alert(1)>, <b>=1")
    assert page.input_value("#query") == "<img src=x onerror=alert(1)>"
    assert page.locator("#search-app img, #search-app b").count() == 0
    change_address(page, base, f"?q={'word ' * 100}&q=two")
    expect(page.locator("#messages")).to_contain_text(
        "the query after its first 300 characters, q=two"
    )
    change_address(page, base, f"?colour=&year=&{'&'.join(f'no{n}={n}' for n in range(9))}")
    expect(page.locator("#messages")).to_have_text(
        "Parts of the address that were ignored: colour=, no0=0, no1=1, no2=2, no3=3 and 5 more."
    )
    change_address(page, base, f"?q={'+'.join('abcdefghijklmnopqrstuvwxyz')}")
    expect(page.locator("#messages")).to_contain_text("Only the first 20 words were searched for.")


# ---- A result and its links


def test_a_result_shows_the_record_and_leads_to_marked_words(
    page: Page, base_below_path: str
) -> None:
    search(page, base_below_path, "export restrictions anxiety")
    item = page.locator("[data-brief='2022-asan-choi']")
    facts = item.locator(".entry-facts")
    expect(facts).to_have_text(
        "Choi Eunmi · Asan Institute for Policy Studies · Asan Issue Brief 2022-19 · 2022 · "
        "GSOMIA, Forced labor, Export controls"
    )
    links = [
        urlsplit(link).path.removeprefix("/archive")
        for link in facts.locator("a").evaluate_all("all => all.map(a => a.href)")
    ]
    assert links == [
        "/authors/choi-eunmi/",
        "/institutes/asan/",
        "/institutes/asan/",
        "/years/2022/",
        "/themes/gsomia/",
        "/themes/forced-labor/",
        "/themes/export-controls/",
    ]
    passage = item.locator(".found").first
    expect(passage).to_contain_text(
        "ongoing export restrictions, which have exacerbated the anxiety"
    )
    assert passage.locator("mark").all_inner_texts() == ["export restrictions", "anxiety"]
    passage.locator("a").click()
    page.wait_for_url("**/briefs/2022-asan-choi/#p13")
    assert page.locator("#p13 mark").all_inner_texts() == ["export restrictions", "anxiety"]
    assert page.locator("[data-text] mark").count() == 2
    assert page.evaluate("document.querySelector(':target').id") == "p13"
    assert page.locator("#p13").evaluate("block => block.getBoundingClientRect().top") < 400


def test_passages_are_in_the_blocks_they_link_to(page: Page, base: str, library: Library) -> None:
    texts = {
        (brief.id, anchor): " ".join(f"{block.mark} {block.text}".split())
        for brief in library.briefs
        for anchor, block in zip(brief.anchors, brief.reading.shown, strict=True)
    }
    checked = 0
    for q in (
        "cooperation",
        "forced labour",
        "지소미아",
        '"security cooperation"',
        "Korea University",
        "기시다",
        "U.S.-China",
    ):
        for place, id in enumerate(change_state(page, base, q)):
            item = page.locator("[data-brief]").nth(place)
            item.scroll_into_view_if_needed()
            expect(item.locator(".found").first).to_be_visible()
            passages = item.locator(".found").evaluate_all(
                """all => all.map(passage => [
                    new URL(passage.querySelector("a").href).hash.slice(1),
                    [...passage.childNodes].filter(node => !node.className)
                        .map(node => node.textContent).join(""),
                    passage.querySelectorAll("mark").length,
                ])"""
            )
            for anchor, text, marks in passages:
                shown = text.strip().removeprefix("… ").removesuffix(" …")
                assert shown in texts[id, anchor], (q, anchor)
                assert marks > 0, (q, anchor)
                checked += 1
    assert checked > 40


def test_words_of_other_voices_are_labelled(page: Page, base: str) -> None:
    change_state(page, base, "Korea University")
    passage = page.locator(
        "[data-brief='2022-asan-choi'] .found", has_text="Political Science"
    ).first
    expect(passage.locator(".found-voice")).to_have_text("About the author:")
    change_state(page, base, "Akiyama")
    expect(page.locator("[data-brief] .found-voice").first).to_have_text(
        "In the publisher's words:"
    )
    change_state(page, base, "National Defense University")
    expect(page.locator("[data-brief='2019-sejong-park'] .found-in")).to_have_text(
        "Author's affiliation: Professor, College of National Security, "
        "Korea National Defense University"
    )


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("eunmi choi", {"Author page: Choi, Eunmi": "/authors/choi-eunmi/"}),
        ("Jin Chang-soo", {"Author page: Jin, Changsoo": "/authors/jin-changsoo/"}),
        (
            "IFES",
            {
                "Institute page: Institute for Far Eastern Studies (IFES), Kyungnam University": (
                    "/institutes/ifes/"
                )
            },
        ),
        ("forced labour", {"Theme page: Forced labor": "/themes/forced-labor/"}),
        ("“강제동원”", {"Theme page: Forced labor": "/themes/forced-labor/"}),
        ("sejong focus", {"Series page: Sejong Focus": "/institutes/sejong/#sejong-focus"}),
        ("2022", {"Year page: 2022": "/years/2022/"}),
        ("forced labour ruling", {}),
        ("Choi", {"Author page: Choi, Eunmi": "/authors/choi-eunmi/"}),
        ("E. Choi", {"Author page: Choi, Eunmi": "/authors/choi-eunmi/"}),
        ("Eunmi", {}),
    ],
)
def test_a_name_leads_to_its_page(q: str, wanted: dict[str, str], reader: Page, base: str) -> None:
    change_state(reader, base, q)
    named = reader.locator("#exact p").all()
    assert {
        p.inner_text(): (p.locator("a").get_attribute("href") or "").removeprefix(base)
        for p in named
    } == wanted
    assert reader.locator("#exact [data-brief]").count() == 0
    for address in wanted.values():
        assert reader.request.get(f"{base}{address}").ok


def test_a_search_without_results_says_why_and_what_to_try(page: Page, base: str) -> None:
    change_state(page, base, "GSOMIA", institute="sejong", year="2023")
    offers = page.locator("#nothing li a")
    expect(page.locator("#nothing")).to_contain_text("No brief matches the whole search.")
    assert "Without any filter" in offers.all_inner_texts()
    offers.get_by_text("Without any filter").click()
    settled(page)
    assert result_ids(page) == ["2022-asan-choi"]
    change_state(page, base, "radar Hyundai lorry")
    expect(page.locator("#nothing")).to_contain_text("No brief contains “Hyundai”, “lorry”.")
    page.get_by_role("link", name="Only “radar”").click()
    settled(page)
    assert sorted(result_ids(page)) == ["2019-sejong-park", "2022-ifes-cho"]
    change_state(page, base, '"labour forced"')
    page.get_by_role("link", name="Without the quotation marks").click()
    settled(page)
    assert page.input_value("#query") == "labour forced"
    change_state(page, base, "???")
    expect(page.locator("#nothing")).to_contain_text(
        "The query has no words that can be searched for."
    )
    expect(page.locator("#nothing a", has_text="Camp David")).to_be_visible()


# ---- From the other pages


@pytest.mark.parametrize(
    ("address", "filters"),
    [
        ("/authors/choi-eunmi/", "author=choi-eunmi"),
        ("/institutes/sejong/", "institute=sejong"),
        ("/themes/gsomia/", "theme=gsomia"),
        ("/years/2022/", "year=2022"),
    ],
)
def test_a_search_from_a_list_is_limited_to_it(
    address: str, filters: str, page: Page, base_below_path: str
) -> None:
    page.goto(f"{base_below_path}{address}")
    page.locator("article [role=search] input[name=q]").fill("summit")
    page.locator("article [role=search] button").click()
    page.wait_for_url(f"{base_below_path}/search/?{filters}&q=summit")
    settled(page)
    assert page.locator("#facets :checked").evaluate_all(
        "all => all.map(box => `${box.name}=${box.value}`)"
    ) == [filters]


@pytest.mark.parametrize(
    "address",
    ["/", "/briefs/", "/briefs/2022-asan-choi/", "/themes/gsomia/", "/about/", "/nowhere/at/all/"],
)
def test_every_page_has_the_search_and_its_key(address: str, page: Page, base: str) -> None:
    requested: list[str] = []
    with listening(page, request=lambda request: requested.append(urlsplit(request.url).path)):
        _check_search_by_key(page, base, address, requested)


def _check_search_by_key(page: Page, base: str, address: str, requested: list[str]) -> None:
    """The test above waits for the results of a search from another page."""
    page.goto(f"{base}{address}", wait_until="networkidle")
    # Home has a field in the page; the other pages have it in the top bar.
    box = page.locator("[role=search] input[name=q]").first
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("hydrogen/energy")
    assert box.input_value() == "hydrogen/energy"
    # The page for wrong addresses compares them by a function of the search.
    shared = ["/assets/search/words.js"] if address == "/nowhere/at/all/" else []
    assert [path for path in requested if "pagefind" in path or "/search" in path] == shared
    box.fill("hydrogen")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/search/?q=hydrogen", wait_until="commit")


def test_the_search_works_by_keyboard_alone(page: Page, base_below_path: str) -> None:
    search(page, base_below_path)
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("Japan")
    page.wait_for_url("**/search/?q=Japan")
    settled(page)

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"{selector} cannot be reached")

    tab_to("#facets input[value=sejong]")
    page.keyboard.press("Space")
    settled(page)
    assert len(result_ids(page)) == 2
    tab_to("#sort")
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**&sort=date")
    settled(page)
    tab_to("[data-brief='2019-sejong-park'] .found a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/briefs/2019-sejong-park/#p*")
    page.go_back()
    settled(page)
    assert urlsplit(page.url).query == "q=Japan&institute=sejong&sort=date"
    page.locator("#query").focus()
    tab_to("#chips button")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator("#query")).to_be_focused()
    assert len(result_ids(page)) == 5


# ---- Where the search does not work


def test_without_javascript_the_page_offers_the_lists(browser: Browser, base: str) -> None:
    with window(browser, java_script_enabled=False) as page:
        page.goto(f"{base}/search/?q=GSOMIA")
        _check_lists_are_offered(page)
        expect(page.locator("#failed")).to_be_hidden()
        page.goto(f"{base}/authors/choi-eunmi/")
        expect(page.locator("article [role=search] input[name=q]")).to_be_visible()


def test_after_a_failure_the_next_search_works(page: Page, base: str) -> None:
    search(page, base)
    page.route("**/pagefind/index/*", lambda route: route.abort())
    page.locator("#query").fill("hydrogen")
    expect(page.locator("#failed")).to_be_visible()
    page.unroute("**/pagefind/index/*")
    page.go_back()
    expect(page.locator("#search-app")).to_be_visible()
    assert len(result_ids(page)) == 5
    page.locator("#query").fill("hydrogen")
    page.wait_for_url("**q=hydrogen")
    settled(page)
    assert result_ids(page) == ["2023-sejong-jin"]


def _break_engine(page: Page, times: int) -> None:
    """Make the next searches of Pagefind read beyond its memory, as happens in WebKit."""

    def answer(route: Route) -> None:
        call = "this.backend.search(ptr,"
        program = route.fetch().text()
        assert program.count(call) == 1
        route.fulfill(
            body=program.replace(call, "this.backend.search(faults-- > 0 ? 0x7fffffff : ptr,"),
            content_type="text/javascript",
        )

    page.add_init_script(f"globalThis.faults = {times}")
    page.route("**/pagefind/pagefind.js*", answer)


def test_a_fault_of_the_engine_is_not_seen(page: Page, base: str) -> None:
    _break_engine(page, 1)
    assert search(page, base, "GSOMIA") == ["2022-asan-choi"]
    page.evaluate("globalThis.faults = 2")  # one for each word, at the same time
    page.locator("#query").fill("hydrogen missle")
    page.wait_for_url("**q=hydrogen+missle")
    settled(page)
    assert page.evaluate("faults") <= 0
    assert result_ids(page) == ["2023-sejong-jin"]
    expect(page.locator("#failed")).to_be_hidden()


def test_when_the_engine_keeps_failing_the_page_says_so(page: Page, base: str) -> None:
    _break_engine(page, 1000)
    page.goto(f"{base}/search/?q=GSOMIA")
    expect(page.locator("#failed")).to_be_visible()
    _check_lists_are_offered(page)
    page.unroute("**/pagefind/pagefind.js*")
    page.get_by_role("button", name="Try again").click()
    settled(page)
    assert result_ids(page) == ["2022-asan-choi"]


def test_opened_from_a_file_the_page_offers_the_lists(page: Page, site: Path) -> None:
    page.goto(f"{(site / 'search' / 'index.html').as_uri()}?q=GSOMIA")
    _check_lists_are_offered(page)


@pytest.mark.parametrize(
    "missing",
    [
        "search/briefs.json",
        "pagefind/pagefind.js*",
        "pagefind/wasm*",
        # Pagefind loads these together with the file above.
        pytest.param("pagefind/*.pf_meta", marks=pytest.mark.slow),
        pytest.param("pagefind/pagefind-entry.json*", marks=pytest.mark.slow),
        "pagefind/index/*",
    ],
)
@pytest.mark.parametrize("how", ["abort", pytest.param("not found", marks=pytest.mark.slow)])
def test_when_the_index_cannot_load_the_page_says_so(
    missing: str, how: str, page: Page, base: str
) -> None:
    page.route(
        f"**/{missing}",
        lambda route: route.abort() if how == "abort" else route.fulfill(status=404, body="no"),
    )
    page.goto(f"{base}/search/?q=GSOMIA")
    expect(page.locator("#failed")).to_be_visible()
    _check_lists_are_offered(page)
    assert result_ids(page) == []
    page.unroute(f"**/{missing}")
    page.get_by_role("button", name="Try again").click()
    settled(page)
    assert result_ids(page) == ["2022-asan-choi"]


def test_a_search_that_failed_is_left_by_going_back(page: Page, base: str) -> None:
    page.route("**/pagefind/index/*", lambda route: route.abort())
    page.goto(f"{base}/search/")
    settled(page)
    page.locator("#query").fill("GSOMIA")
    expect(page.locator("#failed")).to_be_visible()
    page.go_back()
    expect(page.locator("#search-app")).to_be_visible()
    expect(page.locator("#without-search")).to_be_hidden()
    assert len(result_ids(page)) == 5


def _check_lists_are_offered(page: Page) -> None:
    expect(page.locator("#without-search")).to_be_visible()
    expect(page.locator("#search-app")).to_be_hidden()
    targets = page.locator("#without-search a").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    assert targets == ["../authors/", "../institutes/", "../themes/", "../years/", "../briefs/"]


def test_an_archive_without_briefs_says_so(page: Page, tmp_path: Path) -> None:
    root = copy_archive(tmp_path / "archive")
    for file in [*(root / "briefs").glob("20*"), *(root / "briefs" / "ledger").iterdir()]:
        file.unlink()
    cite_nothing(root)
    for base in serve(build(root)):
        assert search(page, base) == []
        expect(page.locator("#status")).to_have_text("No brief found")
        assert search(page, base, "GSOMIA") == []
        expect(page.locator("#nothing")).to_contain_text("No brief contains “GSOMIA”.")
        expect(page.locator("#failed")).to_be_hidden()


# ---- Accessibility and small screens


@every_look
def test_axe_finds_nothing_with_filters_and_marks(
    width: int, scheme: str, rules: list[str], browser: Browser, base: str
) -> None:
    with window(browser, width, color_scheme=scheme) as page:
        for address in (
            "/search/?q=Korea+University",
            "/search/?q=forced+labour&theme=gsomia&institute=asan&nonsense=1",
            "/search/?q=missle+GSOMIA&institute=sejong&year=2019",
            "/briefs/2022-asan-choi/?mark=export#p13",
        ):
            page.goto(f"{base}{address}", wait_until="networkidle")
            if address.startswith("/search/"):
                settled(page)
                if width == 360:
                    page.locator("#open-facets").click()
            assert violations(page, address, rules) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_facets_are_a_sheet_on_a_phone(browser: Browser, base: str) -> None:
    with window(browser, 390) as page:
        search(page, base, "cooperation")
        expect(page.locator("#facets fieldset").first).to_be_hidden()
        button = page.locator("#open-facets")
        button.click()
        page.locator("#facets").get_by_label("Sejong Institute").check()
        settled(page)
        expect(page.locator("#facets fieldset").first).to_be_visible()
        show = page.get_by_role("button", name="Show 2 briefs")
        expect(show).to_be_in_viewport()
        show.click()
        expect(page.locator("#facets fieldset").first).to_be_hidden()
        expect(button).to_have_text("Filters (1)")
        assert sorted(result_ids(page)) == ["2019-sejong-park", "2023-sejong-jin"]
        button.click()
        page.keyboard.press("Escape")
        expect(show).to_be_hidden()
