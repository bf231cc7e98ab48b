"""Animals as they are met: alone, in pairs, with their young, in herds and flocks, and what keeps them company."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from procedural.biomes import Company, Group
from procedural.chance import log_uniform, pick, weighted
from procedural.scenes.footprints import Footprint, footprint_of
from procedural.scenes.things import Placing, Wanted
from raw.library import AssetRecord, Library

NO_ANIMALS = 0.08  # of all worlds
YOUNG = (0.42, 0.75)  # height of the young, of an adult's
_GROUPS = 6  # groups that are thought of before a place stays empty
_TRIES = 10  # places for one animal
_YOUNG_IN_HERD = 0.15
_SEEN = 1.2  # of the height of the ground's plants: animals at least so high are seen in them
_FLIGHT = 0.4  # of the groups of birds that can, this share is in the air
_ALOFT = (1.5, 14.0)  # metres over the ground, of birds in the air ...
_WINGS = 9.0  # ... and at most so many times their length: small birds high up are dots
_SPACING = {"solitary": 2.0, "pair": 2.6, "family": 2.4, "herd": 3.2, "flock": 2.3}  # of the animals' own reach
_STRAY = (12.0, 45.0)  # metres from the middle, of the second and third group

Families = Mapping[str, list[AssetRecord]]


class Herds:
    """Adds the animals of one world to a placing."""

    def __init__(self, placing: Placing, library: Library, families: Families, hides: float, rng: np.random.Generator) -> None:
        """``hides``: metres under which the ground's plants hide an animal."""
        self.placing, self.library, self.families, self.hides, self.rng = placing, library, families, hides, rng
        self.groups = 0

    def add(self, groups: tuple[Group, ...], ground: str) -> None:
        """One to three groups that fit the ground, the first around the middle; or none."""
        there = [g for g in groups if any(name in self.families for name, share in g.families.items() if share > 0)]
        fitting = [g for g in there if not g.grounds or ground in g.grounds]
        if self.rng.random() < NO_ANIMALS or not fitting:
            return
        for number in range(int(self.rng.choice([1, 2, 3], p=[0.6, 0.28, 0.12]))):
            centre = self._point(*_STRAY) if number else self.rng.normal(0, 3, 2)
            for _ in range(_GROUPS):  # until one is found that the library has and that the grass does not hide
                if self._meet(fitting[weighted(np.array([g.share for g in fitting]), self.rng)], number == 0, centre):
                    break

    def _meet(self, group: Group, whole: bool, centre: np.ndarray) -> bool:
        """A group, ``whole`` or half as large, with its company; whether there is one."""
        size = int(self.rng.integers(group.size[0], group.size[1] + 1))
        if not self._gather(group.families, group.social, size if whole else max(1, size // 2), centre):
            return False
        if group.company and self.rng.random() < group.company.chance:
            self._join(group.company, centre)
        return True

    def _join(self, company: Company, centre: np.ndarray) -> None:
        size = int(self.rng.integers(company.size[0], company.size[1] + 1))
        self._gather(company.families, "herd", size, centre + self._point(2.0, 8.0))

    def _point(self, low: float, high: float) -> np.ndarray:
        angle, reach = self.rng.uniform(0, 2 * np.pi), self.rng.uniform(low, high)
        return reach * np.array([np.cos(angle), np.sin(angle)])

    def _gather(self, shares: Mapping[str, float], social: str, size: int, centre: np.ndarray) -> bool:
        """A group of one family, and whether there is one; not where the library has none of it, or where all would stand hidden."""
        family = pick(shares, self.rng, self.families)
        if family is None:
            self.placing.left_out["not in the library"] += size
            return False
        known = [(record, footprint_of(self.library, record.id)) for record in self.families[family]]
        aloft = any(s.flying for _, s in known) and (all(s.flying for _, s in known) or self.rng.random() < _FLIGHT)
        known = [(record, shape) for record, shape in known if shape.flying == aloft]
        if not aloft:
            known = [(record, shape) for record, shape in known if shape.height > _SEEN * self.hides]
        if not known:
            self.placing.left_out["hidden by the ground's plants"] += size
            return False
        self._spread(self._members(known, social, size, aloft), social, centre)
        self.groups += 1
        return True

    def _members(self, known: list[tuple[AssetRecord, Footprint]], social: str, size: int, aloft: bool) -> list[Wanted]:
        """Who they are, how tall, and where they head; those on the move all head one way."""
        moving = aloft or self.rng.random() < 0.5
        wings = 2 * max(float(shape.reach[-1]) for _, shape in known)
        way, high = self.rng.uniform(0, 360), log_uniform(self.rng, _ALOFT[0], float(np.clip(_WINGS * wings, 2 * _ALOFT[0], _ALOFT[1])))
        young = self.rng.random(size) < _YOUNG_IN_HERD if social == "herd" else np.zeros(size, dtype=bool)
        if social == "family" and size > 1:
            young[1 if size == 2 else int(self.rng.integers(1, 3)) :] = True
        weights = np.array([4.0 if moving and shape.walking else 1.0 for _, shape in known])
        members = []
        for i in range(size):
            record, shape = known[weighted(weights, self.rng)]
            height = record.height * float(np.exp(np.clip(self.rng.normal(0, 0.05), -0.12, 0.12)))
            height *= self.rng.uniform(*YOUNG) if young[i] else 1.0
            heading = way + self.rng.normal(0, 12) if moving else self.rng.uniform(0, 360)
            lift = high * self.rng.uniform(0.8, 1.25) if aloft else 0.0
            members.append(Wanted(record, shape, heading % 360, max(height, _SEEN * self.hides * (not aloft)), lift, self.groups))
        return members

    def _spread(self, members: list[Wanted], social: str, centre: np.ndarray) -> None:
        """Around a centre, longer along the way of the first than across."""
        reach = float(np.mean([m.shape.reach[-1] * m.height / m.shape.height for m in members]))
        width = _SPACING[social] * reach * np.sqrt(len(members)) / 1.8
        spots = self.rng.normal(0, width, (len(members), _TRIES, 2)) * [0.8, 1.3]
        angle = np.radians(members[0].heading)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        self.placing.place(members, centre + spots @ turn.T)
