"""The same music once more: exactly one cause changes, and nothing else."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from scipy import signal

from genrelib import audio, features, synth
from genrelib.studies import interventions

CHANGED = {
    "tempo +25 %": "tempo",
    "key +5 semitones": "key",
    "melody on a sax": "instruments",
    "drums in": "drums",
    "bass in": "instruments",
    "78 rpm record": "production",
    "church": "production",
    "6 dB louder": "loudness",
}


@pytest.fixture
def unrendered(monkeypatch):
    """Let changes return the factors that they would render."""
    monkeypatch.setattr(interventions, "render", lambda clip: clip)
    monkeypatch.setattr(interventions, "remastered", replace)


@pytest.mark.parametrize("genre", synth.GENRES)
@pytest.mark.parametrize("name", CHANGED)
def test_a_change_changes_one_factor(unrendered, genre, name):
    for clip in (synth.compose(genre, index, seed=5) for index in range(4)):
        pair = interventions.CHANGES[name](clip)
        if pair is None:
            continue
        before, after = (asdict(factors) for factors in pair)
        assert {factor for factor in before if before[factor] != after[factor]} == {CHANGED[name]}
        assert clip in pair or name == "drums in"


def test_what_cannot_be_changed_is_said(unrendered):
    assert interventions.CHANGES["78 rpm record"](synth.compose("blues", 0, production="78rpm")) is None
    assert interventions.CHANGES["bass in"](synth.compose("classical", 0, instruments="keys:piano")) is None
    assert interventions.CHANGES["melody on a sax"](synth.compose("jazz", 0, instruments="lead:sax")) is None


def test_a_key_goes_up_five_semitones_and_keeps_its_mode(unrendered):
    for key, higher in (("C major", "F major"), ("B minor", "E minor")):
        assert interventions.CHANGES["key +5 semitones"](synth.compose("pop", 0, key=key))[1].key == higher


def test_hiss_lies_20_db_below_the_music():
    y, noisy = interventions.CHANGES["hiss"](synth.compose("rock", 0, seconds=2.0))
    assert 10 * np.log10(np.mean((noisy - y) ** 2) / np.mean(y**2)) == pytest.approx(-20, abs=0.2)


def test_remastered_sounds_as_rendered_anew():
    clip = synth.compose("country", 4, seconds=1.0)
    louder = interventions.CHANGES["6 dB louder"](clip)[1]
    assert np.allclose(louder, synth.render(replace(clip, loudness=clip.loudness + 6)), atol=1e-6)
    swing = interventions.with_factors("Let the off-beats swing.", swing=0.66)
    assert swing.__doc__ == "Let the off-beats swing."
    assert np.array_equal(swing(clip)[1], synth.render(replace(clip, swing=0.66)))
    assert swing(replace(clip, swing=0.66)) is None


def test_every_change_says_what_it_does():
    assert set(interventions.CHANGES) == {*CHANGED, "hiss"}
    assert all(change.__doc__.strip() for change in interventions.CHANGES.values())


def test_what_there_is_nothing_to_change_in_is_nan():
    clip = synth.compose("blues", 1, production="church", seconds=1.0)
    compared = interventions.compared(clip)
    empty = np.isnan(compared).all(axis=(1, 2, 3))
    assert [name for name, nothing in zip(interventions.CHANGES, empty, strict=True) if nothing] == ["church"]
    assert not np.isnan(compared[~empty]).any()
    quarter = features.log_mel(synth.render(replace(clip, tempo=1.25 * clip.tempo)))
    assert np.array_equal(compared[0], [features.log_mel(synth.render(clip)), quarter])


def test_a_take_is_the_clip_rendered_with_one_other_factor():
    clip = synth.compose("reggae", 2, seed=3, seconds=1.0)
    got = dict(zip(interventions.names(), interventions.in_takes(clip), strict=True))
    longer = replace(clip, seconds=1.0 + interventions.LATER / audio.SR)
    y = synth.render(longer)
    assert np.array_equal(got["as it is"], features.log_mel(y[: audio.SR]))
    assert np.array_equal(got["20 ms later"], features.log_mel(y[interventions.LATER :]))
    slower = synth.render(replace(longer, tempo=0.94 * clip.tempo))
    assert np.array_equal(got["6 % slower"], features.log_mel(slower[: audio.SR]))
    for genre, production in interventions.typical_productions().items():
        other = synth.render(replace(longer, production=production))
        assert np.allclose(got[genre], features.log_mel(other[: audio.SR]), atol=1e-4), genre


def test_the_audition_has_one_clip_an_artist():
    clips = interventions.audition(3, seed=7)
    assert [clip.genre for clip in clips] == [genre for genre in synth.GENRES for _ in range(3)]
    assert len({clip.artist for clip in clips}) == len(clips)
    assert {(clip.seed, clip.seconds) for clip in clips} == {(7, interventions.SECONDS)}


def test_a_signature_is_a_production_of_its_genre_and_of_no_other():
    signatures = interventions.typical_productions()
    assert tuple(signatures) == synth.GENRES and len(set(signatures.values())) == len(synth.GENRES)
    for genre, production in signatures.items():
        assert any(production in style.productions for style in synth.STYLES[genre].values())


def test_a_wide_vibrato_moves_the_pitch_of_the_voice_and_nothing_else(monkeypatch):
    t = np.arange(2 * audio.SR) / audio.SR
    voice, bass = (np.sin(2 * np.pi * hertz * t).astype(np.float32) for hertz in (220, 110))
    monkeypatch.setattr(interventions, "_played", lambda clip: {"voice": voice, "bass": bass})
    monkeypatch.setattr(interventions, "render", lambda clip: None)
    monkeypatch.setattr(interventions.rendering, "mix", lambda clip, tracks: (tracks,))
    monkeypatch.setattr(interventions.rendering, "finish", lambda clip, tracks: tracks)
    _, tracks = interventions.CLAIMS["vibrato singing"](None)
    assert tracks["bass"] is bass
    turns = np.unwrap(np.angle(signal.hilbert(tracks["voice"])))[2000:-2000]
    cents = 1200 * np.log2(np.gradient(turns) * audio.SR / (2 * np.pi) / 220)
    assert np.quantile(cents, (0.02, 0.98)) == pytest.approx([-50, 50], abs=3)
    hz, power = signal.periodogram(cents, audio.SR)
    assert hz[power.argmax()] == pytest.approx(6, abs=0.5)


def test_a_second_voice_sings_a_third_higher_and_a_bass_drum_is_low():
    clip = synth.compose("rock", 0, seconds=6.0)
    played = interventions._played(clip)
    heard = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interventions, "render", lambda clip: None)
        patch.setattr(interventions.rendering, "mix", lambda clip, tracks: (tracks,))
        patch.setattr(interventions.rendering, "finish", lambda clip, tracks: tracks)
        for name in ("vocal thirds", "bass drums"):
            heard[name] = interventions.CLAIMS[name](clip)
    added = heard["vocal thirds"][1]["voice"] - played["voice"]
    higher = interventions.rendering.perform(interventions._transposed(clip, 4))["voice"]
    assert np.allclose(added, higher, atol=1e-5) and np.abs(added).max() > 0
    without, alone = heard["bass drums"]
    assert "drums" not in without and set(alone) == set(played)
    hz, power = signal.welch(alone["drums"], audio.SR)
    assert power[hz < 200].sum() > 0.9 * power.sum()


def test_a_claim_about_a_part_that_nobody_plays_is_nothing_to_change():
    clip = synth.compose("classical", 0, instruments="keys:piano", drums="none", seconds=1.0)
    empty = np.isnan(interventions.claimed(clip)).all(axis=(1, 2, 3))
    assert [name for name, nothing in zip(interventions.CLAIMS, empty, strict=True) if not nothing] == [
        "ringing ambience"
    ]
