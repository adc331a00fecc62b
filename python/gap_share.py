#!/usr/bin/env python3
"""The share of the gap between a rule and its oracle that an agent closes, from a study's results.

    python3 python/gap_share.py runs/study-amcoedge/results.csv waterfill ddrl-amsa oracle-waterfill

A line for each combination of the study's other axes: (rule - agent) / (rule - oracle), each the
interquartile mean over seeds of a column (the fifth argument; `delay` without it), with a 95 %
percentile interval. Seeds are drawn again 10,000 times, the same ones for all three, as all three
had the same arrivals. A negative share is a delay above the rule's. Only Python's own library.
"""

import csv
import random
import sys
from collections import defaultdict


def middle_mean(values):
    """As the report has it: without the least and the greatest quarter."""
    cut = len(values) // 4
    middle = sorted(values)[cut : len(values) - cut]
    return sum(middle) / len(middle)


def quantile(ordered, share):
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def share(runs, seeds):
    rule, agent, oracle = (middle_mean([run[seed] for seed in seeds]) for run in runs)
    return (rule - agent) / (rule - oracle)


def read(path, column):
    """`{other axes: {policy: {seed: value}}}`; axes are the columns before `seed`."""
    found = defaultdict(lambda: defaultdict(dict))
    with open(path, newline="") as file:
        rows = csv.DictReader(file)
        axes = rows.fieldnames[: rows.fieldnames.index("seed")]
        for row in rows:
            if row["outcome"] == "VALID":
                others = tuple(row[axis] for axis in axes if axis != "policy")
                found[others][row["policy"]][row["seed"]] = float(row[column])
    return found


def main(path, rule, agent, oracle, column="delay"):
    stream = random.Random(1)
    for others, policies in read(path, column).items():
        runs = [policies.get(name, {}) for name in (rule, agent, oracle)]
        seeds = sorted(set(runs[0]) & set(runs[1]) & set(runs[2]))
        if not seeds:
            continue
        drawn = sorted(share(runs, stream.choices(seeds, k=len(seeds))) for _ in range(10_000))
        low, high = quantile(drawn, 0.025), quantile(drawn, 0.975)
        print(
            f"{', '.join(others)}: {agent} closes {100 * share(runs, seeds):.1f} % "
            f"[{100 * low:.1f}, {100 * high:.1f}] of the gap from {rule} to {oracle}, "
            f"{len(seeds)} seeds"
        )


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    main(*sys.argv[1:])
