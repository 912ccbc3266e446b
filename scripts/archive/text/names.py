"""Recognise names of people, posts and mail addresses as bylines print them, in normal form."""

import re
from collections.abc import Iterable
from functools import lru_cache

from archive.text.normal_forms import normalise, romanise, sounds

HONORIFIC = re.compile(
    r"^(?:(?:Drs?|Profs?|Professor|Mr|Mrs|Ms|Mmes?|Amb|Ambassador|(?:Lt\.? |Maj\.? |Brig\.? )?Gen|"
    r"(?:Rear |Vice )?Adm|Admiral|General|Capt|Captain|Col|Colonel|Rt\.? Hon|Hon|Sir|Dame|Lord|Rev|"
    r"[HS]\.\s?E)\.?(?:\s\([Rr]et\.?\))?\s+)+",
    re.IGNORECASE,
)
# What stands in capitals behind a name and is no part of it: degrees, honours, forces, offices.
_BEHIND_A_NAME = (
    r"Ph\.?\s?D|[JMLE]\.?D|LL\.?[BMD]|[MB]\.A|MBA|MP[AP]|[MB]Sc|DPhil|CFA|CPA|Esq|"
    r"[CMOKD]BE|G?K?C?CMG|K?CVO|K?CB|FRS[AE]?|FBA|[QK]C|PC|M[EL]?P|JP|RADM|VADM|ADM|"
    r"USN|USA|USAF|USMC|RO?KN|ROKAF?|RN|RAF|JMSDF"
)
# The bounds and the lookbehind prevent a new attempt at every letter of a long run.
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# A mail address beside a byline, with its label and brackets.
CONTACT = re.compile(
    r"[(\[<]?\s*(?:(?:E-?mail|(?:Media )?Contact|Mail|이메일|전자우편|연락처|メール|邮箱)"
    rf"\s*:?\s*)?{MAIL.pattern}\s*[)\]>]?",
    re.IGNORECASE,
)
# Words that make a line a post or an affiliation.
ROLE = re.compile(
    r"\b(?:Institut\w*|Cent(?:er|re)|Universit\w+|College|School|Department|Ministry|Minister|"
    r"Academy|Foundation|Society|Council|Program(?:me)?|Fellow|Professor|Director|Research\w*|"
    r"Analyst|Scholar|Chair\w*|President|Ambassador|Lecturer|Associate|Editor|Officer|Advis[eo]r|"
    r"Expert|Specialist|Economist|Historian|Strategist|Manager|Candidate|Secretary|Commissioner|Representative|Writer|Reporter|Correspondent)\b|연구위원|연구원|연구소|"
    r"교수|소장|원장|박사|센터|대사|대학|研究|教授|大学",
    re.IGNORECASE,
)
# Words of headings and labels. A person with such a word as a name ("Paul West") is rarer than a
# heading with one.
_NOT_A_NAME = re.compile(
    r"(?<![\w'-])(?:The|A|An|Of|In|On|And|For|To|With|About|From|By|As|At|Its|How|Why|What|Is|"
    r"Are|New|After|Before|One|Two|Three|Four|Five|Their|His|Her|Our|Your|My|This|That|These|Those|"
    r"We|They|You|Between|Against|Without|Beyond|Into|Under|Over|Can|Will|Should|Not|No)(?=\s)|\b(?:Introduction|Background|"
    r"Conclusions?|Abstract|Summary|Executive|Main|"
    r"Key|Findings|Points|Notes?|References|Contents?|Types?|Links?|Details|Policy|Briefs?|Report|"
    r"Focus|Issue|Press|Release|Commentary|Commentaries|Analysis|Opinion|Article|Paper|Series|"
    r"Research|Korean?|Koreas|Japan(?:ese)?|China|Chinese|America\w*|United|States|North|South|"
    r"East|West|Asian?|Pacific|Indo-Pacific|World|Global|Regional|National|International|Security|"
    r"Relations|Cooperation|Strategy|Strategic|Summit|Trilateral|Alliance|Economic|Economy|Trade|"
    r"War|Peace|Photo|Image|Source|View|Views|Share|Download|Print|Email|Related|Latest|More|News|"
    r"Recommended|Citation|Recent|Features?|Popular|Continue|Reading|Contacts?|Editorial|Letters?|"
    r"Description|Sessions?|Publications?|Experts?|Authors?|Sections?|Topics?|Home|Search|Language|"
    r"English|Date|File|Recommendations?|Implications?|Challenges|Outlook|Quotes|Overview|"
    r"Discussion|Getty|Images|Reuters|Institute|Center|Forum|Read|Copyright|Hong Kong|Kuala Lumpur|"
    r"Delhi|Phnom Penh|Times|Post|Journal|Herald|Magazine|Daily|Weekly|Monthly|Tribune|Shimbun|"
    r"Ilbo|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"Taiwan|Russian?|Ukraine|Europe(?:an)?|India|Vietnam|Washington|Tokyo|Seoul|Beijing|Singapore|"
    r"York|Camp|House|Sea|Strait|Stud(?:y|ies)|Sciences?|Politics|Political|Histor(?:y|ical)|"
    r"Diplomacy|Government|Management|Economics|Division|Office|Foreign|Affairs|Defen[cs]e|Nuclear|"
    r"Weapons|Technology|Climate|Change|Energy|Public|Access|Markets?|Growth|Development|Innovation|"
    r"Environment\w*|Human|Rights|Legal|Social|Digital|Cyber|Space|Data|Health|Education|Labou?r|"
    r"Financ\w+|Industr\w+|Supply|Chains?|Maritime|Marine|Naval|Military|Conflict|Crisis|Democra\w+|"
    r"Republic|Party|Future|Order|Systems?|Networks?|Perspectives?|Lessons|Rethinking|Understanding|"
    r"Towards?|Building|Managing|Rising|Coastal|Ocean|Ports?|University|Team|Web|Desk|Editor|Editors|Interview|Foreword|Preface|Acknowledge?ments)\b",
    re.IGNORECASE,
)
# These family names cover all but a few in a thousand Koreans. Nothing else distinguishes a name
# of three syllables from a word.
_KOREAN_FAMILY_NAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길"
    "연위표명기반라나왕금옥육인맹제모탁국어은편용예경봉사부피태"
) | {"남궁", "황보", "제갈", "선우", "사공", "독고"}
_NOT_A_KOREAN_NAME = re.compile(
    r"요약|서론|본론|결론|서문|초록|개요|목차|배경|전망|평가|제언|시사점|정세\S?|정책|주석|부록|주요\S*|문제\S*|현황|이슈\S*|보도자료|참고\S*|"
    r"\S*관계|\S*외교|\S*안보|\S*경제|\S*협력|\S*회담|\S*전략|\S*브리프|\S*포커스|\S*논평|\S*자료|\S*하며|\S*가며|\S*리포트|"
    r"관리자|운영자|편집자?|편집부|편집실|홍보실|사무국|연구실|기획실|조회수|등록일|작성\S*|"
    r"최종\S*|수정\S*|첨부\S*|공유|인쇄|한국|한일|미국|한반도|전문|소속|직함"
)
# Words in lower case that belong to the family name behind them.
PARTICLES = frozenset(
    "van von de del della der den di da das do dos du la le los las ten ter bin ibn al el".split()
)
SUFFIX = r"(?:(?:Jr|Sr|JR|SR|Jnr|Snr)\b\.?|(?:II|III|IV)\b)"
# Letters that Latin-1 lacks begin names, too: "Ŭn-mi". An en dash may stand for a hyphen.
_NAME_WORD = (
    r"(?:(?:[A-Z]\.){1,5}|(?:(?:al|el)-|d')?[A-ZÀ-ÖØ-ÞĀ-ɏḀ-ỿ]"
    r"(?:[^\W\d_]|['-]|[–‒](?=[a-z])){0,40})"
)
_NAME_PART = rf"(?:(?:{'|'.join(sorted(PARTICLES))})\s+){{0,3}}{_NAME_WORD}"
NAME = re.compile(rf"{_NAME_PART}(?:\s+{_NAME_PART}){{1,3}}(?:,?\s+{SUFFIX})?")
_FAMILY_GIVEN = re.compile(rf"{_NAME_PART},\s+{_NAME_WORD}(?:\s+{_NAME_WORD})?(?:,?\s+{SUFFIX})?")
_HANGUL = re.compile(r"[가-힣]{2,4}")
# A name set wide ("김 민 성"), and a foreign name in Hangul. Neither is recognisable on its own, so
# both need a post behind them.
_HANGUL_SET_WIDE = re.compile(r"[가-힣] [가-힣] [가-힣]")
_HANGUL_FOREIGN = re.compile(r"[가-힣]{2,5} [가-힣]{2,5}")
# Most Chinese family names; a name of three letters is told from a word by nothing else.
HAN_NAME = re.compile(
    "[王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪"
    "田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯]"
    "[一-鿿]{2}"
)
# Three letters that are a Chinese name are no Japanese family name: two people stand on that line.
_KANJI = re.compile(rf"(?!{HAN_NAME.pattern} )[一-鿿々]{{1,4}} [一-鿿々ぁ-んァ-ヶ]{{1,4}}")
_BYLINE_LABEL = re.compile(
    r"^(?:(?:(?:co-)?(?:written|authored|prepared|posted|reviewed) |text )?by|authors?|"
    r"저자명?|필자|작성자|글쓴이|집필|글|著者|執筆者?|筆者|作者)"
    r"(?:\s*:\s*|\s+)|^journalists?:? |^from: |"
    # In other languages, the word may begin a name: "Di Maio".
    r"^(?:von|par|por|di|door) (?=[^\s,;(|]+ (?!and\b|&)[^\s(|])|^撰?文\s?[/:=]\s?",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(_NAME_WORD)
_BYLINE_END = re.compile(r"\s+(?:共?著|執筆|공저|공동\s?집필|지음|씀|글|외\s?\d+[인명])$")
_MAX_BYLINE_LENGTH = 800
DEGREE = re.compile(
    # Ma is a family name, too.
    rf"(?:,?\s+(?:(?:{_BEHIND_A_NAME})\b\.?|\([Rr]et(?:\.|ired)?\)|et al\.?)|,\s[MB]A)+$"
)
# A post in brackets behind a name, or behind several of which each may have its own.
POST_BEHIND = re.compile(r"\s*[(\[](?P<post>[^()\[\]]{2,120})[)\]](?=\s*(?:[,;·ㆍ、/&]|and\b|$))")
# A name and a post. Before a post, "고려대" is a university.
_KOREAN_POST = re.compile(
    r"(?P<name>[가-힣]{2,4})(?<![가-힣]{2}대)\s+(?:\S+\s+){0,4}\S*(?:연구위원|연구원|교수|소장|원장|박사|대사|위원|회장|이사장|센터장|실장|부장|석좌)"
)
# A name in Chinese letters, without a space in it, and a post behind it. The first word of a post
# is no name: "客員 教授", "公共政策 教授".
_HAN_POST = re.compile(
    r"(?!客[員员]|特[任聘]|名[誉譽]|首席|主[任席]|上[席級]|政策|公共|国際)"
    r"(?P<name>[一-鿿々][一-鿿々ぁ-んァ-ヶー]{1,6})(?<![学學所院部局省庁会社室課党委国]) "
    r"\S*(?:研究[員员]|教授|講師|讲师|[所院会理]長|主任|助手|理事|記者|记者|大使|顧問)"
)
_COMMA = rf",(?!\s*{SUFFIX})"
_SEPARATOR = re.compile(rf"\s*(?:,?\s+(?:and|AND)\s+|\s&\s|;|{_COMMA}|·|、|ㆍ|/)\s*")
# What stands between a name and the post behind it; the first that has a name before it counts.
_BEFORE_POST = (re.compile(r"\s*\|\s*|\s+[–—/·-]\s+"), re.compile(_COMMA))
# Without a comma, a post begins with a word that no name contains.
_POST_WITHOUT_COMMA = re.compile(
    rf"(?P<name>{NAME.pattern}?)\s+(?P<post>(?:Senior|Associate|Assistant|Visiting|Research|"
    rf"Professor|Director|Fellow|Deputy|Vice|Executive)\b[^.]{{3,100}})"
)
# The mark of a footnote behind a name: "¹", "*", "1,2", "[1]".
NOTE_MARK = re.compile(
    r"(?<=[^\W\d_])(?:\s?[*†‡§¶]+|\s?[¹²³⁰⁴-⁹]+(?:,[¹²³⁰⁴-⁹]+)*|\d{1,2}(?:,\d{1,2})*|"
    r"\s?[(\[]\d{1,2}[)\]])(?=\s*(?:[,;&·/|(]|and\b|$))",
    re.MULTILINE,
)
# A name once more behind a name, in letters of another script: "Jin Chang-soo (진창수)", or, of the
# same sounds, "진창수 · Jin Chang-soo".
_IN_BRACKETS = re.compile(r"(?P<first>[^\W\d_])[¹²³*†‡]*\s?\((?P<name>[^\W\d_][^()]{1,40})\)")
_IN_HANGUL = r"[가-힣](?: ?[가-힣]){1,8}"
_BESIDE = tuple(
    re.compile(
        rf"(?i:{_BYLINE_LABEL.pattern})?(?<!\w)(?P<first>{first})[¹²³*†‡]*\s*[·ㆍ/|]?\s*"
        rf"(?P<name>{name})(?=[¹²³*†‡]*\s*(?:[,;(|·ㆍ/]|and\b|$))",
    )
    for first, name in ((_IN_HANGUL, NAME.pattern), (NAME.pattern, _IN_HANGUL))
)
_CHINESE_NAME = re.compile(
    r"(?=[^()]{3})(?!.*(?:新聞|大[学學]|[学學][会會]|研究|協会|財団|委員|日本|[韓中]国|[社省院所]$))"
    r"[一-鿿々ぁ-んァ-ヶー]{1,8}(?:[ ・][一-鿿々ぁ-んァ-ヶー]{1,8})?"
)


@lru_cache(maxsize=1024)
def is_person(text: str) -> bool:
    """Tell whether `text` looks like a name: "Park Young June", "Lee, Daewoo", "진창수"."""
    text = normalise(text)
    if _HANGUL.fullmatch(text):
        return (
            not _KOREAN_FAMILY_NAMES.isdisjoint((text[0], text[:2]))
            and not ROLE.search(text)
            and not _NOT_A_KOREAN_NAME.fullmatch(text)
        )
    return (
        any(form.fullmatch(text) for form in (NAME, _FAMILY_GIVEN, _KANJI))
        and not _NOT_A_NAME.search(text)
        and not ROLE.search(text)
    )


def bare_name(text: str) -> str:
    """Strip honorifics, degrees, footnote marks and outer white space from a name."""
    name = DEGREE.sub("", HONORIFIC.sub("", text.strip().strip("*†‡⁎∗ ")))
    return NOTE_MARK.sub("", name.strip(" *†‡,"))


def repeated_names(line: str) -> list[re.Match[str]]:
    """Return the names that repeat the names before them in another script."""
    in_brackets = [
        match
        for match in _IN_BRACKETS.finditer(line)
        if _script(match["first"]) != _script(match["name"][0])
        and (is_person(match["name"]) or _CHINESE_NAME.fullmatch(match["name"]))
    ]
    return in_brackets or names_beside(line)


def names_beside(line: str) -> list[re.Match[str]]:
    """Return the names that repeat the Hangul or Latin names before them: their sounds agree."""
    return [
        match
        for pattern in (() if line.isascii() else _BESIDE)
        for match in pattern.finditer(line)
        if sorted(sounds(romanise(match["first"]))) == sorted(sounds(romanise(match["name"])))
    ]


def _script(letter: str) -> str:
    return "Latin" if letter < "\u0250" else "Hangul" if "가" <= letter <= "힣" else "Chinese"


def bare_byline(text: str) -> str:
    """Return a byline without label, footnote marks and names that are repeated in brackets.

    Behind a label, "the" is no part of the name of a body, and "with" joins names as "and" does.
    """
    line = " ".join(text.split())
    if label := _BYLINE_LABEL.match(line):
        line = line[label.end() :].removeprefix("the ").replace(" with ", " and ")
        if label[0].startswith("作者"):  # in Chinese, a space stands between names, not within
            line = re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "、", line)
    line = _BYLINE_END.sub("", line)
    for repeated in reversed(repeated_names(line)):
        line = line[: repeated.end("first")] + line[repeated.end() :]
    return NOTE_MARK.sub("", line)


def join_names(names: Iterable[str]) -> str:
    """Join names in words: "A", "A and B", "A, B and C"; "" without any.

    Where one has a comma of its own ("Lee, Daewoo"), all are parted by semicolons.
    """
    *first, last = [*names] or [""]
    if any("," in name for name in (*first, last)):
        return "; ".join([*first, last])
    return f"{', '.join(first)} and {last}" if first else last


def people(text: str) -> list[str]:
    """Return the bare names in a byline of names only; [] for any other line."""
    if len(text) > _MAX_BYLINE_LENGTH:
        return []
    line, is_repeated = bare_byline(text), bool(repeated_names(text))
    pieces = [line] if is_person(bare_name(line)) else _SEPARATOR.split(line)
    names = list(map(bare_name, pieces))
    are_names = all(
        is_person(name) or (is_repeated and _HANGUL_FOREIGN.fullmatch(name)) for name in names
    )
    return names if are_names else []


def byline_names(text: str) -> list[str]:
    """Return the names in a byline that may give posts; [] for any other line.

    Such lines are "Masao Okonogi (Emeritus Professor, …)", "Jane Roe, Fellow, …", "진창수 소장",
    "Jane Roe | Fellow".
    """
    if (names := people(text)) or len(text) > _MAX_BYLINE_LENGTH:
        return names
    line, is_labelled = bare_byline(text), has_byline_label(text)
    posts = POST_BEHIND.findall(line)
    if is_labelled or (posts and all(map(ROLE.search, posts))):
        whole = [_whole_name(name) for name in _SEPARATOR.split(POST_BEHIND.sub("", line))]
        if posts or all(whole):
            return [name for each in whole for name in each] if all(whole) else []
    each = [_KOREAN_POST.fullmatch(piece) for piece in _SEPARATOR.split(line)]
    matches = each if all(each) else [_KOREAN_POST.fullmatch(line)]
    if korean := [match["name"] for match in matches if match and is_person(match["name"])]:
        return korean
    if han := _HAN_POST.fullmatch(line):
        return [han["name"]]
    if (
        (match := _POST_WITHOUT_COMMA.fullmatch(line))
        and is_person(bare_name(match["name"]))
        and ROLE.search(match["post"])
    ):
        return [bare_name(match["name"])]
    cuts = (separator.search(line) for separator in _BEFORE_POST)
    cut = next((cut for cut in cuts if cut and people(line[: cut.start()])), None)
    names, post = (people(line[: cut.start()]), line[cut.end() :].strip()) if cut else ([], "")
    # Where it names more people, nothing shows which of them are authors.
    names_others = "translated" in post.lower() or any(
        is_person(bare_name(re.sub(r"\([^()]*\)", "", piece)))
        for piece in _SEPARATOR.split(post.replace("|", ";"))
    )
    return (
        names
        if not names_others
        and len(post) < 130
        and (ROLE.search(post) or (has_byline_label(text) and post[:1].isupper()))
        else []
    )


def loose_names(text: str) -> list[str]:
    """Return the names in a line that is said to be a byline: also single words, and kanji."""
    line = bare_byline(POST_BEHIND.sub("", bare_byline(text)))
    parts = list(map(bare_name, _SEPARATOR.split(line)))
    are_names = all(
        not ROLE.search(part) and (_ONE_WORD.fullmatch(part) or _whole_name(part)) for part in parts
    )
    return parts if are_names else [bare_name(line)]


def _whole_name(text: str) -> list[str]:
    """Return the name before a post in brackets; [] for another text."""
    if _HANGUL_SET_WIDE.fullmatch(text):
        return people(text.replace(" ", ""))
    is_whole = _HANGUL_FOREIGN.fullmatch(text) or _CHINESE_NAME.fullmatch(text)
    return [text] if is_whole else people(text)


def has_byline_label(text: str) -> bool:
    """Tell whether a line has the label of a byline: "by …", "Author: …", "저자 …", "… 著"."""
    return bool(_BYLINE_LABEL.match(text.strip()) or _BYLINE_END.search(text.strip()))
