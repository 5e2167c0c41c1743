"""The built-in corpus: declared completely, independent streams, in tune, in time, always the same."""

import csv
import io
import json
import os
import subprocess
import sys
import zlib
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from scipy import signal
from scipy.spatial import distance

from genrelib import synth
from genrelib.synth import composer, drums, factors, patterns, rendering, streams, theory, voices

ROOT = Path(__file__).parents[1]
SUBSTYLES = [(genre, name) for genre in synth.GENRES for name in synth.STYLES[genre]]
CRC = """
import json, sys, zlib
from genrelib import synth
clips = [synth.compose(g, i, seconds=3) for g, i in json.loads(sys.argv[1])]
print(json.dumps([zlib.crc32(synth.render(c).tobytes()) for c in clips]))
"""


def crcs(clips):
    """Checksums of clips made in a fresh process, in this order."""
    run = subprocess.run(
        [sys.executable, "-c", CRC, json.dumps(clips)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return json.loads(run.stdout)


def pitch_of(y, near):
    """Frequency in Hz of the strongest partial near another (parabolic interpolation)."""
    n = 2**17
    size = np.abs(np.fft.rfft(y * np.hanning(len(y)), n))
    low, high = (int(near * 2 ** (s / 12) * n / voices.SR) for s in (-1.5, 1.5))
    k = low + int(np.argmax(size[low:high]))
    a, b, c = np.log(size[k - 1 : k + 2] + 1e-12)
    return (k + 0.5 * (a - c) / (a - 2 * b + c)) * voices.SR / n


def cents(measured, wanted):
    return 1200 * np.log2(measured / wanted)


def repetition(y):
    """Autocorrelation of the onset strength, and its frames a second."""
    _, _, z = signal.stft(y, voices.SR, nperseg=1024, noverlap=1024 - 256)
    flux = np.maximum(np.diff(np.log1p(100 * np.abs(z)), axis=1), 0).sum(0)
    flux -= flux.mean()
    full = signal.correlate(flux, flux, "full", method="fft")[len(flux) - 1 :]
    return full, voices.SR / 256


# --- declarations ---


def test_genres_are_ten_and_sorted():
    assert synth.GENRES == (
        "blues",
        "classical",
        "country",
        "disco",
        "hiphop",
        "jazz",
        "metal",
        "pop",
        "reggae",
        "rock",
    )


@pytest.mark.parametrize(("genre", "name"), SUBSTYLES)
def test_style_names_only_what_is_declared(genre, name):
    style = synth.STYLES[genre][name]
    assert style.metre in factors.METRES and style.swing_grid in (8, 16)
    assert set(style.progressions) | set(style.chorus) <= set(theory.PROGRESSIONS)
    assert set(style.drums) <= {*patterns.DRUMS, "none"}
    assert set(style.productions) <= set(synth.PRODUCTIONS)
    assert set(style.scales.values()) <= set(theory.SCALES)
    assert set(style.mix) <= set(factors.ROLES)
    for role, pool in style.parts.items():
        assert set(pool) <= set(composer.TABLES[role]), role
    sounding = set()
    for form in style.forms:
        for section, _ in factors.sections(form):
            sounding |= set(patterns.SECTIONS[section][0].split())
    for players in style.lineups:
        for part in players.split():
            role, names = part.split(":")
            assert set(names.split("/")) <= set(drums.KITS if role == "drums" else voices.INSTRUMENTS), part
            assert role == "drums" or role in style.parts, f"{role} has an instrument but nothing to play"


def test_patterns_use_only_letters_that_mean_something():
    for name, pattern in patterns.DRUMS.items():
        assert set(pattern) <= set(drums.STROKES), name
        assert set("".join(pattern.values())) <= set("xXg."), name
    for table, letters in ((patterns.BASS, "R35678wad.-"), (patterns.COMP, "xXom012345bB.-")):
        for name, pattern in table.items():
            assert set(pattern.bar) <= set(letters), name
    for name, pattern in patterns.RIFFS.items():
        assert set("".join(pattern.bars)) <= set("Xomt.-") and pattern.scale in theory.SCALES, name
    for name, pattern in patterns.MELODIES.items():
        assert set("".join(pattern.bars)) <= set("x.-") and pattern.scale in ("", *theory.SCALES), name
    for name in theory.PROGRESSIONS:
        assert theory.chart(name)


def test_bars_of_a_substyle_fit_its_metre():
    """Patterns of 3/4 have 12 letters (sixteenths); none of 16 may slip into a waltz."""
    for genre, name in SUBSTYLES:
        style = synth.STYLES[genre][name]
        if style.metre == "3/4":
            for role, pool in style.parts.items():
                for pattern in (composer.TABLES[role][p] for p in pool):
                    bars = pattern.bars if hasattr(pattern, "bars") else (pattern.bar,)
                    assert all(len(bar) == 12 for bar in bars), (name, role)


# --- factors ---


def test_artists_come_in_groups_of_three_to_five_whatever_the_number_asked_for():
    few, many = synth.factors_table(9, seed=3), synth.factors_table(25, seed=3)
    for genre in synth.GENRES:
        short = [f["artist"] for f in few if f["genre"] == genre]
        long = [f["artist"] for f in many if f["genre"] == genre]
        assert long[:9] == short
        assert long == sorted(long)
        sizes = [long.count(a) for a in dict.fromkeys(long)][:-1]
        assert set(sizes) <= {3, 4, 5} and len(set(sizes)) > 1
    assert all(f["artist"].startswith(f["genre"]) for f in many)


def test_table_is_flat_and_csv_able():
    rows = synth.factors_table(3)
    assert [(r["genre"], r["index"]) for r in rows] == [(g, i) for g in synth.GENRES for i in range(3)]
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    assert all(type(v) in (str, int, float) for row in rows for v in row.values())
    again = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [float(r["tempo"]) for r in again] == [r["tempo"] for r in rows]


def test_artist_keeps_habits_and_clips_still_differ():
    clips = [synth.compose("rock", i) for i in range(30)]
    for artist in {c.artist for c in clips}:
        own = [c for c in clips if c.artist == artist]
        for name in ("substyle", "instruments", "swing", "feel"):
            assert len({getattr(c, name) for c in own}) == 1
        assert len({c.production for c in own}) <= 2
        if len(own) > 1:
            assert len({(c.tempo, c.key, c.form) for c in own}) > 1
    assert len({c.production for c in clips}) > 1 and len({c.substyle for c in clips}) > 2


OVERRIDES = {
    "tempo": 101.0,
    "key": "F# minor",
    "production": "metal-modern",
    "drums": "disco",
    "swing": 0.62,
    "seconds": 7.0,
    "progression": "pachelbel",
    "chorus": "ska",
    "form": "solo4 verse8",
    "instruments": "voice:soprano bass:dub-bass",
    "loudness": -3.0,
    "brightness": 1.0,
    "feel": 0.0,
    "lag": 0.0,
    "rubato": 0.1,
    "dynamics": 0.0,
    "metre": "3/4",
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_an_override_changes_only_its_factor(name):
    for genre, index in (("blues", 2), ("classical", 5), ("hiphop", 7)):
        plain, other = synth.compose(genre, index), synth.compose(genre, index, **{name: OVERRIDES[name]})
        assert replace(plain, **{name: getattr(other, name)}) == other
        assert getattr(other, name) == OVERRIDES[name] != getattr(plain, name)


def test_every_drawn_factor_passes_its_own_check():
    """What compose draws, compose takes: a row of the table can be fed back."""
    for row in synth.factors_table(12):
        given = {k: v for k, v in row.items() if k not in ("genre", "index", "seed")}
        assert asdict(synth.compose(row["genre"], row["index"], seed=row["seed"], **given)) == row


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (dict(genre="polka", index=0), ("polka", "blues")),
        (dict(genre="blues", index=-1), ("index -1",)),
        (dict(genre="blues", index=0, seed="x"), ("seed 'x'",)),
        (dict(genre="blues", index=0, colour="red"), ("colour", "tempo")),
        (dict(genre="blues", index=0, production="gold"), ("gold", "78rpm")),
        (dict(genre="blues", index=0, drums="tabla"), ("tabla", "none")),
        (dict(genre="blues", index=0, tempo=900), ("900", "300")),
        (dict(genre="blues", index=0, tempo="fast"), ("fast", "300")),
        (dict(genre="blues", index=0, tempo=float("nan")), ("nan", "300")),
        (dict(genre="blues", index=0, key="H major"), ("H major", "F#")),
        (dict(genre="blues", index=0, substyle="thrash"), ("thrash", "delta")),
        (dict(genre="blues", index=0, form="verse"), ("verse", "verse8")),
        (dict(genre="blues", index=0, form="bridge8"), ("bridge", "chorus")),
        (dict(genre="blues", index=0, instruments="lead:kazoo"), ("kazoo", "harmonica")),
        (dict(genre="blues", index=0, instruments="tuba:piano"), ("tuba", "lead")),
        (dict(genre="blues", index=0, artist="rock-a01"), ("rock-a01", "blues-a03")),
        (dict(genre="blues", index=0, seconds=0), ("seconds 0", "0.5")),
    ],
)
def test_errors_name_the_value_and_what_is_allowed(arguments, words):
    with pytest.raises(ValueError) as error:
        synth.compose(arguments.pop("genre"), arguments.pop("index"), **arguments)
    assert all(word in str(error.value) for word in words)


# --- notes ---


def test_tempo_leaves_the_notes_alone():
    slow = composer.score(synth.compose("rock", 1, tempo=90))
    fast = composer.score(synth.compose("rock", 1, tempo=135))
    for role in slow:
        for a, b in zip(slow[role], fast[role], strict=False):
            assert (a.beat, a.pitches) == (b.beat, b.pitches)
    assert sum(map(len, fast.values())) > sum(map(len, slow.values()))


def test_without_drums_every_other_part_is_the_same():
    full, bare = synth.compose("disco", 4), synth.compose("disco", 4, drums="none")
    a, b = composer.score(full), composer.score(bare)
    assert "drums" in a and "drums" not in b
    assert {r: e for r, e in a.items() if r != "drums"} == b
    x, y = rendering.perform(replace(full, seconds=3.0)), rendering.perform(replace(bare, seconds=3.0))
    for role in y:
        np.testing.assert_array_equal(x[role], y[role])


def test_key_transposes_chord_roots():
    a, b = (
        composer.score(synth.compose("rock", 1, key="C major"))["bass"],
        composer.score(synth.compose("rock", 1, key="D major"))["bass"],
    )
    assert len(a) == len(b)
    steps = {(q.pitches[0] - p.pitches[0]) % 12 for p, q in zip(a, b, strict=True)}
    assert steps == {2}


def test_another_lineup_leaves_the_unchanged_players_alone():
    base = synth.compose("jazz", 0, seconds=4)
    players = factors.lineup(base.instruments)
    changed = rendering.perform(
        replace(
            base, instruments=synth.compose("jazz", 0, instruments={**players, "lead": "fiddle"}).instruments
        )
    )
    plain = rendering.perform(base)
    for role in plain:
        assert np.array_equal(plain[role], changed[role]) == (role != "lead")


def test_production_changes_the_sound_and_not_the_playing():
    a, b = (
        synth.compose("country", 0, seconds=4),
        synth.compose("country", 0, seconds=4, production="metal-modern"),
    )
    x, y = rendering.perform(a), rendering.perform(b)
    assert all(np.array_equal(x[r], y[r]) for r in x)
    assert not np.allclose(synth.render(a), synth.render(b), atol=1e-2)


def test_a_shorter_clip_is_the_beginning_of_the_longer():
    short, long = (rendering.perform(synth.compose("reggae", 2, seconds=s)) for s in (4, 9))
    for role, track in short.items():
        np.testing.assert_array_equal(track, long[role][: len(track)])


def test_chords_and_voice_leading():
    assert theory.chord("bVImaj7") == (8, (0, 4, 7, 11)) and theory.chord("ii7") == (2, (0, 3, 7, 10))
    voicing = ()
    for (harmony,) in theory.chart("cadence"):
        led = theory.voice_lead(0, harmony, voicing, 52, 79)
        assert {p % 12 for p in led} == {(harmony[0] + i) % 12 for i in harmony[1]}
        assert not voicing or max(abs(a - b) for a, b in zip(voicing, led, strict=True)) <= 5
        voicing = led


def test_any_instrument_can_take_any_role():
    """Line-ups are exchangeable: even a growl has to find an octave when it is given the chords."""
    roles = [r for r in factors.ROLES if r != "drums"]
    for name in voices.INSTRUMENTS:
        clip = synth.compose("rock", 1, seconds=4, form="tutti2 solo2", instruments={r: name for r in roles})
        for role, events in composer.score(clip).items():
            assert role == "drums" or all(15 <= p <= 120 for e in events for p in e.pitches), (name, role)


# --- sound ---


def test_same_samples_in_any_process_and_order():
    clips = [["blues", 0], ["metal", 3], ["classical", 2], ["hiphop", 1]]

    here = [zlib.crc32(synth.render(synth.compose(g, i, seconds=3)).tobytes()) for g, i in clips]
    assert crcs(clips) == here
    assert crcs(clips[::-1]) == here[::-1]
    assert len(set(here)) == 4


@pytest.mark.parametrize(("genre", "name"), SUBSTYLES)
def test_every_substyle_sounds(genre, name):
    y = synth.render(synth.compose(genre, 1, substyle=name, seconds=5))
    assert y.dtype == np.float32 and y.shape == (5 * 22050,) and np.isfinite(y).all()
    assert np.abs(y).max() <= 1 and np.mean(np.abs(y) > 0.99) < 1e-3
    seconds = np.sqrt(np.mean(y.reshape(5, -1) ** 2, axis=1))
    assert seconds.min() > 0.003, f"a dead second: {seconds}"
    assert -32 < 20 * np.log10(y.std()) < -5


@pytest.mark.parametrize("sr", [16000, 44100])
def test_other_sampling_rates(sr):
    clip = synth.compose("pop", 0, seconds=2.5)
    y = synth.render(clip, sr=sr)
    assert y.shape == (round(2.5 * sr),) and y.dtype == np.float32 and np.abs(y).max() <= 1


@pytest.mark.parametrize("genre", ["disco", "metal", "rock", "pop", "hiphop"])
def test_tempo_heard_is_tempo_declared(genre):
    """The onset strength repeats after a bar of the declared tempo, less so half a sixteenth beside it."""
    clip = synth.compose(genre, 2, seconds=12, rubato=0.0)
    full, rate = repetition(synth.render(clip))
    bar = rate * 240 / clip.tempo
    at = [full[round(bar * x) - 1 : round(bar * x) + 2].max() for x in (1.0, 0.90625, 1.03125, 1.09375)]
    assert at[0] > 1.15 * max(at[1:])


@pytest.mark.parametrize(
    "name",
    [n for n, i in voices.INSTRUMENTS.items() if i.model in (voices.string, voices.sustained, voices.fm)],
)
def test_instruments_are_in_tune(name):
    instrument = voices.INSTRUMENTS[name]
    pitch = (instrument.low + instrument.high) // 2
    y = voices.play(name, (pitch,), 1.2, 0.8, voices.Patch(), "", streams.stream("tune"))
    allowed = (
        30 if instrument.settings.get("players", 1) > 1 or instrument.settings.get("pair", 0) > 2 else 12
    )
    assert abs(cents(pitch_of(y[2000:], voices.hertz(pitch)), voices.hertz(pitch))) < allowed


@pytest.mark.parametrize("pitch", [36, 52, 69, 84])
def test_karplus_strong_is_in_tune(pitch):
    """Fractional delays are free in the frequency domain: within two cents at any pitch."""
    freq = voices.hertz(pitch)
    y = voices.play("nylon-guitar", (pitch,), 1.4, 0.8, voices.Patch(), "", streams.stream("ks"))
    assert abs(cents(pitch_of(y, freq), freq)) < 2


def test_string_spectrum_equals_lfilter():
    n, period = 2**14, 100
    freq = voices.SR / period
    spectrum, a = voices.string_spectrum(freq, n, decay=0.3, damp=1e9, pick=0.0, stiff=0.0, tone=1e9)
    y = np.fft.irfft(spectrum, n) * np.exp(a * np.arange(n) / voices.SR)
    loss = np.exp(-6.9 / (0.3 * freq))
    delay_line = np.zeros(period + 1)
    delay_line[[0, period]] = 1, -loss
    impulse = np.zeros(n)
    impulse[0] = 1
    wanted = signal.lfilter([1], delay_line, impulse)
    peaks = np.arange(1, 30) * period
    np.testing.assert_allclose(y[peaks] / y[period], wanted[peaks] / wanted[period], rtol=0.05)


@pytest.mark.parametrize("name", ["male-voice", "female-voice", "soprano"])
def test_voices_sing_in_tune_and_have_formants(name):
    instrument = voices.INSTRUMENTS[name]
    vibrato = instrument.settings.get("vibrato", (5.6, 28.0))[1]
    pitch = (instrument.low + instrument.high) // 2
    y = voices.play(name, (pitch,), 2.0, 0.7, voices.Patch(), "", streams.stream("sing"))
    assert abs(cents(pitch_of(y[6000:], voices.hertz(pitch)), voices.hertz(pitch))) < 15 + 0.6 * vibrato
    f = np.array([280.0, 1000.0, 2250.0])
    assert (
        voices.formants(f, "i", 1, 0)[2] > voices.formants(f, "i", 1, 0)[1] < voices.formants(f, "a", 1, 0)[1]
    )


def test_room_rings_as_long_as_declared():
    """A room of 1 s loses 20 dB in about a third of a second (Schroeder's backward integration)."""
    from genrelib.synth.production import room_spectrum

    size = 2**17
    response = np.fft.irfft(room_spectrum(1.0, 4000.0, size), size)[: voices.SR]
    decay = 10 * np.log10(np.cumsum(response[::-1] ** 2)[::-1] + 1e-12)
    at = np.argmax(decay < decay[int(0.05 * voices.SR)] - 20) / voices.SR - 0.05
    assert 0.25 < at < 0.42


def test_leaving_artists_out_is_harder_than_leaving_clips_out():
    """Two clips of one artist resemble one another more than clips of two artists of the same genre.

    The control deals the artists of each genre to its clips at random.
    """

    def sketch(clip):
        y = synth.render(clip)
        _, _, z = signal.stft(y, voices.SR, nperseg=1024)
        return np.log(np.mean(np.abs(z[:256].reshape(32, 8, -1)) ** 2, axis=(1, 2)) + 1e-9)

    genres = [[synth.compose(genre, i, seconds=4) for i in range(12)] for genre in synth.GENRES]
    apart = [distance.pdist([sketch(clip) for clip in clips]) for clips in genres]
    artists = [np.array([int(clip.artist[-2:]) for clip in clips]) for clips in genres]

    def ratio(artists):
        other = np.concatenate([distance.pdist(own[:, None]) > 0 for own in artists])
        return np.concatenate(apart)[other].mean() / np.concatenate(apart)[~other].mean()

    rng = np.random.default_rng(0)
    by_chance = [ratio([rng.permutation(own) for own in artists]) for _ in range(200)]
    assert ratio(artists) > max(1.15, *by_chance)


def test_touch_tells_loud_and_soft_notes_further_apart_and_leaves_steady_sound_alone():
    t = np.arange(4 * voices.SR) / voices.SR
    steady = np.sin(2 * np.pi * 300 * t).astype(np.float32)
    notes = steady * np.where(t * 4 % 2 < 1, 1.0, 0.3).astype(np.float32)

    def contrast(y):
        loud, soft = (
            y[voices.SR + start :][: voices.SR // 8].std() for start in (1000, voices.SR // 4 + 1000)
        )
        return 20 * np.log10(loud / soft)

    hard, soft = (contrast(rendering.touched(notes, share)) for share in (0.5, -0.5))
    assert hard == pytest.approx(1.5 * contrast(notes), rel=0.1)
    assert soft == pytest.approx(0.5 * contrast(notes), rel=0.1)
    np.testing.assert_allclose(rendering.touched(notes, 0.0), notes, rtol=1e-6)
    inner = slice(voices.SR, 3 * voices.SR)
    assert rendering.touched(steady, 1.5)[inner].std() == pytest.approx(steady.std(), rel=0.05)
