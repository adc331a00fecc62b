#!/usr/bin/env python3
"""Writes episodes of CartPole-v1 for `edgeflock verify`, by the equations of the cart and the pole.

    python/reference_cartpole.py [SEED [EPISODES]] > episodes.json
    scripts/edgeflock verify episodes.json

Needs nothing but Python, and shares no code with the program. Episodes push at random, always one
way, or as a controller wants it, which keeps the pole up until the episode is cut off at 500 steps.
"""
import json
import math
import random
import sys

GRAVITY, CART, POLE, HALF_LENGTH, FORCE, STEP = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
GREATEST_ANGLE, GREATEST_PLACE, GREATEST_COUNT = math.radians(12), 2.4, 500


def move(state, action):
    place, speed, angle, rotation = state
    force = FORCE if action == 1 else -FORCE
    sine, cosine = math.sin(angle), math.cos(angle)
    push = (force + POLE * HALF_LENGTH * rotation ** 2 * sine) / (CART + POLE)
    turn = (GRAVITY * sine - cosine * push) / (
        HALF_LENGTH * (4 / 3 - POLE * cosine ** 2 / (CART + POLE)))
    pull = push - POLE * HALF_LENGTH * turn * cosine / (CART + POLE)
    return [
        place + STEP * speed, speed + STEP * pull, angle + STEP * rotation, rotation + STEP * turn]


def controller(state):
    place, speed, angle, rotation = state
    return int(0.1 * place + 0.3 * speed + 3 * angle + rotation > 0)


def episode(choose, chance):
    state = [chance.uniform(-0.05, 0.05) for _ in range(4)]
    record = {"start": state, "steps": []}
    terminated = truncated = False
    while not (terminated or truncated):
        action = choose(state)
        state = move(state, action)
        terminated = abs(state[0]) > GREATEST_PLACE or abs(state[2]) > GREATEST_ANGLE
        truncated = len(record["steps"]) + 1 >= GREATEST_COUNT
        record["steps"].append({
            "action": action, "state": state, "reward": 1.0, "terminated": terminated,
            "truncated": truncated,
        })
    return record


if __name__ == "__main__":
    seed, count = [int(a) for a in sys.argv[1:]] + [1, 8][len(sys.argv) - 1:]
    chance = random.Random(seed)
    ways = [lambda _: chance.randrange(2), lambda _: 0, lambda _: 1, controller]
    episodes = [episode(ways[index % len(ways)], chance) for index in range(count)]
    json.dump({"env": "CartPole-v1", "episodes": episodes}, sys.stdout, allow_nan=False)
