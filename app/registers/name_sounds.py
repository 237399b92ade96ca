"""How names sound, so that one name in many spellings is looked for under the same keys.

Foreign authorities write Vietnamese names by ear: Khmer, Thai, Malay and Indonesian lists have Wan
for Văn, Fam for Phạm, Nuyen for Nguyễn, Djung for Dũng, and put the given name first. A key keeps
only what survives that: the class of the first and of the last consonant of each syllable.
Lists from China and Taiwan write the characters; they are read in Vietnamese.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import yaml

from app.database import fold_text

KEY_VERSION = 2
BY_LETTERS = "j:"
BY_NEIGHBOURS = "t:"
READINGS_FILE = Path(__file__).parent / "data" / "han_readings.yaml"
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_VOWELS = "aeiouwy"
_LONGEST_KEY = 78
_MOST_SYLLABLES = 8
# The longest spelling that fits counts; the right side is a class, not a sound.
_FIRST = {
    **dict.fromkeys(("ngh", "ng", "nh", "ny", "gn", "n"), "n"),
    **dict.fromkeys(("ph", "f", "p"), "f"),
    **dict.fromkeys(("tr", "ch", "tj", "c", "k", "q", "kh", "kw", "qu", "kr"), "k"),
    **dict.fromkeys(("th", "t"), "t"),
    **dict.fromkeys(("dj", "dh", "dz", "d", "gi", "z", "j", "y"), "d"),
    **dict.fromkeys(("v", "w", "b", "bh"), "v"),
    **dict.fromkeys(("s", "x", "sh"), "s"),
    **dict.fromkeys(("g", "gh"), "g"),
    **{one: one for one in ("h", "l", "m", "r")},
}
_LAST = {
    **dict.fromkeys(("ng", "nh", "n", "nk", "nn"), "n"),
    **dict.fromkeys(("c", "ch", "k", "ck", "g"), "k"),
    **{one: one for one in ("m", "p", "t")},
}
_HEADS = tuple(sorted(_FIRST, key=len, reverse=True))
_TAILS = tuple(sorted(_LAST, key=len, reverse=True))
_SYLLABLE = re.compile(r"[^aeiouwy]*[aeiouwy]+(?:(?:ng|nh|ch|[nmptckg])(?![aeiouy]))?")


@lru_cache(maxsize=50_000)
def syllables(name: str) -> tuple[str, ...]:
    """The syllables of a name, folded: "NGUYEN, Văn Á" is nguyen van a, 阮文安 is nguyen van an."""
    said = _HAN.sub(_read, name)
    return tuple(part for part in _NOT_LETTERS.split(fold_text(said)) if part)[:_MOST_SYLLABLES]


def _read(found: re.Match[str]) -> str:
    return f" {_readings().get(found[0], '')} "


@cache
def _readings() -> Mapping[str, str]:
    """How a character is read in Vietnamese; one that the table does not know says nothing."""
    said = yaml.safe_load(READINGS_FILE.read_text("utf-8"))["readings"]
    return {sign: reading for reading, signs in said.items() for sign in signs}


@lru_cache(maxsize=20_000)
def sound(syllable: str) -> str:
    """The class of the first and last consonant: nguyen, nuyen and ngwen are all n-n."""
    head = next((one for one in _HEADS if syllable.startswith(one)), "")
    rest = syllable[len(head) :]
    if head and not rest.strip("h"):
        return _FIRST[head]
    tail = next((one for one in _TAILS if rest.endswith(one)), "")
    return f"{_FIRST.get(head, '-')}{_LAST.get(tail, '-')}"


def joined_sound(parts: Sequence[str]) -> str:
    """The consonants in order, however the name was cut: NGUYENVANAN as Nguyen Van An."""
    run = "".join(parts)
    cut = _SYLLABLE.findall(run)
    return "".join(sound(part) for part in cut) if cut else run


def in_order(name: str) -> str:
    """A name as it is weighed roughly: its syllables folded, in the order of their sounds.

    Sorted by letters, one letter heard wrong would put every syllable in another place.
    """
    return " ".join(sorted(syllables(name), key=lambda part: (sound(part), part)))


def spelling_key(name: str) -> str:
    """The key under which persons lie: the folded syllables in any order; empty without any."""
    parts = syllables(name)
    return f"a:{' '.join(sorted(parts))}"[:_LONGEST_KEY] if parts else ""


def sound_keys(name: str) -> tuple[str, ...]:
    """The keys under which a spelling is looked for by ear, the most telling first.

    p: the sounds of its syllables in any order; j: the sounds of the letters in their order,
    however they were cut; t: two neighbouring syllables by sound, the last beside the first, so
    that a name is still found when one syllable is wrong or left out, or the order has turned.
    """
    parts = syllables(name)
    if not parts:
        return ()
    sounds = [sound(part) for part in parts]
    found = [f"p:{''.join(sorted(sounds))}"]
    if len(parts) == 1 or any(len(part) > 1 for part in parts):
        found.append(f"{BY_LETTERS}{joined_sound(parts)}")
    if len(parts) > 1:
        found += [
            f"{BY_NEIGHBOURS}{''.join(sorted((one, sounds[at - 1])))}"
            for at, one in enumerate(sounds)
        ]
    return tuple(dict.fromkeys(key[:_LONGEST_KEY] for key in found))


def keys_of(name: str) -> tuple[str, ...]:
    """All keys of a spelling, its own first; nothing where there is no Latin letter."""
    own = spelling_key(name)
    return (own, *sound_keys(name)) if own else ()


def day_key(iso: str) -> str:
    """The key of a full day of birth: it finds a person however wrong the name is."""
    return f"b:{iso}"
