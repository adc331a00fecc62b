#!/usr/bin/env python3
"""Writes reference vectors of diffusion actors, of any size, for `edgeflock verify`.

    python/reference_actor.py [FIRST_SEED [COUNT]] > cases.json
    scripts/edgeflock verify cases.json

Shares no code with the program: NumPy in double precision, and gradients as derivatives along an
imaginary step of 1e-30 (Squire and Trapp 1998), which have no rounding of differences. Each case
draws its sizes, activation, steps, schedule, clipping and order of the input from its seed.
"""
import json
import sys

import numpy as np

PARTS = ["noisy action", "time embedding", "state"]
STEP = 1e-30
# Inside the logarithm of the entropy.
FLOOR = 1e-8


def mish(x):
    n = np.exp(x) * (np.exp(x) + 2)
    return x * n / (n + 2)


ACTIVATIONS = {
    "mish": mish,
    "relu": lambda x: np.where(x.real > 0, x, 0),
    "tanh": np.tanh,
    "silu": lambda x: x / (1 + np.exp(-x)),
}


def clip(x):
    return np.where(x.real > 1, 1, np.where(x.real < -1, -1, x))


def layer(generator, inputs, outputs):
    return {
        "weight": generator.normal(size=(outputs, inputs)) / np.sqrt(inputs),
        "bias": generator.normal(size=outputs) / 4,
    }


class Case:
    def __init__(self, seed):
        g = self.generator = np.random.default_rng(seed)
        self.state_dim, self.action_dim = int(g.integers(1, 9)), int(g.integers(2, 8))
        self.hidden, self.batch = int(g.integers(1, 14)), int(g.integers(1, 6))
        self.steps, self.time_dim = int(g.integers(1, 11)), 2 * int(g.integers(2, 11))
        self.activation = str(g.choice(list(ACTIVATIONS)))
        self.time_mlp, self.clip = bool(g.random() < 0.7), bool(g.random() < 0.4)
        self.order = [PARTS[i] for i in g.permutation(3)]
        self.beta_min, self.beta_max = [(0.1, 10.0), (0.2, 5.0)][int(g.integers(2))]
        self.alpha = [0.05, 0.3][int(g.integers(2))]
        shape = (self.batch, self.action_dim)
        self.state = g.normal(size=(self.batch, self.state_dim))
        self.start, self.values = g.normal(size=shape), g.normal(size=shape)
        self.noise = g.normal(size=(self.steps, *shape))
        width = self.action_dim + self.time_dim + self.state_dim
        self.networks = {}
        if self.time_mlp:
            self.networks["time"] = [
                layer(g, self.time_dim, 2 * self.time_dim),
                layer(g, 2 * self.time_dim, self.time_dim),
            ]
        sizes = [width, self.hidden, self.hidden, self.action_dim]
        self.networks["eps"] = [layer(g, a, b) for a, b in zip(sizes, sizes[1:])]
        i, t = np.arange(1, self.steps + 1), self.steps
        ramp = (self.beta_max - self.beta_min) * (2 * i - 1) / (2 * t * t)
        self.betas = 1 - np.exp(-self.beta_min / t - ramp)
        self.product = np.cumprod(1 - self.betas)
        self.before = np.append(1, self.product[:-1])
        self.variance = self.betas * (1 - self.before) / (1 - self.product)
        self.mean_x0 = self.betas * np.sqrt(self.before) / (1 - self.product)
        self.mean_x = (1 - self.before) * np.sqrt(1 - self.betas) / (1 - self.product)

    def perceptron(self, name, x):
        layers = self.networks[name]
        for index, part in enumerate(layers):
            x = x @ part["weight"].T + part["bias"]
            if index < len(layers) - 1:
                x = ACTIVATIONS[self.activation](x)
        return x

    def embedding(self, number):
        half = self.time_dim // 2
        angles = number * np.exp(-np.log(10000) / (half - 1) * np.arange(half))
        values = np.append(np.sin(angles), np.cos(angles)) + 0j
        return self.perceptron("time", values) if self.time_mlp else values

    def run(self):
        """The samples after each step, the probabilities and the loss."""
        x, samples = self.start + 0j, []
        for place in reversed(range(self.steps)):
            time = np.tile(self.embedding(place), (self.batch, 1))
            parts = dict(zip(PARTS, [x, time, self.state]))
            e = np.tanh(self.perceptron("eps", np.hstack([parts[p] for p in self.order])))
            inverse = 1 / self.product[place]
            clean = np.sqrt(inverse) * x - np.sqrt(inverse - 1) * e
            clean = clip(clean) if self.clip else clean
            x = self.mean_x0[place] * clean + self.mean_x[place] * x
            if place > 0:
                x = x + np.sqrt(self.variance[place]) * self.noise[place]
            samples.append(x)
        p = np.exp(x - x.real.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
        entropy = -(p * np.log(p + FLOOR)).sum(axis=1)
        return samples, p, -(self.alpha * entropy + (p * self.values).sum(axis=1)).mean()

    def slopes(self):
        slopes = {name: [] for name in self.networks}
        for name, layers in self.networks.items():
            for part in layers:
                slopes[name].append({})
                for key in ("weight", "bias"):
                    whole, slope = part[key], np.zeros(part[key].shape)
                    for place in np.ndindex(whole.shape):
                        part[key] = whole.astype(complex)
                        part[key][place] += 1j * STEP
                        slope[place] = self.run()[2].imag / STEP
                    part[key] = whole
                    slopes[name][-1][key] = slope
        return slopes

    def record(self):
        samples, p, loss = self.run()
        return {
            "activation": self.activation, "clip_denoised": self.clip,
            "time_mlp": self.time_mlp, "state_dim": self.state_dim,
            "action_dim": self.action_dim, "hidden": self.hidden, "steps": self.steps,
            "batch": self.batch, "time_dim": self.time_dim,
            "input_order": ", ".join(self.order), "output": "tanh",
            "schedule": f"vp (beta_min {self.beta_min:g}, beta_max {self.beta_max:g})",
            "betas": self.betas, "mean_coef_x0": self.mean_x0, "mean_coef_xt": self.mean_x,
            "posterior_log_variance": np.log(np.maximum(self.variance, 1e-20)),
            "state": self.state, "x_T": self.start, "noise_by_step": self.noise,
            "critic_values": self.values, "x_after_each_step": [x.real for x in samples],
            "logits": samples[-1].real, "probabilities": p.real,
            "loss": f"-({self.alpha:g}*entropy + sum p*q) mean over batch",
            "loss_value": loss.real, "parameters": self.networks, "gradients": self.slopes(),
        }


if __name__ == "__main__":
    first, count = [int(a) for a in sys.argv[1:]] + [1, 8][len(sys.argv) - 1:]
    cases = [Case(seed).record() for seed in range(first, first + count)]
    json.dump(cases, sys.stdout, default=lambda array: array.tolist(), allow_nan=False)
