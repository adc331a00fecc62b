#!/usr/bin/env python3
"""Reads the curves of a run with TensorBoard's own loader and prints them as CSV.

    python3 -m venv /tmp/tensorboard && /tmp/tensorboard/bin/pip install tensorboard
    /tmp/tensorboard/bin/python python/read_events.py runs/latest/tensorboard [TAG]

Without a tag: each tag with how many points it has, its last step and its last value.
"""

import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main(folder, tag=None):
    events = EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    tags = events.Tags()
    scalars = {name: events.Scalars(name) for name in tags["scalars"]}
    if tag is None:
        print("tag,points,last_step,last_value")
        for name, points in sorted(scalars.items()):
            print(f"{name},{len(points)},{points[-1].step},{points[-1].value:.7g}")
    else:
        print("step,value")
        for point in scalars[tag]:
            print(f"{point.step},{point.value:.7g}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
