# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds threats to cut utilities or access in the text of a notice.

Civil Code of China, article 944: a provider may not stop power, water, heat or gas to
collect fees. Local rules (Zhengzhou, Weifang) and the ministry of Taiwan say the same
of entry, lifts and parking. So no text with such a threat is stored or sent.

What is looked for stands in the tables below: a verb that takes away near a thing that
is needed. Text is brought into one form first, so that fullwidth letters, spaces,
punctuation or invisible characters between the letters, HTML tags and traditional
characters make no difference. A refusal says which words it is about.

>>> find_threat("We will c-u-t  o.f.f your <b>ｗａｔｅｒ</b>")
'cutoff your water'
>>> find_threat("逾期将停 水、断*电")
'停水'
>>> find_threat("请缴清水费、电费和停车费，逾期按日计收违约金") is None
True
"""

from __future__ import annotations

import html
import re
import unicodedata

# -------------------------------------------------------------------- Chinese words
# Written with simplified characters; traditional ones are brought to them first.
TRADITIONAL = str.maketrans(
    "斷電氣熱門車鎖關閉閘閥進開區機輛攔凍銷註終給應屬單對講鑰場庫為氺収禦證權燃準許",
    "断电气热门车锁关闭闸阀进开区机辆拦冻销注终给应属单对讲钥场库为水收御证权燃准许",
)
# What a household needs. Never the fee for it: 水费, 电费, 停车费 may be named.
NOT_A_FEE = r"(?![表卡]?(?:[^\W\d_]{0,3})?费)"
# 电子, 电话, 气温, 水平, 热线 are other words
UTILITIES = (
    "(?:水(?![平准印果])|电(?![子话邮脑商报梯视影动])|气(?![温候象氛])|燃气|煤气|天然气|"
    "瓦斯|暖气?|热水?(?![线情心点])|能源)"
)
ACCESS = (
    "(?:门禁|门卡|房卡|磁卡|磁扣|感应卡|感应扣|业主卡|住户卡|出入卡|出入证|钥匙|大门|房门|"
    "单元门|电梯|梯控|乘梯|坐梯|出入|进出|进入|入内|通行|回家|道闸|停车|泊车|停放|车辆|"
    "车位|车牌|车库|地库|对讲)"
)
TAKE_UTILITY = (
    "(?:停止|停|中止|中断|暂停|终止|切断|截断|掐断|断|掐|切|拉|限制|限|关闭|关停|减少|"
    "不再|拒绝|取消)"
)
TAKE_ACCESS = (
    "(?:停止|停用|停掉|暂停|中止|终止|限制|禁止|禁用|禁|不得|不准|不许|不让|不予|拒绝|"
    "阻止|拦截|拦|阻拦|取消|注销|冻结|锁定|锁住|锁|封闭|封|关闭|关停|断开|失效|消磁|收回|"
    "屏蔽|解除|撤销|删除)"
)
SUPPLY = "(?:供应|供给|供|输送|提供|使用|用)"
WHOSE = "(?:对?(?:您|你|贵|该|其|本|此)?(?:的|户|家|房屋|住宅|单元|室内?|房|们)*)"
# Between verb and thing: a few characters, no end of a sentence, no paying.
NEAR = r"[^。！？!?;；\n付缴交欠费]{0,8}?"
PASSIVE = "(?:将|会|要|予以|被|一律|即|立即|全部|全都|统统|给|暂时|也|均|都)"

CHINESE = (
    # 停水, 断电, 限气, 拉闸, and with a supply or an owner between
    rf"{TAKE_UTILITY}{WHOSE}?{SUPPLY}?{WHOSE}?{UTILITIES}{NOT_A_FEE}",
    rf"(?:停止|中止|中断|暂停|终止|切断|限制){NEAR}{UTILITIES}{NOT_A_FEE}",
    r"(?:拉|断|关)(?:掉|下|闭)?(?:总)?(?:电闸|水阀|气阀|闸|阀|阀门)",
    # 水电将被切断
    rf"{UTILITIES}{NOT_A_FEE}{NEAR}{PASSIVE}{NEAR}"
    r"(?:停止供应|停供|停用|停掉|停止|切断|中断|断掉|断供|关闭|掐断|被停|被断|限制)",
    # 关闭门禁, 禁止车辆入内, 电梯卡将停用
    rf"{TAKE_ACCESS}{NEAR}{ACCESS}{NOT_A_FEE}",
    rf"{ACCESS}{NOT_A_FEE}{NEAR}{PASSIVE}?{NEAR}"
    r"(?:停用|禁用|注销|冻结|锁定|锁住|失效|消磁|关闭|禁止|限制|取消|收回|屏蔽|切断|"
    r"不能使用|无法使用|不予放行|不放行)",
    r"(?:刷不了|进不了|开不了)(?:卡|门|电梯|小区|车库|家)",
)

# -------------------------------------------------------------------- English words
TAKE = (
    r"(?:cut(?:ting|s)?(?: ?off)?|shut(?:ting|s)?(?: ?off)?|"
    r"(?:turn|switch)(?:ing|ed|e?s)?(?: ?off)?|"
    r"disconnect\w*|suspend\w*|suspension|discontinu\w*|interrupt\w*|terminat\w*|"
    r"stop(?:ped|ping|s)?|withh[eo]ld\w*|with ?draw\w*|block\w*|bar|barr(?:ed|ing)|"
    r"disabl\w*|deactivat\w*|restrict\w*|den(?:y|ies|ied|ying)|refus\w*|revok\w*|"
    r"limit(?:ed|ing|s)?|lock(?:ed|ing|s)?|ban(?:ned|ning|s)?|cancel\w*|prevent\w*|"
    r"remov\w*|tow(?:ed|ing|s)?|clamp\w*|los(?:e|ing)|without)"
)
THING = (
    r"(?:water|power|electric\w*|heat(?:ing)?|gas|utilit(?:y|ies)|hot water|"
    r"access|entry|entrance|lifts?|elevators?|parking|car ?park|garage|gates?|"
    r"key ?cards?|key ?fobs?|access cards?|barriers?|door ?codes?|intercom)"
)
# The fee, bill or account for a thing may be stopped, suspended and named.
NO_FEE = r"(?! (?:fees?|charges?|bills?|invoices?|costs?|accounts?|rents?|payments?)\b)"
# Between the two: a few words of one sentence, none about paying.
GAP = r"[^\w.;:!?\n]+"
WORDS = rf"(?:{GAP}(?!(?:pay|paying|paid|bill|fees?|charges?|unpaid)\b)\w+){{0,5}}?"
ENGLISH = (
    rf"\b{TAKE}\b{WORDS}{GAP}{THING}\b{NO_FEE}",
    rf"\b{THING}\b{NO_FEE}{WORDS}{GAP}(?:be|been|being|is|are|gets?){GAP}(?:\w+{GAP}){{0,2}}?"
    rf"(?:cut|shut|turned|switched|disconnected|suspended|discontinued|interrupted|"
    rf"terminated|stopped|withheld|withdrawn|blocked|disabled|deactivated|restricted|"
    rf"denied|refused|revoked|limited|locked|banned|cancelled|removed|towed|clamped)\b",
    r"\block(?:ed|ing)?\W+(?:you\W+)?out\b",
)
# Of a text spelled out letter by letter nothing but the letters is left.
JOINED = (
    r"(?:cutoff|cuttingoff|shutoff|turnoff|switchoff|disconnect|suspend|disable|block|"
    r"deny|lock)\w{0,12}?(?:water|power|electric|heat|gas|utilit|access|entry|elevator|"
    r"lift|parking|gate|keycard)",
)

TAGS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", re.I)
OTHER_TAGS = re.compile(r"<[^<>]*>")
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
SPACES = re.compile(r"[^\S\n]+")
# marks inside words: "cut-off", "cut.off.water"
MARKS = re.compile(r"(?<=[a-z0-9])[^\w\s]+(?=[a-z0-9])|_+")
# letters one by one: "c u t", "c.u.t", "c-u-t"
SPELLED = re.compile(r"(?<![^\W_])(?:[a-z][\W_]{1,3}){2,}[a-z](?![^\W_])")
NO_LETTER = re.compile(r"[\W_]")
HAN = "\u3400-\u9fff"
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])(?:[^\w。！？!?;；\n]|_)+(?=[{HAN}])")
ANY_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])[\W_]+(?=[{HAN}])")
HAS_HAN = re.compile(f"[{HAN}]")

_CHINESE = [re.compile(pattern) for pattern in CHINESE]
# what stands with nothing between is found across the end of a sentence too
_TIGHT = [_CHINESE[0], _CHINESE[2]]
_ENGLISH = [re.compile(pattern) for pattern in ENGLISH]
_JOINED = [re.compile(pattern) for pattern in JOINED]
# Without one of these no pattern can match: most text is done after this look.
_TAKEN_HAN = re.compile(f"{TAKE_UTILITY}|{TAKE_ACCESS}|[进开刷]不了|不能|无法|不予")
_TAKEN = re.compile(rf"\b(?:{TAKE})\b|cutoff|shutoff")


def plain(text: str) -> str:
    """The text in one form: no tags, no invisible characters, halfwidth, lower case,
    simplified characters, one space between words."""
    text = OTHER_TAGS.sub("", TAGS.sub("\n", str(text)))
    text = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return SPACES.sub(" ", INVISIBLE.sub("", text).translate(TRADITIONAL))


def find_threat(text: str | None) -> str | None:
    """The words of a text that threaten to cut utilities or access.

    :param text: plain text or HTML; placeholders are taken as they are
    :return: the words found, None if there are none
    """
    if not text:
        return None
    for patterns, form in _get_forms(plain(text)):
        for pattern in patterns:
            match = pattern.search(form)
            if match:
                return SPACES.sub(" ", match[0]).strip()
    return None


def _get_forms(text):
    """Pairs of patterns and the form of the text in which they are looked for."""
    if HAS_HAN.search(text):
        tight = ANY_BETWEEN_HAN.sub("", text)
        if _TAKEN_HAN.search(tight):
            yield _CHINESE, BETWEEN_HAN.sub("", text)
            yield _TIGHT, tight
    spelled = SPELLED.sub(lambda match: NO_LETTER.sub("", match[0]), text)
    if spelled != text:
        found = "".join(SPELLED.findall(text))
        yield _JOINED, NO_LETTER.sub("", found)
        spelled = MARKS.sub(" ", spelled)
        if _TAKEN.search(spelled):
            yield _ENGLISH, spelled
    text = MARKS.sub(" ", text)
    if _TAKEN.search(text):
        yield _ENGLISH, text
