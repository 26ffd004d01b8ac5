"""How a Chinese name is read: pinyin without tones, surnames as surnames.

The dictionary of readings takes long to import, and most pages read no name: it is imported where it is used.
"""

from functools import cache, lru_cache

# Characters that are read in another way when they stand as a surname.
SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "澹台": "tan tai", "令狐": "ling hu", "单于": "chan yu",
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "朴": "piao", "区": "ou", "盖": "ge",
    "任": "ren", "华": "hua", "折": "she", "繁": "po", "员": "yun", "缪": "miao", "宓": "mi", "纪": "ji", "燕": "yan",
    "冼": "xian", "洗": "xian", "那": "na", "过": "guo", "召": "shao", "种": "chong", "秘": "bi", "黑": "he", "祭": "zhai",
    "翟": "zhai", "尹": "yin", "尉": "wei", "宁": "ning", "晟": "cheng", "乐": "yue", "覃": "qin", "哈": "ha", "幺": "yao",
    "都": "du", "乜": "nie", "佴": "nai", "牟": "mu", "隗": "wei", "车": "che", "逄": "pang", "藏": "zang", "重": "chong",
    "干": "gan", "应": "ying", "句": "gou", "谌": "chen", "郇": "xun", "长": "zhang", "石": "shi", "柏": "bai", "瞿": "qu",
}  # fmt: skip


@lru_cache(maxsize=5_000)
def readings(name: str) -> tuple[tuple[str, ...], ...]:
    """The ways to read a name, a syllable a character: first as a surname with a given name, then as plain words.

    Latin letters are taken a word a syllable; what has no reading is left out.
    """
    plain = _syllables(name)
    for length in (2, 1):
        surname = SURNAMES.get(name[:length])
        if surname:
            read = (*surname.split(), *_syllables(name[length:]))
            return (read,) if read == plain else (read, plain)
    return (plain,) if plain else ()


def _syllables(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    parts = (part for read in lazy_pinyin(text) for part in read.replace("·", " ").casefold().split())
    return tuple(part.replace("ü", "v") for part in parts if part.isalnum())


def _dictionary() -> dict[int, str]:
    """The readings of each character, with their tones."""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415

    readings_by_character: dict[int, str] = PINYIN_DICT
    return readings_by_character


@cache
def syllables() -> frozenset[str]:
    """Every syllable of pinyin, without tones."""
    read = (each for marked in _dictionary().values() for each in marked.split(","))
    return frozenset(_plain(each) for each in read)


def _plain(marked: str) -> str:
    """A syllable without its tone."""
    from pypinyin import Style  # noqa: PLC0415
    from pypinyin.style import convert as in_style  # noqa: PLC0415

    return in_style(marked, Style.NORMAL, strict=False).replace("ü", "v")


@lru_cache(maxsize=5_000)
def completions(part: str) -> tuple[str, ...]:
    """The syllables that begin with `part`, itself among them where it is one."""
    return tuple(sorted(each for each in syllables() if each.startswith(part)))


@lru_cache(maxsize=5_000)
def is_pinyin(text: str) -> bool:
    """Whether `text` is whole syllables and nothing else."""
    return not text or any(
        text[:end] in syllables() and is_pinyin(text[end:]) for end in range(1, min(6, len(text)) + 1)
    )
