"""What a network hears in training: every clip its share, the same for a seed, changed as declared."""

import numpy as np
import pytest
from scipy.fft import dct

from genrelib import augmentation, features

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 60, 16)).astype(np.float32)
LABELS = np.arange(8) % 2
DRAW = np.array([3, 64])


def heard(**options):
    run = augmentation.batches(X, LABELS, 20, batch=5, seed=3, **options)
    return [(x.numpy(), y.numpy()) for x, y in run], augmentation.steps_per_epoch(X, 20, 5)


def applied(name, x=X, kind="mel"):
    y = np.eye(2, dtype=np.float32)[LABELS]
    changed, labels = augmentation.AUGMENTATIONS[name](x, y, DRAW, augmentation.traits(x, kind))
    return np.array(changed), np.array(labels)


def test_each_clip_gives_its_share_and_keeps_its_label():
    clips = np.arange(4)[:, None, None] * np.ones((1, 30, 2), np.float32)
    batches = list(augmentation.batches(clips, np.arange(4), 10, batch=5, seed=0))
    assert [len(x) for x, _ in batches] == [5, 5, 2] and augmentation.steps_per_epoch(clips, 10, 5) == 3
    genres = np.concatenate([y.numpy().argmax(axis=1) for _, y in batches])
    assert sorted(genres) == sorted(list(range(4)) * 3)
    np.testing.assert_array_equal(np.concatenate([x[:, 0, 0] for x, _ in batches]), genres)


def test_an_excerpt_is_a_stretch_of_its_clip_and_each_pass_hears_others():
    run, steps = heard(epochs=2)
    stretches = {clip[start : start + 20].tobytes() for clip in X for start in range(41)}
    assert all(excerpt.tobytes() in stretches for x, _ in run for excerpt in x)
    first, second = (
        {excerpt.tobytes() for x, _ in part for excerpt in x} for part in (run[:steps], run[steps:])
    )
    assert first != second


def test_a_batch_follows_from_the_seed_and_the_number_of_the_step():
    everything = ("mask", "mixup", "gain", "equalise", "noise")
    whole, steps = heard(epochs=3, augment=everything)
    rest, _ = heard(epochs=3, first=2, augment=everything)
    for (x, y), (again, labels) in zip(whole[2 * steps :], rest, strict=True):
        np.testing.assert_array_equal(x, again)
        np.testing.assert_array_equal(y, labels)


def test_masks_hide_one_stretch_of_frames_and_one_of_bands_behind_the_mean():
    long = RNG.normal(size=(8, 100, 50)).astype(np.float32)
    changed, _ = applied("mask", long)
    for before, after in zip(long, changed, strict=True):
        hidden = before != after
        np.testing.assert_allclose(
            after[hidden], np.broadcast_to(long.mean(axis=(0, 1)), hidden.shape)[hidden]
        )
        for axis, longest in ((1, 0.15), (0, 0.2)):
            gone = np.flatnonzero(hidden.all(axis=axis))
            assert len(gone) <= longest * hidden.shape[1 - axis] + 1
            assert len(gone) == 0 or (np.diff(gone) == 1).all()
    assert (long != changed).any()


def test_mixup_blends_excerpts_and_labels_alike():
    changed, labels = applied("mixup")
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-6)
    assert (labels[np.arange(8), LABELS] >= 1 - augmentation.BLEND - 1e-6).all()
    for number in range(8):
        fits = [
            np.linalg.lstsq(np.stack([X[number].ravel(), other.ravel()], 1), changed[number].ravel())[1]
            for other in np.delete(X, number, axis=0)
        ]
        assert min(fit[0] for fit in fits) < 1e-6 or np.allclose(changed[number], X[number])


def test_gain_moves_all_bands_alike_and_an_equaliser_bends_them_slowly():
    for name, count in (("gain", 1), ("equalise", augmentation.TILTS)):
        added = applied(name)[0] - X
        np.testing.assert_allclose(added, added[:, :1].repeat(60, axis=1), atol=1e-5)
        cosines = dct(added[:, 0], norm="ortho", axis=1)
        assert (np.abs(cosines[:, :count]) > 1e-3).all()
        np.testing.assert_allclose(cosines[:, count:], 0, atol=1e-4)


@pytest.mark.parametrize("name", ["gain", "equalise"])
def test_an_equaliser_does_to_mfccs_what_it_does_to_their_bands(name):
    db = RNG.normal(size=(4, 60, 128)).astype(np.float32)
    cepstra = features.truncate(features.cepstrum(db))
    y, draw = np.eye(2, dtype=np.float32)[[0, 1, 0, 1]], DRAW
    change = augmentation.AUGMENTATIONS[name]
    bands = change(db, y, draw, augmentation.traits(db, "mel"))[0]
    coefficients = change(cepstra, y, draw, augmentation.traits(cepstra, "mfcc"))[0]
    np.testing.assert_allclose(features.truncate(features.cepstrum(np.array(bands))), coefficients, atol=1e-3)


def test_noise_is_as_strong_as_its_band():
    loud = X * np.linspace(1, 9, 16, dtype=np.float32)
    added = applied("noise", loud)[0] - loud
    share = added.std(axis=(0, 1)) / loud.std(axis=(0, 1))
    np.testing.assert_allclose(share, augmentation.NOISE, rtol=0.2)


def test_a_shift_turns_an_excerpt_round():
    changed, _ = applied("shift")
    turns = [[np.roll(clip, by, axis=0).tobytes() for by in range(60)] for clip in X]
    found = [turn.index(after.tobytes()) for turn, after in zip(turns, changed, strict=True)]
    assert len(set(found)) > 1


def test_a_fifth_of_the_bands_is_dropped_for_a_whole_excerpt():
    wide = RNG.normal(size=(8, 10, 500)).astype(np.float32)
    changed, _ = applied("drop bands", wide)
    gone = wide != changed
    np.testing.assert_array_equal(gone, gone[:, :1].repeat(10, axis=1))
    assert gone[:, 0].mean() == pytest.approx(augmentation.DROPPED, abs=0.03)
    np.testing.assert_array_equal(changed[gone], np.broadcast_to(wide.mean(axis=(0, 1)), gone.shape)[gone])
