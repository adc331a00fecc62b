#!/usr/bin/env python3
"""Writes whole updates of discrete soft actor-critic with a diffusion actor, for `edgeflock verify`.

    python/reference_updates.py [SEED] > updates.json
    scripts/edgeflock verify updates.json

Like reference_actor.py, whose networks and derivatives it takes, it shares no code with the
program. Sizes, activations, constants and the number of updates follow from the seed.
"""
import sys

import numpy as np

from reference_actor import (
    ACTIVATIONS, FLOOR, Actor, draw_network, entropy, perceptron, slopes, softmax, write)


class Adam:
    """Of the arrays of some layers, which it changes in place."""

    def __init__(self, layers, rate):
        self.layers, self.rate, self.count = layers, rate, 0
        self.means = [{key: (0, 0) for key in part} for part in layers]

    def step(self, gradients):
        self.count += 1
        for part, mean, slope in zip(self.layers, self.means, gradients):
            for key, g in slope.items():
                first = 0.9 * mean[key][0] + 0.1 * g
                second = 0.999 * mean[key][1] + 0.001 * g * g
                mean[key] = first, second
                first = first / (1 - 0.9 ** self.count)
                second = second / (1 - 0.999 ** self.count)
                part[key] = part[key] - self.rate * first / (np.sqrt(second) + 1e-8)


def copy(layers):
    return [dict(part) for part in layers]


class Agent(Actor):
    def __init__(self, seed):
        g = self.generator = np.random.default_rng(seed)
        self.state_dim, self.action_dim = int(g.integers(1, 8)), int(g.integers(2, 7))
        self.hidden, self.batch = int(g.integers(2, 17)), int(g.integers(1, 17))
        self.steps, self.time_dim = int(g.integers(1, 9)), 2 * int(g.integers(2, 11))
        self.activation, self.critic_activation = [
            str(name) for name in g.choice(list(ACTIVATIONS), 2)]
        self.time_mlp, self.clip = bool(g.random() < 0.7), bool(g.random() < 0.3)
        self.updates = int(g.integers(1, 9))
        self.gamma, self.tau = [float(x) for x in (g.choice([0.9, 0.95, 1]), g.choice([0.005, 0.1]))]
        self.target_entropy = float(np.log(self.action_dim) * g.uniform(0.1, 0.95))
        self.rates = [float(x) for x in 10 ** g.uniform(-4, -2, size=3)]
        self.log_alpha = float(g.uniform(-4, 0))
        self.prepare(g)
        sizes = [self.state_dim, self.hidden, self.hidden, self.action_dim]
        self.critics = [draw_network(g, sizes) for _ in range(2)]
        self.targets = [copy(critic) for critic in self.critics]
        self.optimisers = [Adam(critic, self.rates[1]) for critic in self.critics]
        self.actor_optimisers = {
            name: Adam(layers, self.rates[0]) for name, layers in self.networks.items()}
        self.temperature = [{"log alpha": np.array(self.log_alpha)}]
        self.temperature_optimiser = Adam(self.temperature, self.rates[2])

    def networks_now(self):
        names = ["critic1", "critic2"]
        return {
            "actor": {name: copy(layers) for name, layers in self.networks.items()},
            **dict(zip(names, map(copy, self.critics))),
        }

    def policy(self, start, noise, state):
        return softmax(self.chain(start, noise, state)[-1])

    def least(self, networks, state):
        return np.minimum(*[self.values(layers, state) for layers in networks])

    def values(self, layers, state):
        return perceptron(layers, state, self.critic_activation)

    def update(self):
        g, (rows, actions) = self.generator, (self.batch, self.action_dim)
        state, next_state = g.normal(size=(2, rows, self.state_dim))
        action, reward = g.integers(0, actions, size=rows), g.normal(size=rows)
        done = (g.random(rows) < 0.3).astype(float)
        start, next_start = g.normal(size=(2, rows, actions))
        noise, next_noise = g.normal(size=(2, self.steps, rows, actions))
        alpha = np.exp(float(self.temperature[0]["log alpha"]))

        p = self.policy(next_start, next_noise, next_state).real
        future = p * (self.least(self.targets, next_state) - alpha * np.log(p + FLOOR))
        target = reward + self.gamma * (1 - done) * future.sum(axis=-1)

        def critic_loss(layers):
            chosen = self.values(layers, state)[..., np.arange(rows), action]
            return ((chosen - target) ** 2).mean(axis=-1)

        critic_losses = [critic_loss(layers) for layers in self.critics]
        for layers, optimiser in zip(self.critics, self.optimisers):
            optimiser.step(slopes(layers, lambda: critic_loss(layers)))

        q = self.least(self.critics, state)

        def actor_loss():
            p = self.policy(start, noise, state)
            return -(alpha * entropy(p) + (p * q).sum(axis=-1)).mean(axis=-1)

        mean_entropy = entropy(self.policy(start, noise, state).real).mean()
        loss = actor_loss().real
        for name, gradient in self.slopes(actor_loss).items():
            self.actor_optimisers[name].step(gradient)

        alpha_loss = alpha * (mean_entropy - self.target_entropy)
        self.temperature_optimiser.step([{"log alpha": alpha_loss}])

        for target_layers, layers in zip(self.targets, self.critics):
            for slow, fast in zip(target_layers, layers):
                for key in slow:
                    slow[key] = (1 - self.tau) * slow[key] + self.tau * fast[key]
        return {
            "state": state, "next_state": next_state, "action": action, "reward": reward,
            "done": done, "x_T": start, "x_T_next": next_start, "noise": noise,
            "noise_next": next_noise, "target": target, "critic_loss": sum(critic_losses),
            "actor_loss": loss, "alpha_loss": alpha_loss,
            "log_alpha_after": float(self.temperature[0]["log alpha"]), "entropy": mean_entropy,
        }

    def record(self):
        t = self.time_dim
        time = f"time_mlp {t}-{2 * t}-{t}, " if self.time_mlp else ""
        file = {
            "state_dim": self.state_dim, "action_dim": self.action_dim, "hidden": self.hidden,
            "batch": self.batch, "denoise_steps": self.steps, "gamma": self.gamma,
            "tau": self.tau, "target_entropy": self.target_entropy, "actor_lr": self.rates[0],
            "critic_lr": self.rates[1], "alpha_lr": self.rates[2],
            "adam": "beta 0.9, 0.999; eps 1e-8; no weight decay", "clip_denoised": self.clip,
            "order":
                "critics, then actor against the updated critics, then temperature, then Polyak",
            "actor":
                f"network as in diffusion-actor.json: {self.activation}, {time}tanh output, "
                f"steps k = {self.steps - 1}..0",
            "critic": f"state-hidden-hidden-actions, {self.critic_activation}, linear output",
            "start": {**self.networks_now(), "log_alpha": self.log_alpha},
            "updates": [self.update() for _ in range(self.updates)],
        }
        targets = zip(["target1", "target2"], self.targets)
        return {**file, "end": {**self.networks_now(), **dict(targets)}}


if __name__ == "__main__":
    write(Agent(int(sys.argv[1]) if len(sys.argv) > 1 else 1).record())
