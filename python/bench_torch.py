#!/usr/bin/env python3
"""Times PyTorch, eager and on one thread, on the networks that `edgeflock-bench learning` times.

    python3 python/bench_torch.py decision HIDDEN
    python3 python/bench_torch.py update HIDDEN BATCH

prints the median processor time in seconds. The work is that of `dsac` in its published form (docs/MODEL.md,
section 7): 40 features, 20 actions, 5 steps, Mish, twin critics, Adam, Polyak averages. The program
is written as one writes PyTorch: modules, autograd, `torch.optim.Adam` as it comes.
"""
import math
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

FEATURES, ACTIONS, STEPS, TIME_WIDTH = 40, 20, 5, 16
DISCOUNT, TAU, TARGET_ENTROPY = 0.95, 0.005, 0.7 * math.log(ACTIONS)


def perceptron(inputs, hidden, outputs):
    return nn.Sequential(
        nn.Linear(inputs, hidden), nn.Mish(), nn.Linear(hidden, hidden), nn.Mish(),
        nn.Linear(hidden, outputs))


class Actor(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.time = nn.Sequential(
            nn.Linear(TIME_WIDTH, 2 * TIME_WIDTH), nn.Mish(), nn.Linear(2 * TIME_WIDTH, TIME_WIDTH))
        self.denoiser = nn.Sequential(
            perceptron(ACTIONS + TIME_WIDTH + FEATURES, hidden, ACTIONS), nn.Tanh())
        half = TIME_WIDTH // 2
        rates = torch.exp(torch.arange(half) * -(math.log(10_000) / (half - 1)))
        angles = torch.arange(STEPS)[:, None] * rates[None, :]
        self.register_buffer("sinusoids", torch.cat([angles.sin(), angles.cos()], dim=1))
        self.steps, before = [], 1.0
        for i in range(1, STEPS + 1):
            beta = 1 - math.exp(-0.1 / STEPS - 9.9 * (2 * i - 1) / (2 * STEPS * STEPS))
            product = before * (1 - beta)
            self.steps.append((
                math.sqrt(1 / product), math.sqrt(1 / product - 1),
                beta * math.sqrt(before) / (1 - product),
                (1 - before) * math.sqrt(1 - beta) / (1 - product),
                math.sqrt(beta * (1 - before) / (1 - product))))
            before = product

    def forward(self, states):
        """The probabilities after the whole chain."""
        x = torch.randn(states.shape[0], ACTIONS)
        for i in reversed(range(STEPS)):
            inverse, ratio, from_clean, from_sample, deviation = self.steps[i]
            embedding = self.time(self.sinusoids[i]).expand(states.shape[0], -1)
            noise = self.denoiser(torch.cat([x, embedding, states], dim=1))
            clean = inverse * x - ratio * noise
            x = from_clean * clean + from_sample * x
            if i > 0:
                x = x + deviation * torch.randn_like(x)
        return functional.softmax(x, dim=1)


class Agent:
    def __init__(self, hidden, batch):
        self.actor = Actor(hidden)
        critics = [perceptron(FEATURES, hidden, ACTIONS) for _ in range(2)]
        targets = [perceptron(FEATURES, hidden, ACTIONS) for _ in range(2)]
        for target, critic in zip(targets, critics):
            target.load_state_dict(critic.state_dict())
        self.critics, self.targets = nn.ModuleList(critics), nn.ModuleList(targets)
        self.log_alpha = torch.tensor(math.log(0.05), requires_grad=True)
        self.actor_adam = torch.optim.Adam(self.actor.parameters(), lr=1e-4)
        self.critic_adam = torch.optim.Adam(self.critics.parameters(), lr=1e-3)
        self.alpha_adam = torch.optim.Adam([self.log_alpha], lr=3e-4)
        self.state, self.next_state = torch.randn(batch, FEATURES), torch.randn(batch, FEATURES)
        self.action = torch.randint(ACTIONS, (batch, 1))
        self.reward, self.done = torch.randn(batch), torch.zeros(batch)

    def update(self):
        alpha = self.log_alpha.exp().detach()
        with torch.no_grad():
            p = self.actor(self.next_state)
            least = torch.min(self.targets[0](self.next_state), self.targets[1](self.next_state))
            value = (p * (least - alpha * torch.log(p + 1e-8))).sum(dim=1)
            y = self.reward + DISCOUNT * (1 - self.done) * value
        loss = sum(
            functional.mse_loss(critic(self.state).gather(1, self.action).squeeze(1), y)
            for critic in self.critics)
        self.critic_adam.zero_grad()
        loss.backward()
        self.critic_adam.step()

        p = self.actor(self.state)
        with torch.no_grad():
            least = torch.min(self.critics[0](self.state), self.critics[1](self.state))
        entropy = -(p * torch.log(p + 1e-8)).sum(dim=1)
        loss = -(alpha * entropy + (p * least).sum(dim=1)).mean()
        self.actor_adam.zero_grad()
        loss.backward()
        self.actor_adam.step()

        loss = (self.log_alpha.exp() * (entropy.detach() - TARGET_ENTROPY)).mean()
        self.alpha_adam.zero_grad()
        loss.backward()
        self.alpha_adam.step()
        with torch.no_grad():
            for target, critic in zip(self.targets.parameters(), self.critics.parameters()):
                target.lerp_(critic, TAU)


def median(work, total=1.0, runs=5):
    """The median over runs of the mean time of one call; the runs take `total` seconds together."""
    for _ in range(3):
        work()
    start = time.process_time()
    work()
    count = max(1, int(total / runs / (time.process_time() - start)))
    times = []
    for _ in range(runs):
        start = time.process_time()
        for _ in range(count):
            work()
        times.append((time.process_time() - start) / count)
    return statistics.median(times)


def main(arguments):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    kind, hidden = arguments[0], int(arguments[1])
    if kind == "decision":
        actor, state = Actor(hidden), torch.randn(1, FEATURES)
        with torch.inference_mode():
            print(median(lambda: torch.multinomial(actor(state), 1).item()))
    elif kind == "update":
        print(median(Agent(hidden, int(arguments[2])).update))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
