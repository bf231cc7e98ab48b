"""What four-legged animals are seen doing: shares of poses, by order and posture; the rest of the time they stand."""

from __future__ import annotations

from collections.abc import Mapping

Habits = Mapping[str, float]  # pose -> share; the shares of all but 'stand', together at most 1

HERD: Habits = {"walk": 0.30, "graze": 0.25, "alert": 0.08, "lie": 0.10}
GIANT: Habits = {"walk": 0.35, "graze": 0.22, "lie": 0.08}
ELEPHANT: Habits = {"walk": 0.38, "graze": 0.24, "lie": 0.02}
HUNTER: Habits = {"walk": 0.30, "alert": 0.06, "lie": 0.17, "sit": 0.15, "graze": 0.02}
BEAR: Habits = {"walk": 0.34, "graze": 0.12, "alert": 0.04, "lie": 0.12, "sit": 0.12}
REPTILE: Habits = {"walk": 0.28, "lie": 0.35}

HABITS: Mapping[tuple[str, str], Habits] = {
    ("Artiodactyla", "hoof"): HERD,
    ("Artiodactyla", "column"): GIANT,
    ("Perissodactyla", "hoof"): HERD,
    ("Perissodactyla", "column"): GIANT,
    ("Proboscidea", "column"): ELEPHANT,
    ("Carnivora", "paw"): HUNTER,
    ("Carnivora", "flat"): BEAR,
    ("Rodentia", "flat"): {"walk": 0.25, "graze": 0.20, "alert": 0.05, "lie": 0.08, "sit": 0.06, "upright": 0.16},
    ("Lagomorpha", "flat"): {"walk": 0.12, "graze": 0.20, "alert": 0.05, "lie": 0.10, "sit": 0.28, "upright": 0.06},
    ("Cingulata", "flat"): {"walk": 0.40, "graze": 0.25},
    ("Primates", "paw"): {"walk": 0.32, "graze": 0.05, "sit": 0.35, "alert": 0.05},
    ("Crocodilia", "flat"): {"walk": 0.20, "lie": 0.55},
    ("Squamata", "flat"): REPTILE,
    ("Testudines", "column"): {"walk": 0.35, "graze": 0.12, "lie": 0.15},
}
LOW: Habits = {"walk": 0.34, "graze": 0.14, "alert": 0.08, "lie": 0.08}  # badgers, otters and their kin
GIRAFFE: Habits = {"walk": 0.36, "alert": 0.16, "lie": 0.06}  # it feeds from trees
PANDA: Habits = {"walk": 0.26, "graze": 0.08, "lie": 0.10, "sit": 0.14, "upright": 0.22}


def habits_of(order: str, posture: str) -> Habits:
    """The shares of an order's animals. ValueError for an order without a row."""
    if (order, posture) not in HABITS:
        raise ValueError(f"no habits for {order!r} of posture {posture!r}: allowed are {', '.join(map(str, HABITS))}")
    return HABITS[order, posture]
