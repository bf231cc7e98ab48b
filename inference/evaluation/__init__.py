"""Models and baselines on suites of pictures: predictions, their renders, scores, and a report.

``raw evaluate`` writes a folder, and its report is made from that folder alone:

config.yaml                     resolved options
about.json                      what was evaluated: data set, library, models, towers (and those that are missing), perceptual distance
suites/SUITE/cases.jsonl        a line a case: name, scene (its world; views of one share it), biome, truth, objects
suites/SUITE/pictures/NAME.jpg  what the methods saw
suites/SUITE/METHOD.jsonl       a line a case, in their order: program, error, times, scores, and a record for every true object
suites/SUITE/METHOD/NAME.jpg    the render of the program, and NAME.png its index image
results.json, tables/, plots/, index.html    the report; plots/SUITE/gallery-MODEL-*.jpg are pictures at even steps beside their renders

NAME may hold slashes. A file that ends in .jsonl grows line by line, and whole lines are final.
"""
