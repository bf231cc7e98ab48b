"""Plants: wood, leaves and seasons, and the kinds that are put together from them.

Every kind is a pure function of numbers and a sampler `<kind>_rand(rng)` that draws the numbers. Kinds are grown at
about 10 units high (bushes at 1 or 2) whatever their final height, then scaled as a whole: so the count of triangles
does not depend on the height.
"""
