"""The figure's network and ours once more, in PyTorch, trained by the same rule: for benchmarks/training.py.

PyTorch is not among the book's packages. Networks take (excerpts, frames, bands), as the book's own do.
"""

import time

import numpy as np
import torch
from torch import nn

from genrelib import networks, training
from genrelib.augmentation import AUGMENTATIONS, steps_per_epoch


class Normalise(nn.Module):
    """Bring each band to mean 0 and deviation 1, as in the training part, and turn bands into channels."""

    def __init__(self, X):
        super().__init__()
        self.register_buffer("mean", torch.tensor(X.mean(axis=(0, 1))))
        self.register_buffer("deviation", torch.tensor(X.std(axis=(0, 1))))

    def forward(self, x):
        return ((x - self.mean) / self.deviation).transpose(1, 2)


def figure_2016(X, genres):
    """Build the twin of `networks.figure_2016`."""
    first = [Normalise(X)]
    channels = X.shape[2]
    for filters, pool in ((256, 4), (256, 2), (512, 2)):
        first += [nn.Conv1d(channels, filters, 4), nn.ReLU(), nn.MaxPool1d(pool)]
        channels = filters
    last = [nn.Flatten(), nn.LazyLinear(1024), nn.ReLU(), nn.Dropout(0.25), nn.Linear(1024, genres)]
    return nn.Sequential(*first, *last)


class Ours(nn.Module):
    """The twin of `networks.ours`."""

    def __init__(self, X, genres):
        super().__init__()
        bands = X.shape[2]
        self.normalise = Normalise(X)
        self.filters = nn.ModuleList(
            nn.Conv1d(bands, 2 * bands, 4, dilation=apart, groups=bands) for apart in (1, 3)
        )
        self.verdict = nn.Sequential(
            nn.BatchNorm1d(10 * bands, eps=1e-3),
            nn.Dropout(0.5),
            nn.Linear(10 * bands, 256),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(256, genres),
        )

    def forward(self, x):
        x = self.normalise(x)
        kept = [x.mean(dim=2), torch.sqrt(x.var(dim=2, unbiased=False) + 1e-3)]
        for convolve in self.filters:
            answer = torch.relu(convolve(x))
            kept += [answer.mean(dim=2), answer.amax(dim=2)]
        return self.verdict(torch.cat(kept, dim=1))


BUILD = {"figure_2016": figure_2016, "ours": Ours}


def fit(name, X, labels, part, *, epochs, seed=0):
    """Train a network as `training.fit` does: the same excerpts a pass, optimiser, schedule and patience.

    Returns (validation accuracy of each epoch, seconds until its end, weights).
    """
    how = networks.find(name)
    assert not how.augment, f"PyTorch's side knows none of {', '.join(AUGMENTATIONS)}"
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    train, held = part == "train", training.excerpts(X[part == "validation"], how.excerpt)
    count, steps = (
        train.sum() * (X.shape[1] // how.excerpt),
        steps_per_epoch(X[train], how.excerpt, how.batch),
    )
    model = BUILD[name](X[train], labels.max() + 1)
    model(torch.tensor(X[:2, : how.excerpt]))  # sizes what is sized by its input
    for layer in model.modules():
        if isinstance(layer, (nn.Conv1d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    adam = torch.optim.AdamW(model.parameters(), how.learning_rate, weight_decay=how.decay)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, epochs * steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=how.smoothing)
    sounds, truth = torch.tensor(X[train]), torch.tensor(labels[train])
    heard = torch.tensor(held.reshape(-1, *held.shape[2:]))
    right = torch.tensor(labels[part == "validation"].repeat(held.shape[1]))
    accuracies, losses, ends, start = [], [], [], time.perf_counter()
    while len(losses) < epochs and len(losses) - int(np.argmin(losses or [0])) <= training.PATIENCE:
        model.train()
        for chosen in np.array_split(rng.permutation(count) % train.sum(), steps):
            begins = rng.integers(0, X.shape[1] - how.excerpt + 1, len(chosen))
            at = torch.tensor(begins[:, None] + np.arange(how.excerpt))
            loss = loss_of(model(sounds[torch.tensor(chosen)[:, None], at]), truth[chosen])
            adam.zero_grad()
            loss.backward()
            adam.step()
            falling.step()
        model.eval()
        with torch.no_grad():
            said = torch.cat([model(batch) for batch in heard.split(64)])
        accuracies.append(float((said.argmax(dim=1) == right).float().mean()))
        losses.append(float(loss_of(said, right)))
        ends.append(time.perf_counter() - start)
    weights = sum(p.numel() for p in model.parameters()) + sum(b.numel() for b in model.buffers())
    return accuracies, ends, weights
