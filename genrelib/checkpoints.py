"""What happens between two epochs: progress, early stopping, checkpoints, and a way back (chapter 8).

This module imports Keras, so it is itself imported late.
"""

import json

import keras
import numpy as np
from tqdm import tqdm

from genrelib import disk

__all__ = [
    "ResumableTraining",
    "TrainingError",
]


class TrainingError(ValueError):
    """A training that cannot go on; the message says at which epoch and step, and what to try."""


class ResumableTraining(keras.callbacks.Callback):
    """Show progress, keep the best weights, and stop when they get no better or the loss is not a number.

    The best weights are those of the lowest validation loss; where nothing validates, the last ones.

    Parameters
    ----------
    epochs : int
        How many the progress bar counts.
    title : str
        What it says.
    patience : int
        Epochs without better weights that end the training.
    checkpoint : pathlib.Path, optional
        A .keras file that always holds the best model so far. What a training needs to go on lies beside it
        (.npz).
    key : str
        Names the training: a state under another key belongs to another training and is not used.

    Raises
    ------
    TrainingError
        From within `fit`, when a loss is not a number.

    Notes
    -----
    Chapter 8. As Keras' `BackupAndRestore`, `ModelCheckpoint` and `EarlyStopping` together, with a state that
    goes on bit by bit.
    """

    def __init__(self, epochs, title, patience, checkpoint=None, key=""):
        super().__init__()
        self.epochs, self.title, self.patience, self.key = epochs, title, patience, key
        self.checkpoint = checkpoint
        self.state = checkpoint and checkpoint.with_suffix(".npz")
        self.curves, self.best, self.weights = {}, -1, None

    def variables(self):
        """List all that changes in a step: weights, moving means, states of dropout, Adam's moments.

        Returns
        -------
        list of keras.Variable
        """
        return [*self.model.variables, *self.model.optimizer.variables]

    def restore(self, model):
        """Put a model back to where its training was killed.

        Parameters
        ----------
        model : keras.Model

        Returns
        -------
        int
            How many epochs are done.
        """
        self.set_model(model)
        if not (self.state and self.state.exists()):
            return 0
        with np.load(self.state, allow_pickle=False) as kept:
            told = json.loads(str(kept["told"]))
            if told["key"] != self.key:
                return 0
            for number, variable in enumerate(self.variables()):
                variable.assign(kept[f"v{number}"])
            self.curves, self.best = told["curves"], told["best"]
            self.weights = [kept[f"w{number}"] for number in range(told["weights"])]
        return len(self.curves["loss"])

    def keep(self):
        """Write the state to disk, whole or not at all."""
        told = {"key": self.key, "curves": self.curves, "best": self.best, "weights": len(self.weights)}
        arrays = {f"v{number}": variable.numpy() for number, variable in enumerate(self.variables())}
        arrays |= {f"w{number}": weight for number, weight in enumerate(self.weights)}
        with disk.whole(self.state) as part:
            np.savez(part, told=json.dumps(told), **arrays)

    def on_train_begin(self, logs=None):
        done = len(self.curves.get("loss", []))
        self.bar = tqdm(total=self.epochs, initial=done, desc=self.title, unit="epoch")

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs):
        if not np.isfinite(logs["loss"]):
            self.refuse(f"the loss is {logs['loss']} at epoch {self.epoch + 1}, step {batch + 1}")

    def refuse(self, why):
        """End the training with a TrainingError that says why, and where the best model so far is kept."""
        self.bar.close()
        kept = f"; the best so far is in {self.checkpoint}" if self.best >= 0 and self.checkpoint else ""
        advice = "look for NaN in the features, or take a smaller learning rate"
        raise TrainingError(f"{self.title}: {why}{kept}; {advice}")

    def on_epoch_end(self, epoch, logs):
        validates = "val_loss" in logs
        if validates and not np.isfinite(logs["val_loss"]):
            self.refuse(f"the validation loss is {logs['val_loss']} after epoch {epoch + 1}")
        loss, accuracy = (logs["val_" * validates + name] for name in ("loss", "accuracy"))
        self.bar.update()
        self.bar.set_postfix_str(
            f"loss {loss:.2f}, accuracy {accuracy:.0%} on {'validation' if validates else 'training'}"
        )
        for name, value in logs.items():
            self.curves.setdefault(name, []).append(float(value))
        if not validates or epoch == np.argmin(self.curves["val_loss"]):
            self.best, self.weights = epoch, self.model.get_weights()
            if self.checkpoint:
                with disk.whole(self.checkpoint) as file:
                    self.model.save(file)
        self.model.stop_training = epoch - self.best >= self.patience
        if self.checkpoint:
            self.keep()

    def on_train_end(self, logs=None):
        self.bar.total = self.bar.n  # stopping early is no failure, which a notebook would show in red
        self.bar.refresh()
        self.bar.close()
        self.model.set_weights(self.weights)
        if self.state:
            self.state.unlink(missing_ok=True)
