"""Numbers as an official text writes them out; pure."""

from decimal import Decimal

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_THOUSAND = 1000
_BILLION = 1_000_000_000


def dong_in_words(amount: Decimal) -> str:
    """The amount as a decision writes it out: chín trăm hai mươi bảy triệu năm trăm nghìn đồng."""
    return f"{count_in_words(int(amount.to_integral_value()))} đồng"


def count_in_words(number: int) -> str:
    """A count as minutes write it out: một trăm mười."""
    return _number_words(number) or _DIGITS[0]


def _number_words(number: int) -> str:
    head, rest = divmod(number, _BILLION)
    words = [f"{_number_words(head)} tỷ"] if head else []
    groups: list[tuple[int, str]] = []
    for scale in _SCALES:
        rest, group = divmod(rest, _THOUSAND)
        groups.append((group, scale))
    for group, scale in reversed(groups):
        if group:
            words.append(f"{_group_words(group, is_full=bool(words))} {scale}".strip())
    return " ".join(words)


def _group_words(group: int, *, is_full: bool) -> str:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or is_full else []
    if tens > 1:
        words.append(f"{_DIGITS[tens]} mươi")
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("lẻ")
    if ones:
        words.append(_last_digit(ones, tens))
    return " ".join(words)


def _last_digit(ones: int, tens: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 and tens else _DIGITS[ones]  # noqa: PLR2004  five has its own word
