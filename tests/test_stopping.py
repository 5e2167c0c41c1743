"""A network is stopped, goes on, or is given the validation clips as well: each learns from its own."""

import numpy as np
from toys import LIGHT, make_features

from genrelib import networks, records, trials
from genrelib.studies import stopping


def test_each_way_learns_from_its_clips_and_is_asked_about_the_same(toy, monkeypatch):
    seen, fit = [], stopping.training.fit
    monkeypatch.setitem(networks.NETWORKS, "ours", LIGHT)

    def watched(network, X, labels, part, **options):
        seen.append(part)
        return fit(network, X, labels, part, **options)

    monkeypatch.setattr(stopping.training, "fit", watched)
    said = stopping.predict(make_features(toy), toy, by="artist", seeds=2, epochs=3)
    first = trials.rotation(toy, 0, by="artist")
    stopped, without, whole = seen[:3]
    assert (stopped == first).all()
    assert set(without) == {"train", "test", "unused"} and ((without == "train") == (first == "train")).all()
    assert set(whole) == {"train", "test"} and ((whole == "test") == (first == "test")).all()

    classifiers = {(name, way) for name in stopping.BASELINES for way in (stopping.TO_THE_END, stopping.ALL)}
    assert set(said) == classifiers | {("ours", way) for way in stopping.WAYS}
    for predictions in said.values():
        assert ((predictions[0] != records.UNTESTED) == (first == "test")).all()
    tested = said["SVM", stopping.ALL] != records.UNTESTED
    assert (said["SVM", stopping.ALL] == toy.labels)[tested].mean() > 0.9
    assert not np.logical_and(*tested).any()
