"""The phrases that saved pages print around a text.

These are labels, headings of sections, buttons, captions and the lines of a publisher.
"""

import re
from collections.abc import Container
from functools import lru_cache
from itertools import pairwise

from archive.text import dates
from archive.text.dates import MONTHS
from archive.text.normal_forms import fold

# Nouns that the names of series end in: "Issue Brief", "Japan Outlook".
_SERIES_NOUN = (
    r"(?:Commentar(?:y|ies)|Reports?|Briefs?|Briefings?|Papers?|Memos?|Analys[ei]s|Essays?|"
    r"Perspectives?|Insights?|Forum|Interviews?|Opinions?|Viewpoints?|Backgrounders?|Monographs?|"
    r"Bulletins?|Newsletters?|Comments?|Columns?|Explainers?|Trackers?|Factsheets?|Alerts?|Outlook|"
    r"Focus|Spotlight|Letter|Digest|Monitor|Watch|Studies|Series|Surveys?|Review|Op-Eds?)"
)
ENDS_IN_SERIES_NOUN = re.compile(rf".*\b{_SERIES_NOUN}", re.IGNORECASE)
# The name of a part of a house: "Asia Program".
HOUSE_PART = re.compile(
    r"(?:The )?Journal of .*|"
    # In more words, not in capitals, it is more like a title: "The Belt and Road Initiative".
    r"(?:\S+ |(?-i:[^a-z]+ ))?(?:Program(?:me)?s?|Projects?|Initiative|Clinic|Department)",
    re.IGNORECASE,
)
# The name of a series; an acronym in front of it is the publisher's.
SERIES = re.compile(
    r"(?:(?:Issue|Policy|Research|Working|Discussion|Special|Strategic|Occasional|Expert|National|"
    r"Country|Open|Guest|Annual|Short|Conference|White|"
    rf"Task Force|Asia|Global|Japan|Korea|China|Information|Event|Workshop|"
    rf"(?-i:[A-Z]{{2,8}}(?:[a-z]{{2,4}})?))\s+){{0,3}}{_SERIES_NOUN}|"
    r"(?:Policy|Research|Briefing|Tech|Technical|Data) Notes?|Blog Post|Critical Questions|"
    r"특집\s?:.{2,40}|"
    r"Topics of the Month|Alternative Scenarios|Testimony|Press Release|Studie|"
    r"이슈\s?브리(?:프|핑)|정책\s?브리(?:프|핑)|(?:스페셜\s?)?리포트|"
    r"[一-鿿ァ-ヶー・]{0,12}(?:ペーパー|コメンタリー|レポート|ブリーフ|レビュー|ニュースレター)|"
    r"研究ノート|研究报告|政策(?:提言|ブリーフ)|工作论文|政策简报|"
    r"기고|시론|논단|연구\s?보고서|보고서|논평|\S{2,6}\s?(?:논평|포커스|브리프|브리핑|칼럼|워킹페이퍼)",
    re.IGNORECASE,
)
_COUNT = r"(?:Vol(?:ume|\.)?|No\.?|Number|Issue(?:\sNo\.?)?|#|제)\s*\d[\w.-]{0,12}호?"
_COUNTS = rf"{_COUNT}(?:[\s,|]{{1,3}}{_COUNT})?"
# A line that is only a number: "No. 12", "2021 Vol. 3, No. 1", "Issue: 2019-11", "IF 21-3"; a
# section may be behind it ("No.54, Economy").
NUMBER = re.compile(
    rf"(?:(?:Issue|Code|발간호)\s*:\s*)?(?P<number>(?:\d{{4}}[\s,]+)?{_COUNTS}|"
    rf"(?<=:\s)\d{{4}}-\d{{1,3}}(?!-)|"
    r"(?-i:[A-Z]{2}) (?:\d{4}|\d{2})-\d{1,3}|\d{1,4}호)"
    r"(?:, (?-i:[A-Z])[a-z]+(?: (?:& )?(?-i:[A-Z])[a-z]+)?)?",
    re.IGNORECASE,
)
# A series with its number: "Issue Brief No. 12", "Asan Issue Brief (2022-19)".
SERIES_NUMBER = re.compile(
    rf"(?P<series>[^\d|:(]{{2,60}}?)[\s,|:]{{0,3}}\(?(?P<number>{_COUNTS}|\d{{4}}-\d+\w?|"
    rf"(?<=\s)\d{{1,3}})\)?",
    re.IGNORECASE,
)
# A number with the word "No.", "Vol." or the like, and one with two of them ("Vol. 16, No. 3").
COUNTED = re.compile(rf".*{_COUNT}", re.IGNORECASE)
TWO_COUNTS = re.compile(rf"{_COUNT}[\s,|]{{1,3}}{_COUNT}", re.IGNORECASE)

DATE_LABEL = re.compile(
    r"(?:(?:First |Originally )?(?:Published|Posted|Released|Issued)(?: online)?(?: on)?|"
    r"(?:Publication |Release |Issue )?Date(?: Published| of Publication)?|"
    r"(?:기사)?입력|승인|등록일|작성일|게시일|발행일|발간일|"
    r"일자|날짜|公開日|発行日|掲載日|更新日|"
    r"发布时间|时间|日期)\s*:?\s*",
    re.IGNORECASE,
)
_DAY = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\((?:[월화수목금토일](?:요일)?|"
    r"[月火水木金土日](?:曜日?)?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?)\))"
)
_CLOCK = r"\d{1,2}(?::\d\d){1,2}(?: ?[ap]\.?m\.?)?"
# The weekday before or after a date, and the time of day after it.
AROUND_DATE = re.compile(
    rf"^{_DAY},?\s+|(?<![\s,])(?:,?\s{{1,3}}|(?=\()){_DAY}$|"
    rf"(?<![\s,-])[\s,-]{{1,5}}(?:(?:at )?{_CLOCK}|"
    rf"\d\d시\s?\d\d분)$",
    re.IGNORECASE,
)
# Only an event has hours.
HOURS = re.compile(rf"{_CLOCK}\s?[-–]\s?{_CLOCK}", re.IGNORECASE)
# On the page of an event, the date is the date of the event and the people are its guests.
EVENT = re.compile(
    r"(?:Past |Upcoming |Asan |Academic |International )*"
    r"(?:Events?(?: (?:Summary|Recap|Report))?|Workshop|Webinar|Conference|Seminar|Symposium|"
    r"Plenum|Panel(?: Discussion)?|Lecture|Transcript)|행사\s?(?:안내)?|"
    r"(?:세미나|포럼|학술회의|토론회)(?: 안내)?|セミナー|シンポジウム",
    re.IGNORECASE,
)
SPEAKER = re.compile(
    r"(?:Speakers?|Presenters?|Moderators?|Commentators?|Discussants?|Panelists?|"
    r"Venue)\b:?\s.{4,200}|(?:장소|사회|발표|토론|会場|講師|登壇者|地点)\s*:.{2,200}"
)

# Headings that any brief may have. A line with one of them is not a title.
SECTION_HEADING = re.compile(
    r"(?:English |Executive )?(?:Abstract|Summary|Synopsis)|Introduction|Background|Overview|"
    r"Context|Highlights|(?:Table of )?Contents|"
    r"(?:Key|Main|Major) (?:Findings?|Points?|Takeaways?|Messages?|Judge?ments|Results|Arguments|"
    r"Recommendations).{0,30}|In Brief|At a Glance|Foreword|Preface|Prologue|Acknowledge?ments?|"
    r"Editor'?s'? Note|From the Editors?|Conclusions?|Keywords?|Theme|"
    r"(?:Policy )?(?:Recommendations|Implications)|(?:End)?notes|References|Bibliography|The Issue|"
    r"Presiders?|Speakers?|Panelists?|Moderators?|Q ?& ?A|"
    r"Quotes from .{3,20}|핵심\s?요약|요약(?:문)?|국문\s?초록|"
    r"초록|요지|개요|서론|서문|머리말|들어가며|"
    r"들어가는 말|목차|차례|배경|"
    r"문제\s?제기|주요\s?내용|결론|나가며|맺음말|편집자\s?주|はじめに|要旨|要約|概要|序論|結論|目次",
    re.IGNORECASE,
)
ABOUT_AUTHORS = re.compile(
    r"About (?:the )?(?:Authors?|Experts?|Contributors?)|(?:The )?Authors?'?s?'? "
    r"(?:Bio\w*|Profile)|(?:저자|필자)\s?(?:소개|약력)",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"(?:\d{1,2}|[IVXⅠ-Ⅻ]{1,4})[.)]\s+")

_AGENCY = (
    r"(?:Getty|REUTERS|Reuters|AFP|AP Photo|AP\b|EPA|Shutterstock|Yonhap|Xinhua|Kyodo|Flickr|"
    r"Wikimedia|iStock|Bloomberg|Alamy|연합뉴스|뉴시스)"
)
# The form of a caption, within a line of less than 250 characters.
_CAPTION = (
    rf"^\(?(?:Photo|Image|Picture|Credit|사진|Cover (?:photo|image))"
    rf"(?:\s?credit|\s?source|s)?(?:\s?by\b|\s?:|\s?©)|^[©ⓒ]\s?(?:photo|{_AGENCY})|"
    r"\((?:사진|그림|출처|photo)\s?[=:][^()]{1,40}\)$|"
    rf"(?:^|[.(/|]\s?|via ){_AGENCY}(?:\s?(?:/|Images|Photo|via)[^.!?]{{0,60}})?\)?\.?$"
)
_TWO_MONTHS = "|".join(
    rf"{first[:3]}\w*\.?(?: \d{{4}})?\s?[–—-]\s?{second[:3]}"
    for first, second in pairwise([*MONTHS, MONTHS[0]])
)
# The words of menus and buttons, of which a line may have several.
_MENU = (
    r"home|menu|main|navigation|toggle (?:navigation|menu)|(?:advanced )?search|sections?|help|"
    r"browse|about(?: us)?|contact(?: us)?|latest|explore|people|issues|"
    r"who we are|what we do|our (?:people|work|team|experts)|"
    r"experts?|topics?|regions?|programs?|events?|publications?|research|careers|donate(?: now)?|"
    r"apply|news|"
    r"support (?:us|our work)|newsletters?|log ?(?:in|out)|sign (?:in|up)|register|sitemap|"
    r"metadata|get in touch|"
    r"terms(?: (?:of|and|&) (?:use|service|conditions))?|imprint|impressum|legal notice|"
    r"privacy(?: policy)?|cookie (?:policy|settings)|english|"
    r"한국어|日本語|中文|메뉴|검색|로그인|회원가입|사이트맵|정기구독|홈|メニュー|検索|ホーム|ログイン|"
    r"会員登録(?: ?\(無料\))?|お問い合わせ|首页|登[入录錄]|英語版(?: ?\(english\))?|"
    r"\[(?:english|japanese|korean)\]"
)
_BUTTON = (
    r"facebook|twitter|google\+|linkedin|whatsapp|telegram|x|share:?|tweet|e-?mail|print|pdf|save|"
    r"cite|subscribe|listen|list|prev(?:ious)?|next|이전|다음|recommend|read more|"
    r"copy (?:link|url)|dictionary|back|"
    r"(?:page |list )?top|(?:인쇄|목록|공유|다운로드|스크랩|글자\s?크기)(?:하기|보기|으로)?|"
    r"페이스북|트위터|카카오톡|맨 위로|위로|印刷(?:する)?|シェア|ツイート|ページトップへ?|戻る|"
    r"(?:このページの)?(?:トップ|先頭)(?:へ|に戻る)|一覧(?:へ|に戻る)|分享|打印|返回(?:顶部|列表)?|"
    r"close|닫기|閉じる|关闭|【?字[体号]:.{1,10}】?|【(?:打印|关闭|收藏|分享)[^】]{0,6}】|"
    r"forward to a friend|"
    r"(?:text|font) size:? .{1,10}|文字サイズ(?:変更)?.{0,12}|分享至 ?\w+"
)
# The rules that leave out a whole line around a text: name, pattern, example. No word of a text is
# left out by them: they are asked only about lines above the prose and below it.
FURNITURE = (
    ("skip link", r"(?:skip|go|jump) to (?:the )?(?:main |site )?(?:contents?|navigation|search)|"
     r"skip navigation|salta al contenuto|(?:direkt )?zum inhalt(?: springen)?|"
     r"aller au contenu(?: principal)?|vai al contenuto|메뉴 건너\s?뛰기|"
     r"(?:(?:주|메인)?\s?(?:메뉴|본문)(?:으로)? 바로가기\s?){1,3}|"
     r"(?:本文|メインコンテンツ)へ(?:スキップ|移動)?|跳到主要内容", "Skip to main content"),
    ("menu", rf"(?:(?:{_MENU})[\s|·,/&]*){{1,9}}|tag archive.{{0,40}}|search .{{3,20}} content|"
     r"(?:[^▾▼⌄]{1,30}[▾▼⌄]\s*){2,9}|redirecting\W*|\W{1,9}|[A가]|"
     r"(?:\w+\s*\|\s*){2,9}\w+", "Research Publications About us"),
    ("breadcrumb", rf"(?:{_MENU}|top|start(?:seite)?|you are here|トップ(?:ページ)?):?\s*[>›»]"
     rf".{{2,100}}|(?:{_MENU}|.{{2,30}} repository)\s/\s.{{2,100}}|当前位置:.{{2,60}}|"
     r"[^>›»]{2,40}(?:\s[>›»]\s[^>›».!?]{2,60}){2,6}", "Home > Publications > Commentary"),
    ("button", rf"(?:(?:{_BUTTON})[\s|·,/]*){{1,9}}|(?:view|read|open|download) .{{0,30}}"
     r"\bpdf\b.{0,12}|(?:(?:click to )?share|like) (?:this|on).{0,50}|(?:available )?downloads?|"
     r"download (?:the )?(?:full )?(?:article|report|paper|file|text|document|brief|data).{0,12}|"
     r"cite this.{0,12}|back to .{1,20}|follow us.{0,20}|"
     r"(?:subscribe|sign up) (?:to|for) (?:our|the) .{3,100}|"
     r"첨부(?:\s?파일|\s?:|(?=\s.*\.\w{3}$)).{0,60}|"
     r"printer[- ]friendly(?: version)?|print this(?: page)?|view this e-?mail in your browser|"
     r"(?:leave|post|add) a (?:comment|reply)|댓글 \d+|\d+ (?:comments?|thoughts on .{2,200})|"
     r"unsubscribe.{0,40}|listen (?:on|to) ?.{0,30}|"
     r"(?:full text|원문|전문) ?\([\d.]+ ?[KM]B\)|show full item record", "Print Share Facebook"),
    ("cookies", r"(?:we|this (?:web)?site) uses? cookies.{0,200}|"
     r"(?:accept|reject)(?: all)?(?: cookies)?", "We use cookies to improve this site."),
    ("neighbours on the site", r"(?:prev(?:ious)?|next)(?: (?:article|post|page))?"
     r"(?::.{2,100}| (?:no\.|\W).{0,100})?|(?:이전|다음)\s?글(?:\s*[|:]?\s.{0,100})?|"
     r"(?:前|次)の(?:記事|ページ).{0,60}|[上下]一[篇页].{0,60}", "이전글 | 동해 어업협정의 쟁점"),
    ("reading time", r"(?:reading time:?\s*)?\d+\s?-?(?:minutes?|mins?|minuten)\.?"
     r"(?:\s?(?:read|lesedauer))?(?: (?:listen|share|download.{0,20}))?", "5 min read"),
    ("label of a board", r"(?:작성자|글쓴이|등록자)\s*:?\s*(?:관리자|운영자|admin\w*)",
     "작성자: 관리자"),
    ("label of the site", r"(?:(?:source|category|tags?|tagged|topics?|filed under):|featuring|"
     r"posted in) .{2,80}|(?:来源|출처|출전|カテゴリー?|タグ|카테고리|태그|分类|标签|JEL"
     r"(?: codes?)?):.{2,60}|(?:#\w+\s*){1,12}|#{2,5}|@\w{2,30}",
     "Tags: ports"),
    ("ISSN", r"e?-?ISSN:? [\d-]+X?", "ISSN 1234-5678"),
    ("editor's contact", r"[■\s]*(?:Typeset by|For inquiries|"
     r"(?:media |press )?contacts? ?:|담당\s?및\s?편집|문의\s?:).{3,150}",
     "■ Typeset by Ola Berg"),
    ("view counter", r"[\d,]+ (?:views?|hits?|downloads?)|"
     r"(?:views?|hits?|조회\s?수?|点击数?|浏览量?|瀏覽人次|閲覧数)\s*:?\s*[\d,]+", "1,204 views"),
    # Two months in a row are the date of an issue.
    ("months of an issue", rf"(?!{_TWO_MONTHS})(?-i:[A-Z])[a-z]{{2,8}}\.?(?: \d{{4}})?\s?[–—-]\s?"
     r"(?-i:[A-Z])[a-z]{2,8}\.? \d{4}", "Jan — Apr 2022"),
    # The date of a change is not the date of the text.
    ("date of a change", r"(?:last |최종\s?)?(?:updated|modified|revised|수정일?)\b"
     r".{0,30}(?:\d{4}|ago).{0,24}", "Updated June 9, 2020"),
    ("page number", r"(?:page )?\d{1,3}|you are on page ?\d+ ?of ?\d+|"
     r"\d{1,4} (?:pages|pp\.?|seiten)", "Page 1"),
    ("kind of page", r"proposals?|articles?|blog(?: post)?s?|news|multimedia|podcasts?|Q ?& ?A|"
     r"(?:op-?ed|guest) contributors?|for immediate release|보도자료|칼럼|현안분석|연구자료|발간물|"
     r"研究レポート|レポート|コラム|論考|論評|论文|评论|"
     r"in the media|(?:in the media|press) ?[|/] ?op-?eds?", "In the media"),
    ("picture caption", rf"(?-i:(?=.{{0,249}}$).*?(?:{_CAPTION}).*)", "Photo by Ola Berg"),
    ("data of the page", r"[\[{]+\s*\"[@\w].*\":.*", '{"@type": "Article"}'),
)  # fmt: skip
_FURNITURE = {rule: re.compile(pattern, re.IGNORECASE) for rule, pattern, _ in FURNITURE}
# A line below the last prose with which lists of other texts begin: all below it is of the site.
_OTHERS = (
    r"(?: (?:content|articles?|posts?|publications?|readings?|stories|news|links?|topics?|reports?|"
    r"research|events?|experts?|analys[ei]s|work|materials?|pages?|items|documents?|for you))?:?"
)
OTHER_TEXTS = re.compile(
    rf"(?:related|recommended|similar|latest|further|most (?:read|popular)){_OTHERS}|"
    r"more (?:from|by) .{2,60}|more (?:on|in|like) this.{0,20}|"
    r"you (?:may|might) also (?:like|be).{0,30}|"
    r"(?:read|up) next:?|back ?numbers?|also by .{3,60}|tags|categories|태그|タグ|"
    r"(?:관련|추천|다른)\s?(?:글|자료|기사|콘텐츠|보고서|게시물)|"
    r"(?:関連|おすすめの?|その他の)(?:記事|コンテンツ|論文|リンク|レポート)|"
    r"バックナンバー|最新(?:記事|レポート)|相关(?:阅读|文章|链接|新闻)|推荐阅读|延伸阅读",
    re.IGNORECASE,
)
# Whom a speech or a newsletter addresses.
SALUTATION = re.compile(
    r"(?:dear|(?:your )?excellenc(?:y|ies)|(?:distinguished|honou?rable|esteemed) \w+|ladies and|"
    r"good (?:morning|afternoon|evening))\b|"
    r"존경하는|친애하는|안녕하(?:십니까|세요)|皆(?:様|さん)|尊敬的|各位",
    re.IGNORECASE,
)

# A line that is the full name of an institute.
INSTITUTE = re.compile(
    # "Centre Opens Library" is a headline.
    r"(?!(?:Institute|Institution|Center|Centre|Council|Foundation|Bureau) [A-Z])"
    r"(?:The )?(?:(?:[A-Z][\w'.&–-]*|for|of|on|and|–) ){0,7}(?:Institut(?:e|ion)|Cent(?:er|re)|"
    r"Council|Foundation|Bureau)"
    r"(?: (?:[A-Z][\w'.&–-]*|for|of|on|and|a|the|in)){0,8}(?: ?\([A-Z]{2,8}\))?|"
    r"(?:Institut|Zentrum|Stiftung|Fondation|Centre|Observatoire|Centro|Istituto|Instituto) "
    r"(?:für|der|des|de|du|d'|di|del|por|per|la|l') ?(?=.*[A-ZÀ-Þ])[\w' -]{3,60}|"
    r"(?:[A-Z]{2,} |– ){1,6}(?:INSTITUTE|CENTER|CENTRE|COUNCIL)(?: [A-Z]{2,}){0,6}|"
    r"(?:INSTITUTE|CENTER|CENTRE|COUNCIL)(?: [A-Z]{2,}){2,6}|"
    r"[가-힣]{2,12}(?:연구원|연구소|재단)|"
    r"(?:(?:公益|一般)(?:財団|社団)法人\s?)?[一-鿿々ァ-ヶー]{2,20}(?:研究所|研究機構|研究中心|研究院|研究会|財団|センター|基金会|智[库庫])"
)
# What stands between the names of two institutes.
_JOINT = re.compile(
    r"\s*(?:,?\s(?:and(?: the)?|[x及및–—-]|"
    r"(?:jointly |together |in (?:cooperation|collaboration|partnership) )?with)\s|"
    r"(?-i:(?<=[a-z가-힣])[-–—](?=[A-Z가-힣]))|[,;，；&＆+＋×/／·ㆍ・、|｜]|(?<=[가-힣])[과와]\s|(?<=[一-鿿])と)\s*",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?!(?:AFP|EPA|BBC|CNN)\b)[A-Z]{3,8}")
# The rights lines and disclaimers in which a publisher names itself. The word before each pattern
# is in every such line, and is looked for first because that is cheaper.
_PUBLISHER_LINES = (
    (
        "",
        r"^\W*(?i:copyright|©|ⓒ)[\s©(c)ⓒ]*(?:\d{4}[\s,©ⓒ]*)?(?:(?i:by) )?(?P<name>[^.,|\d]{3,70})",
    ),
    (
        "position",
        r"(?P<name>\b[A-Z][^.;:]{2,70}?) (?:takes no|does not take) "
        r"(?:specific |any )?(?:institutional|policy) positions?",
    ),
    (
        "This ",
        r"^This (?:report|paper|brief|transcript|commentary|analysis|article|essay) "
        r"(?:is|was) (?:from|part of)\b.{0,60}? an? (?P<name>[A-Z]{3,8}) ",
    ),
    ("RESEARCHERS AT ", r"\bRESEARCHERS AT (?P<name>.{3,60}?) ANALY[SZ]E\b"),
    (
        "공식",
        r"(?P<name>[가-힣]{2,15}(?:연구원|연구소|재단))(?:\([A-Z]{2,8}\))?의?\s공식\s?(?:적인?\s)?(?:견해|입장|의견)",
    ),
)


@lru_cache(maxsize=1024)
def furniture_rule(text: str) -> str:
    """Return the name of the rule that leaves out a line around a text, or ""."""
    return next((rule for rule, pattern in _FURNITURE.items() if pattern.fullmatch(text)), "")


@lru_cache(maxsize=1024)
def is_section_heading(text: str) -> bool:
    """Tell whether a line is the heading of a section that any brief may have, or has an ordinal.

    Such lines are "[요약]" and "1. Introduction".
    """
    words = re.sub(r"[\[\]【】<>:]", "", ORDINAL.sub("", text)).strip()
    is_numbered = ORDINAL.match(text) and not dates.parse(text)
    return bool(is_numbered or SECTION_HEADING.fullmatch(words) or ABOUT_AUTHORS.fullmatch(words))


def part_institutes(text: str, known: Container[str] = ()) -> list[str]:
    """Return the names in a line of several institutes; of any other line the line itself.

    It is parted where a name begins or ends whose words are `known`, or between two names that look
    like those of institutes. A line of more than 300 signs is prose.
    """
    is_whole = len(text) > 300 or fold(text) in known
    cuts = [] if is_whole else [cut.span() for cut in _JOINT.finditer(text)]
    if not cuts:
        return [text]
    start, end = next((cut for cut in cuts if fold(text[cut[1] :]) in known), cuts[-1])
    *first, last = part_institutes(text[:start], known)
    is_parted = (
        any(fold(name) in known for name in (last, text[end:]))
        # A name may have the place of the institute behind it.
        or (INSTITUTE.match(last) and INSTITUTE.fullmatch(text[end:]))
    )
    return [*first, last, text[end:]] if is_parted else [*first, text[start - len(last) :]]


def named_publisher(text: str) -> str | None:
    """Return the publisher that a rights line or disclaimer names, or None.

    Such lines are "© 2015 by EAI" and "The … takes no institutional positions".
    """
    names = (
        re.sub(r"(?i)^The\s+|\s+All rights.*$", "", " ".join(match["name"].split())).strip()
        for word, pattern in _PUBLISHER_LINES
        if word in text and (match := re.search(pattern, text))
    )
    return next(
        (name for name in names if INSTITUTE.fullmatch(name) or _ACRONYM.fullmatch(name)), None
    )
