"""Names of people, roles and mail addresses as bylines print them."""

from __future__ import annotations

import re
from functools import lru_cache

HONORIFIC = re.compile(
    r"^(?:(?:Drs?|Profs?|Professor|Mr|Mrs|Ms|Amb|Ambassador|Gen|Adm|Hon|Sir)\.?\s+)+", re.IGNORECASE
)
# The bounds and the look behind keep a long run of letters from being tried at every letter.
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Words that make a line a role or an affiliation.
ROLE = re.compile(
    r"\b(?:Institut\w*|Cent(?:er|re)|Universit\w+|College|School|Department|Ministry|Minister|"
    r"Academy|Foundation|Society|Council|"
    r"Program(?:me)?|Fellow|Professor|Director|Research\w*|Analyst|Scholar|Chair\w*|President|"
    r"Ambassador|Lecturer|Associate|"
    r"Editor|Officer|Advis[eo]r|Expert|Specialist|Candidate|Secretary|Commissioner|"
    r"Representative)\b"
    r"|연구위원|연구원|연구소|교수|소장|원장|박사|센터|대사|대학|研究|教授|大学",
    re.IGNORECASE,
)
# Words of headings and labels, so of no name. A name in capitals with three such words is rarer than a heading with one.
_NOT_A_NAME = re.compile(
    r"(?<![\w’'‐-])(?:The|A|An|Of|In|On|And|For|To|With|About|From|By|As|At|Its|How|Why|What|Is|"
    r"Are|New|After|Before|One|Two|Three|Four|Five)(?=\s)"
    r"|\b(?:Introduction|Background|Conclusions?|Abstract|Summary|Executive|Main|"
    r"Key|Findings|Points|Notes?|References|Contents?|Types?|Links?|Details|Policy|Briefs?|"
    r"Report|Focus|Issue|Press|Release|Commentary|Commentaries|"
    r"Analysis|Opinion|Article|Paper|Series|Research|Korean?|Koreas|Japan(?:ese)?|China|Chinese|"
    r"America\w*|United|States|North|South|East|West|"
    r"Asian?|Pacific|Indo-Pacific|World|Global|Regional|National|International|Security|"
    r"Relations|Cooperation|Strategy|Strategic|"
    r"Summit|Trilateral|Alliance|Economic|Economy|Trade|War|Peace|Photo|Image|Source|View|Views|"
    r"Share|Download|Print|Email|Related|"
    r"Latest|More|News|Recommended|Citation|Recent|Features?|Popular|Continue|Reading|Contacts?|"
    r"Editorial|Letters?|Description|Sessions?|Publications?|Experts?|Authors?|Sections?|Topics?|"
    r"Home|Search|Language|English|Date|File|Recommendations?|"
    r"Implications?|Challenges|Outlook|Quotes|Overview|Discussion|Getty|Images|Reuters|Institute|"
    r"Center|Forum|Read|Copyright|"
    r"Hong Kong|Kuala Lumpur|Delhi|Phnom Penh|Times|Post|Journal|Herald|Magazine|Daily|Weekly|"
    r"Monthly|Tribune|Shimbun|Ilbo|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"Taiwan|Russian?|Ukraine|Europe(?:an)?|India|Vietnam|Washington|Tokyo|Seoul|Beijing|"
    r"Singapore|York|Camp|House|Sea|Strait|"
    r"Stud(?:y|ies)|Sciences?|Politics|Political|Histor(?:y|ical)|Diplomacy|Government|"
    r"Management|Economics|Division|Office|"
    r"Foreign|Affairs|Defen[cs]e|Nuclear|Weapons|Technology|University|Editor|Editors|Interview|"
    r"Foreword|Preface|Acknowledge?ments)\b",
    re.IGNORECASE,
)
# The family names of all but a few in a thousand Koreans; nothing else tells a name of three syllables from a word.
_KOREAN_FAMILY = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길"
    "연위표명기반라나왕금옥육인맹제모탁국어은편용예경봉사부피태"
) | {"남궁", "황보", "제갈", "선우", "사공", "독고"}
_KOREAN_WORD = re.compile(
    r"요약|서론|본론|결론|서문|초록|개요|목차|배경|전망|평가|제언|시사점|정세\S?|정책|주석|부록|주요\S*|문제\S*|현황|이슈\S*|보도자료|참고\S*|"
    r"\S*관계|\S*외교|\S*안보|\S*경제|\S*협력|\S*회담|\S*전략|\S*브리프|\S*포커스|\S*논평|\S*자료|\S*하며|\S*가며|\S*리포트|"
    r"관리자|운영자|편집자?|편집부|편집실|홍보실|사무국|연구실|기획실|조회수|등록일|작성\S*|최종\S*|수정\S*|첨부\S*|공유|인쇄|한국|한일|미국|한반도|전문|"
    r"소속|직함"
)
_WORD = r"(?:(?:[A-Z]\.){1,5}|[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|[’'‐-]){0,40})"
NAME = re.compile(
    rf"{_WORD}(?:\s+(?:(?:van|von|de|del|der|di|la|bin|al)\s+)*{_WORD}){{1,3}}(?:,?\s+(?:Jr|Sr|"
    rf"II|III)\.?)?"
)
_FAMILY_GIVEN = re.compile(rf"{_WORD},\s+{_WORD}(?:\s+{_WORD})?")
_HANGUL = re.compile(r"[가-힣]{2,4}")
# A name set wide ("김 민 성"), and a foreign one in Hangul; neither has the form of a name alone, so both need a post behind.
_HANGUL_SET_WIDE = re.compile(r"[가-힣] [가-힣] [가-힣]")
_HANGUL_FOREIGN = re.compile(r"[가-힣]{2,5} [가-힣]{2,5}")
_KANJI = re.compile(r"[一-鿿々]{1,4}[ \u3000][一-鿿々ぁ-んァ-ヶ]{1,4}")
_LABEL = re.compile(
    r"^(?:(?:(?:co-)?(?:written|authored) |text )?by|authors?|저자명?|필자|작성자|글쓴이|글)(?:\s*[:：]\s*|"
    r"\s+)|^journalists?:? ",
    re.IGNORECASE,
)
_LONGEST_BYLINE = 800
_DEGREE = re.compile(r",?\s(?:Ph\.?\s?D|J\.?D|M\.?D)\.?$")
_POST_BEHIND = re.compile(r"(?P<names>[^()\[\]]{2,80}?)\s*[(\[](?P<post>[^()\[\]]{2,120})[)\]]")
_KOREAN_POST = re.compile(
    r"(?P<name>[가-힣]{2,4})\s+(?:\S+\s+){0,4}\S*(?:연구위원|연구원|교수|소장|원장|박사|대사|위원|회장|이사장|센터장|실장|부장|석좌)"
)
_BETWEEN = re.compile(r"\s*(?:,?\s+(?:and|AND)\s+|\s&\s|;|,|·|、|ㆍ|/)\s*")


# A post without a comma before it begins with a word that stands in no name.
_POST_NEXT = re.compile(
    rf"(?P<name>{NAME.pattern}?)\s+(?P<post>(?:Senior|Associate|Assistant|Visiting|Research|"
    rf"Professor|Director|Fellow|Deputy|Vice|Executive)\b[^.]{{3,100}})"
)


_NOTE_MARK = re.compile(r"(?<=[^\W\d_])\d{1,2}$")


@lru_cache(maxsize=1024)
def is_person(text: str) -> bool:
    """Whether `text` has the form of one name: "Park Young June", "Lee, Daewoo", "Kevin S.Y. Tan", "진창수"."""
    if _HANGUL.fullmatch(text):
        family = text[:2] in _KOREAN_FAMILY or text[0] in _KOREAN_FAMILY
        return family and not ROLE.search(text) and not _KOREAN_WORD.fullmatch(text)
    form = NAME.fullmatch(text) or _FAMILY_GIVEN.fullmatch(text) or _KANJI.fullmatch(text)
    return bool(form) and not _NOT_A_NAME.search(text) and not ROLE.search(text)


def bare_name(text: str) -> str:
    """A name without honorifics, degrees, footnote marks and the white space around it."""
    name = _DEGREE.sub("", HONORIFIC.sub("", text.strip().strip("*†‡ \u00a0"))).strip(" *†‡,")
    return _NOTE_MARK.sub("", name)


def people(text: str) -> list[str]:
    """The names of a byline that is nothing but names, honorifics off; [] when it is anything else."""
    if len(text) > _LONGEST_BYLINE:
        return []
    line = _LABEL.sub("", " ".join(text.split()))
    if is_person(bare_name(line)):
        return [bare_name(line)]
    names = [bare_name(part) for part in _BETWEEN.split(line)]
    return names if names and all(is_person(name) for name in names) else []


def byline_names(text: str) -> list[str]:
    """The names of a byline that may give posts: "Masao Okonogi (Emeritus Professor, …)", "Jane Roe, Fellow, …", "진창수 소장"."""
    if (names := people(text)) or len(text) > _LONGEST_BYLINE:
        return names
    line = _LABEL.sub("", " ".join(text.split()))
    if (found := _POST_BEHIND.fullmatch(line)) and (
        ROLE.search(found["post"]) or has_byline_label(text)
    ):
        if _HANGUL_SET_WIDE.fullmatch(found["names"]):
            return people(found["names"].replace(" ", ""))
        return (
            [found["names"]]
            if _HANGUL_FOREIGN.fullmatch(found["names"])
            else people(found["names"])
        )
    if (korean := _KOREAN_POST.fullmatch(line)) and is_person(korean["name"]):
        return [korean["name"]]
    if (
        (found := _POST_NEXT.fullmatch(line))
        and is_person(bare_name(found["name"]))
        and ROLE.search(found["post"])
    ):
        return [bare_name(found["name"])]
    name, _, post = line.partition(",")
    post = post.strip()
    if (
        any(is_person(bare_name(re.sub(r"\([^()]*\)", "", part))) for part in _BETWEEN.split(post))
        or "translated" in post.lower()
    ):
        return []  # further people, of whom nothing tells who wrote
    return (
        people(name)
        if len(post) < 130
        and (ROLE.search(post) or (has_byline_label(text) and post[:1].isupper()))
        else []
    )


def has_byline_label(text: str) -> bool:
    """Whether a line says of itself that it is a byline: "by …", "Author: …", "저자 …"."""
    return bool(_LABEL.match(text.strip()))
