"""Numbers written out in digits, within the limits of their slot: what may come next, character by character."""

from __future__ import annotations

from functools import lru_cache

from raw.model.numbers import NUMBER_SLOTS, NumberSlot

NEAREST = 0.001  # metres: a location lies in front of the camera


@lru_cache
def limits(slot: int) -> tuple[int, int]:
    """Smallest and largest number of a slot, counted in its last decimal."""
    entry = NUMBER_SLOTS[slot]
    high = -NEAREST if _is_depth(entry) else entry.slot.high
    scale = 10**entry.slot.decimals
    return round(entry.slot.low * scale), round(high * scale)


def _is_depth(entry: NumberSlot) -> bool:
    return entry.slot.codec == "location" and entry.component == 2


def numeral(value: float, slot: int) -> str:
    """A number as a program of ``NUMBER_SLOTS[slot]`` has it, moved into the slot's limits."""
    decimals = NUMBER_SLOTS[slot].slot.decimals
    low, high = limits(slot)
    count = min(max(round(value * 10**decimals), low), high)
    return f"{count / 10**decimals:.{decimals}f}"


def longest_numeral(slot: int) -> int:
    """Characters of the longest number of a slot."""
    decimals = NUMBER_SLOTS[slot].slot.decimals
    return max(len(f"{count / 10**decimals:.{decimals}f}") for count in limits(slot))


class Numeral:
    """A number being written: a sign, whole digits without leading zeros, a point and all decimals."""

    def __init__(self, slot: int) -> None:
        self.slot, self.decimals = slot, NUMBER_SLOTS[slot].slot.decimals
        self.low, self.high = limits(slot)
        self.text = ""

    @property
    def complete(self) -> bool:
        """Whether what stands here is a number of the slot."""
        whole, point, part = self.text.removeprefix("-").partition(".")
        if self.decimals:
            return len(part) == self.decimals
        return bool(whole) and self._reaches(self.text, 0)

    def allowed(self) -> str:
        """The characters that may come next; none when the number cannot go on."""
        return _allowed(self.slot, self.text)

    def take(self, character: str) -> None:
        self.text += character

    def fits(self, character: str) -> bool:
        """Whether a character may come next."""
        whole, point, part = self.text.removeprefix("-").partition(".")
        if character == "-":
            return not self.text and self.low < 0
        if character == ".":
            return bool(whole and not point and self.decimals) and self._reaches(self.text, 0)
        if point:
            return len(part) < self.decimals and self._reaches(self.text + character, 0)
        if whole == "0":
            return False
        text = self.text + character
        more = 0 if text.removeprefix("-") == "0" else len(str(max(abs(self.low), abs(self.high))))
        return any(self._reaches(text, digits) for digits in range(more + 1))

    def _reaches(self, text: str, digits: int) -> bool:
        """Whether a number within the limits starts with ``text`` and has so many whole digits more."""
        whole, _, part = text.removeprefix("-").partition(".")
        span = 10 ** (self.decimals - len(part) + digits)
        first = int(whole + part) * span
        low, high = (-first - span + 1, -first) if text.startswith("-") else (first, first + span - 1)
        return low <= self.high and high >= self.low


@lru_cache(maxsize=1 << 16)
def _allowed(slot: int, text: str) -> str:
    """Characters that may follow ``text``; kept, as the beginnings of numbers come again and again."""
    number = Numeral(slot)
    number.text = text
    return "".join(character for character in "0123456789-." if number.fits(character))
