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


def draw_network(generator, sizes):
    return [
        {
            "weight": generator.normal(size=(outputs, inputs)) / np.sqrt(inputs),
            "bias": generator.normal(size=outputs) / 4,
        }
        for inputs, outputs in zip(sizes, sizes[1:])
    ]


def perceptron(layers, x, activation):
    """Weights may be many copies of a layer's: then so is the result."""
    for index, part in enumerate(layers):
        x = x @ np.swapaxes(part["weight"], -1, -2) + part["bias"][..., None, :]
        if index < len(layers) - 1:
            x = ACTIVATIONS[activation](x)
    return x


def softmax(x):
    p = np.exp(x - x.real.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def entropy(p):
    return -(p * np.log(p + FLOOR)).sum(axis=-1)


def slopes(layers, loss):
    """The derivative of loss() by all weights and biases of the layers."""
    found = []
    for part in layers:
        found.append({})
        for key in ("weight", "bias"):
            # As many copies as there are values; in each another one takes the step.
            whole = part[key]
            part[key] = whole + 1j * STEP * np.eye(whole.size).reshape(-1, *whole.shape)
            found[-1][key] = (loss().imag / STEP).reshape(whole.shape)
            part[key] = whole
    return found


class Actor:
    """A chain that starts from noise; its sizes and constants are set before `prepare`."""

    beta_min, beta_max, order = 0.1, 10.0, PARTS

    def prepare(self, generator):
        width = self.action_dim + self.time_dim + self.state_dim
        self.networks = {}
        if self.time_mlp:
            sizes = [self.time_dim, 2 * self.time_dim, self.time_dim]
            self.networks["time"] = draw_network(generator, sizes)
        sizes = [width, self.hidden, self.hidden, self.action_dim]
        self.networks["eps"] = draw_network(generator, sizes)
        i, t = np.arange(1, self.steps + 1), self.steps
        ramp = (self.beta_max - self.beta_min) * (2 * i - 1) / (2 * t * t)
        self.betas = 1 - np.exp(-self.beta_min / t - ramp)
        self.product = np.cumprod(1 - self.betas)
        before = np.append(1, self.product[:-1])
        self.variance = self.betas * (1 - before) / (1 - self.product)
        self.mean_x0 = self.betas * np.sqrt(before) / (1 - self.product)
        self.mean_x = (1 - before) * np.sqrt(1 - self.betas) / (1 - self.product)

    def embedding(self, number):
        half = self.time_dim // 2
        angles = number * np.exp(-np.log(10000) / (half - 1) * np.arange(half))
        values = np.append(np.sin(angles), np.cos(angles))[None] + 0j
        if self.time_mlp:
            return perceptron(self.networks["time"], values, self.activation)
        return values

    def chain(self, start, noise, state):
        """The samples after each step; noise of step i is at place i - 1."""
        x, samples = start + 0j, []
        for place in reversed(range(self.steps)):
            parts = dict(zip(PARTS, [x, self.embedding(place), state]))
            parts = [parts[name] for name in self.order]
            rows = np.broadcast_shapes(*[part.shape[:-1] for part in parts])
            parts = [np.broadcast_to(part, rows + part.shape[-1:]) for part in parts]
            e = perceptron(self.networks["eps"], np.concatenate(parts, -1), self.activation)
            inverse = 1 / self.product[place]
            clean = np.sqrt(inverse) * x - np.sqrt(inverse - 1) * np.tanh(e)
            clean = clip(clean) if self.clip else clean
            x = self.mean_x0[place] * clean + self.mean_x[place] * x
            if place > 0:
                x = x + np.sqrt(self.variance[place]) * noise[place]
            samples.append(x)
        return samples

    def slopes(self, loss):
        return {name: slopes(layers, loss) for name, layers in self.networks.items()}


class Case(Actor):
    def __init__(self, seed):
        g = np.random.default_rng(seed)
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
        self.prepare(g)

    def loss(self):
        p = softmax(self.chain(self.start, self.noise, self.state)[-1])
        return -(self.alpha * entropy(p) + (p * self.values).sum(axis=-1)).mean(axis=-1)

    def record(self):
        samples = self.chain(self.start, self.noise, self.state)
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
            "logits": samples[-1].real, "probabilities": softmax(samples[-1]).real,
            "loss": f"-({self.alpha:g}*entropy + sum p*q) mean over batch",
            "loss_value": self.loss().real, "parameters": self.networks,
            "gradients": self.slopes(self.loss),
        }


def write(file):
    json.dump(file, sys.stdout, default=lambda array: array.tolist(), allow_nan=False)


if __name__ == "__main__":
    first, count = [int(a) for a in sys.argv[1:]] + [1, 8][len(sys.argv) - 1:]
    write([Case(seed).record() for seed in range(first, first + count)])
