"""Names of people, roles and mail addresses as bylines print them."""

from __future__ import annotations

import re

HONORIFIC = re.compile(r"^(?:(?:Drs?|Profs?|Professor|Mr|Mrs|Ms|Amb|Ambassador|Gen|Adm|Hon|Sir)\.?\s+)+", re.IGNORECASE)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Words that make a line a role or an affiliation.
ROLE = re.compile(
    r"\b(?:Institut\w*|Cent(?:er|re)|Universit\w+|College|School|Department|Ministry|Minister|Academy|Foundation|Society|Council|"
    r"Program(?:me)?|Fellow|Professor|Director|Research\w*|Analyst|Scholar|Chair\w*|President|Ambassador|Lecturer|Associate|"
    r"Editor|Officer|Advis[eo]r|Expert|Specialist|Candidate|Secretary|Commissioner|Representative)\b"
    r"|연구위원|연구원|연구소|교수|소장|원장|박사|센터|대사|대학|研究|教授|大学",
    re.IGNORECASE,
)
# Words of headings and labels, so of no name. A name in capitals with three such words is rarer than a heading with one.
_NOT_A_NAME = re.compile(
    r"\b(?:The|A|An|Of|In|On|And|For|To|With|About|From|By|As|At|Its|Introduction|Background|Conclusions?|Abstract|Summary|Executive|Main|"
    r"Key|Findings|Points|Notes?|References|Contents|Policy|Briefs?|Report|Focus|Issue|Press|Release|Commentary|Commentaries|"
    r"Analysis|Opinion|Article|Paper|Series|Research|Korean?|Koreas|Japan(?:ese)?|China|Chinese|America\w*|United|States|North|South|East|West|"
    r"Asian?|Pacific|Indo-Pacific|World|Global|Regional|National|International|Security|Relations|Cooperation|Strategy|Strategic|"
    r"Summit|Trilateral|Alliance|Economic|Economy|Trade|War|Peace|Photo|Image|Source|View|Views|Share|Download|Print|Email|Related|"
    r"Latest|More|News|Publications?|Experts?|Authors?|Sections?|Topics?|Home|Search|Language|English|Date|File|Recommendations?|"
    r"Implications?|Challenges|Outlook|Quotes|Overview|Discussion|Getty|Images|Reuters|Institute|Center|Forum|Read|Copyright)\b",
    re.IGNORECASE,
)
_WORD = r"(?:[A-ZÀ-ÖØ-Þ][\w’'‐-]*|(?:[A-Z]\.)+)"
_LATIN = re.compile(rf"{_WORD}(?:\s+(?:(?:van|von|de|del|der|di|la|bin|al)\s+)*{_WORD}){{1,3}}(?:,?\s+(?:Jr|Sr|II|III)\.?)?")
_FAMILY_GIVEN = re.compile(rf"{_WORD},\s+{_WORD}(?:\s+{_WORD})?")
_HANGUL = re.compile(r"[가-힣]{2,4}")
_BETWEEN = re.compile(r"\s*(?:,?\s+and\s+|\s&\s|;|,|·|、|ㆍ|/)\s*")


def is_person(text: str) -> bool:
    """Whether `text` has the form of one name: "Park Young June", "Lee, Daewoo", "Kevin S.Y. Tan", "진창수"."""
    if _HANGUL.fullmatch(text):
        return not ROLE.search(text)
    return bool(_LATIN.fullmatch(text) or _FAMILY_GIVEN.fullmatch(text)) and not _NOT_A_NAME.search(text)


def bare(text: str) -> str:
    """A name without honorifics, footnote marks and the white space around it."""
    return HONORIFIC.sub("", text.strip().strip("*†‡ \u00a0")).strip(" *†‡,")


def people(text: str) -> list[str]:
    """The names of a byline that is nothing but names, honorifics off; [] when it is anything else."""
    line = re.sub(r"^(?:by|written by|author|저자|글)\s*:?\s+", "", " ".join(text.split()), flags=re.IGNORECASE)
    if is_person(bare(line)):
        return [bare(line)]
    names = [bare(part) for part in _BETWEEN.split(line)]
    return names if names and all(is_person(name) for name in names) else []
