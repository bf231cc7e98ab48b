"""What the released files hold, and whether they fit the options: ``python -m training.paper.look --config FILE``.

To be read before anything is trained: what is not known of the data is assumed, and this is where it shows.
"""

from __future__ import annotations

import numpy as np

from raw.language import parse
from training.config import TrainConfig, parse_arguments
from training.paper.pairs import PaperPairs
from training.paper.survey import survey
from training.paper.vectors import PaperAppearances

ROWS = 1000


def look(config: TrainConfig) -> str:
    """A report of the train split. FileNotFoundError or PaperDataError for what cannot be used."""
    data = config.data
    if data.paper is None:
        raise ValueError("data.paper is null; allowed: the options of the paper's data")
    vectors = PaperAppearances(data.folder / data.paper.embeddings, data.folder / data.paper.floor)
    pairs = PaperPairs(data.folder, "train", data.paper, vectors, data.features or data.folder / "features")
    seen = survey(pairs.rows, pairs.scenes, ROWS)
    image, _, program = pairs.picture(0)
    counts = [len(pairs.rows[i].objects) for i in range(seen.rows)]
    height, width = image.shape[:2]
    return (
        f"{len(pairs)} rows, {len(pairs.images)} pictures, vectors of {vectors.width} numbers\n"
        f"first {seen.rows} rows: {seen.objects} objects, {np.mean(counts):.1f} a picture, {max(counts)} at most\n"
        f"  {seen.in_front:.1%} in front of the camera (the others are left out)\n"
        f"  what stands is tilted by {seen.tilt:.1f} degrees (median; near 0 if rotation_frame {data.paper.rotation_frame!r} is right)\n"
        f"  99 % lie within |x| <= {seen.reach:.3f} depth, as in a picture of {seen.fov:.1f} degrees; fov is {data.paper.fov:g}\n"
        f"first picture: {width} x {height} pixels, {len(parse(program).objects)} objects\n{program}"
    )


def main(argv: list[str] | None = None) -> None:
    """Print the report."""
    print(look(parse_arguments(argv)), end="")


if __name__ == "__main__":
    main()
