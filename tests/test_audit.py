"""What the audit finds, what it must not find, and the proof of a split."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import soundfile
import soxr
from click.testing import CliRunner
from scipy.ndimage import maximum_filter
from scipy.signal import butter, sosfilt
from sklearn.linear_model import LogisticRegression

from genrelib import acquire, audio, audit, catalog, synth
from genrelib.__main__ import main
from genrelib.audit import fingerprint
from genrelib.catalog import Remote
from genrelib.corpus import Corpus
from genrelib.sources import open_corpus

SR = audio.SR


def written(folder, sounds, **columns):
    """Write {clip: samples} and make them a corpus of alternating genres."""
    rows = {}
    for number, (clip, y) in enumerate(sounds.items()):
        path = folder / f"{clip}.wav"
        audio.write(path, y)
        rows[clip] = {"path": str(path), "genre": ("blues", "rock")[number % 2], "artist": None}
    table = pd.DataFrame.from_dict(rows, orient="index").assign(seconds=1.0, **columns)
    return Corpus("written", table)


@pytest.fixture(scope="module")
def music():
    """Three clips of one artist, 20 s each; the last two share tempo, key, drums and players."""
    first = synth.compose("disco", 13, seconds=20.0)
    shared = {"artist": first.artist, "tempo": 120.0, "key": first.key, "drums": first.drums}
    same = [synth.compose("disco", index, seconds=20.0, **shared) for index in (14, 15)]
    return [synth.render(clip) for clip in (first, *same)]


def coded(y, path):
    audio.write(path, y)
    return audio.read(path)


def equalized(y):
    return (y + 2 * sosfilt(butter(1, 500, fs=SR, output="sos"), y)).astype(np.float32)


NOISE = np.random.default_rng(0).standard_normal(30 * SR).astype(np.float32)
CHANGES = {
    "gain": lambda y, _: 0.1 * y,
    "mp3": lambda y, folder: coded(y, folder / "coded.mp3"),
    "ogg": lambda y, folder: coded(y, folder / "coded.ogg"),
    "noise 10 dB below": lambda y, _: y + 0.3 * y.std() * NOISE[: len(y)],
    "equalizer": lambda y, _: 0.3 * equalized(y),
    "clipping": lambda y, _: np.clip(3 * y, -0.5, 0.5),
    "another excerpt": lambda y, _: y[int(7.777 * SR) :],
    "six seconds of it": lambda y, _: 0.5 * y[int(9.01 * SR) : int(15.01 * SR)],
    "after other sound": lambda y, _: np.concatenate([0.1 * NOISE[: 9 * SR], y[: 10 * SR]]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_recording_is_known_again(music, data, tmp_path, change):
    altered = CHANGES[change](music[0], tmp_path)
    corpus = written(tmp_path, dict(zip("abcd", [*music, altered], strict=True)))
    pairs = audit.repetitions(corpus)
    assert pairs[["clip", "other", "how"]].values.tolist() == [["a", "d", "near"]]
    where = {"another excerpt": 7.777, "six seconds of it": 9.01, "after other sound": -9}.get(change, 0)
    assert pairs.loc[0, "offset"] == pytest.approx(where, abs=0.08)
    assert pairs.loc[0, "two_genres"]


def test_one_artist_at_one_tempo_with_one_drummer_is_no_repetition(music, data, tmp_path):
    assert audit.repetitions(written(tmp_path, dict(zip("abc", music, strict=True)))).empty
    loop = np.tile(music[0][: SR // 2], 40)  # one beat, again and again, under two tunes
    tunes = [loop + 0.3 * y for y in music[1:]]
    assert len(audit.repetitions(written(tmp_path, dict(zip("ab", tunes, strict=True))))) <= 1


def test_the_same_samples_in_another_container_are_an_exact_repetition(music, data, tmp_path):
    corpus = written(tmp_path, dict(zip("abc", music, strict=True)))
    y, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    for name, shape in (("d.flac", y), ("e.aiff.au", y), ("f.wav", np.column_stack([y, y]))):
        soundfile.write(tmp_path / name, shape, rate)
        corpus.table.loc[name] = {**corpus.table.loc["a"], "path": str(tmp_path / name), "genre": "blues"}
    pairs = audit.repetitions(corpus)
    assert set(pairs["how"]) == {"exact"} and len(pairs) == 6, "every two of four"
    assert not pairs["two_genres"].any()


def test_what_can_be_wrong_with_one_file(music, data, tmp_path):
    y = music[0]
    good = {f"good{number}": np.roll(y, 1000 * number) * (1 - 0.05 * number) for number in range(12)}
    silent = y.copy()
    silent[: int(0.7 * len(y))] = 0
    corpus = written(tmp_path, good | {"silent": silent, "short": y[: 10 * SR]})
    clipped = np.clip(2 * y, -np.abs(y).max(), np.abs(y).max())
    other = {
        "clipped": (clipped, SR, "wav"),
        "turned-down": (0.3 * clipped, SR, "flac"),
        "fast": (np.repeat(y, 2), 2 * SR, "wav"),
        "upsampled": (soxr.resample(soxr.resample(y, SR, 11025), 11025, SR), SR, "wav"),
    }
    for clip, (samples, rate, suffix) in other.items():
        path = tmp_path / f"{clip}.{suffix}"
        soundfile.write(path, samples, rate)
        corpus.table.loc[clip] = {"path": str(path), "genre": "rock", "artist": None, "seconds": 1.0}
    found = audit.files(corpus, audit.look_at(corpus))
    assert sorted(zip(found["clip"], found["fault"], strict=True)) == [
        ("clipped", "clipped"),
        ("fast", "wrong rate"),
        ("short", "short"),
        ("silent", "silent"),
        ("turned-down", "clipped"),
        ("upsampled", "upsampled"),
    ]
    assert found.set_index("clip")["what"]["upsampled"].endswith("at 5512 Hz")
    assert re.fullmatch(r"7\d % of it is silent", found.set_index("clip")["what"]["silent"])


def test_a_long_file_is_looked_at_in_pieces_and_seen_the_same(music, data, tmp_path, monkeypatch):
    audio.write(tmp_path / "long.flac", np.concatenate(music))
    whole = fingerprint.look(tmp_path / "long.flac")
    assert len(whole["hashes"]) > 1000
    monkeypatch.setattr(audio, "BLOCK", 3 * SR)
    monkeypatch.setattr(fingerprint, "AT_ONCE", 200)
    monkeypatch.setattr(fingerprint, "TOGETHER", 50)
    pieces = fingerprint.look(tmp_path / "long.flac")
    assert pieces.keys() == whole.keys()
    for what in pieces.keys() - {"step"}:  # the windows of its spectrum are cut elsewhere
        np.testing.assert_array_equal(pieces[what], whole[what], what)
    assert pieces["step"] == pytest.approx(whole["step"], abs=1)


def test_a_header_that_promises_too_much(music, data, tmp_path):
    corpus = written(tmp_path, {"whole": music[0], "cut": music[1], "piped": music[2]})
    body = (tmp_path / "cut.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(body[: int(0.95 * len(body))])
    body = (tmp_path / "piped.wav").read_bytes()  # written without knowing how long it would become
    at = body.index(b"data") + 4
    (tmp_path / "piped.wav").write_bytes(body[:at] + b"\xff\xff\xff\xff" + body[at + 4 :])
    found = audit.files(corpus, audit.look_at(corpus))
    assert found.values.tolist() == [["incomplete", "cut", "19.0 s, where its header says 20.0 s"]]


def test_songs_of_many_lengths_and_rates_are_not_called_wrong(music, data, tmp_path):
    corpus = written(tmp_path, {str(n): music[n % 3][: (6 + 4 * n) * SR] for n in range(3)})
    soundfile.write(tmp_path / "x.wav", music[0][: 9 * SR], 2 * SR)
    corpus.table.loc["x"] = {"path": str(tmp_path / "x.wav"), "genre": "rock", "artist": None, "seconds": 1.0}
    assert audit.files(corpus, audit.look_at(corpus)).empty


def test_a_second_look_reads_no_sound_until_the_file_changes(music, data, tmp_path, monkeypatch):
    corpus = written(tmp_path, {"a": music[0][: 5 * SR], "b": music[1][: 5 * SR]})
    audit.look_at(corpus)
    read, opened = [], audio.opened
    monkeypatch.setattr(audio, "opened", lambda path: read.append(path) or opened(path))
    first = audit.look_at(corpus)
    assert read == []
    audio.write(tmp_path / "b.wav", music[2][: 5 * SR])
    assert audit.look_at(corpus)[1]["digest"] != first[1]["digest"]
    assert set(read) == {str(tmp_path / "b.wav")}


def test_little_or_no_sound_has_a_look_too(data, tmp_path):
    quiet = np.zeros(4 * SR, np.float32)
    quiet[0] = 0.5
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(np.arange(4 * SR) / 30), SR)
    corpus = written(tmp_path, {"a": quiet, "b": 0.01 * quiet})
    corpus.table.loc["tone"] = {**corpus.table.loc["a"], "path": str(tmp_path / "tone.wav")}
    assert audit.repetitions(corpus).empty
    faults = audit.files(corpus, audit.look_at(corpus))
    assert set(faults["clip"]) == {"a", "b"} and set(faults["fault"]) == {"silent"}


def test_the_running_maximum_is_scipys():
    x = np.random.default_rng(1).random((40, 60)).astype(np.float32)
    for size, axis in ((15, 0), (31, 1), (1, 0)):
        shape = (size, 1) if axis == 0 else (1, size)
        np.testing.assert_array_equal(fingerprint._running_max(x, size, axis=axis), maximum_filter(x, shape))


def table(**columns):
    clips = [f"c{number}" for number in range(len(columns["genre"]))]
    return Corpus("made", pd.DataFrame(columns, clips))


def test_balance_and_artists():
    corpus = table(genre=list("aaaabbb"), artist=["x", "x", "x", "y", "x", "z", None])
    genres = audit.genres(corpus)
    assert genres.loc["a", ["clips", "artists", "unknown", "largest"]].tolist() == [4, 2, 0, "x"]
    assert genres.loc["a", "share_of_genre"] == 0.75
    assert genres.loc["a", "effective"] == pytest.approx(1 / (9 / 16 + 1 / 16))
    assert genres.loc["b", ["artists", "unknown"]].tolist() == [2, 1]
    assert audit.shared_artists(corpus).to_dict("index") == {"x": {"a": 3, "b": 1}}


def test_titles_make_pairs():
    named = table(
        genre=list("aabba"),
        artist=["x", "x", "X", "y", None],
        title=["Song", "Other", "song", "Song", "Song"],
    )
    assert list(audit.repeats._same_titles(named.table)) == [(0, 2)]
    assert audit.repeats._same_titles(table(genre=list("ab"), artist=["x", "y"]).table) == {}


PAIRS = pd.DataFrame({"clip": ["c0", "c1"], "other": ["c1", "c5"]})


def test_a_split_that_leaks_is_caught_and_one_that_does_not_is_proved():
    corpus = table(genre=list("aaaabbbb"), artist=[*"xyzwuvst"])
    part = pd.Series(["train", "test", "train", None, "test", "train", "train", "test"], corpus.table.index)
    leaks = audit.leaks(corpus, part, PAIRS)
    assert leaks.values.tolist() == [["recording", "c0", ["test", "train"], ["c0", "c1", "c5"]]]
    shared = replace(corpus, table=corpus.table.assign(artist=[*"xxzwuvsx"]))
    assert list(audit.leaks(shared, part, PAIRS)["what"]) == ["artist", "recording"]
    unknown = replace(corpus, table=corpus.table.assign(artist=None))
    assert list(audit.leaks(unknown, part, PAIRS)["what"]) == ["recording"]
    assert audit.leaks(corpus, part, PAIRS[:0]).empty


@pytest.mark.parametrize("by", ["artist", "clip"])
@pytest.mark.parametrize("seed", range(5))
def test_repetitions_stay_together_in_any_split(by, seed):
    artists = [f"{genre}{number // 2}" for genre in "ab" for number in range(20)]
    corpus = table(genre=["a"] * 20 + ["b"] * 20, artist=artists)
    pairs = pd.DataFrame({"clip": ["c0", "c7", "c3", "c12"], "other": ["c7", "c30", "c14", "c38"]})
    naive = audit.leaks(corpus, corpus.folds(5, by=by, seed=seed), pairs)
    merged = corpus.together(pairs)
    for part in (merged.folds(5, by=by, seed=seed), merged.split(by=by, seed=seed)):
        leaks = audit.leaks(corpus, part, pairs)
        assert leaks[leaks["what"].isin(["recording", by])].empty
        assert merged.straddling(part, by=by) == []
    assert "recording" in set(naive["what"]), "dealt without knowing of the repetitions"


PARTS = {  # as in the published lists, which leave two of the six clips out
    "train": ["blues/blues.00029.wav", "rock/rock.00016.wav"],
    "valid": [],
    "test": ["blues/blues.00012.wav", "disco/disco.00099.wav"],
}


def test_the_published_split_of_gtzan_tears_no_declared_repetition(data):
    """A folder laid out like GTZAN, of a few clips, with lists of a split and an index of artists."""
    clips = ["metal.00058", "rock.00016", "disco.00098", "disco.00099", "blues.00012", "blues.00029"]
    for number, clip in enumerate(clips):
        audio.write(
            data / "gtzan" / clip.split(".")[0] / f"{clip}.wav", 0.2 * NOISE[4 * number * SR :][: 4 * SR]
        )
    index = b"## a comment\nblues.00012.wav ::: A :::  B\nblues.00029.wav ::: A ::: b\n"
    index += b"rock.00016.wav :::  ::: C\n"
    (data / "gtzan_splits").mkdir()
    (data / "gtzan_splits" / "GTZANindex.txt").write_bytes(index)
    for part, names in PARTS.items():
        (data / "gtzan_splits" / f"{part}_filtered.txt").write_text("\n".join(names))
    (data / "gtzan_folds").mkdir()
    for number in (1, 2, 3):
        (data / "gtzan_folds" / f"f{number}_evaluate_groups.txt").write_text("")
    opened = open_corpus("gtzan")
    assert sorted(opened.table.index) == ["blues.00012", "blues.00029", "disco.00099", "rock.00016"]
    assert opened.table["artist"].dropna().to_dict() == {"blues.00012": "A", "blues.00029": "A"}
    assert list(opened.known().table.index) == ["blues.00012", "blues.00029"]
    everything = open_corpus("gtzan", everything=True)
    assert len(everything) == 6 and everything.table["fault-filtered"]["disco.00099"] == "test"
    twice = pd.DataFrame({"clip": ["disco.00098"], "other": ["disco.00099"]})
    leaks = audit.leaks(everything, everything.split(by="fault-filtered"), twice)
    assert list(leaks["name"]) == ["A"], "the filtered split is not wholly artist-disjoint"
    path = everything.table["path"]
    audio.write(path["disco.00098"], audio.read(path["disco.00099"]))
    result = audit.audit(open_corpus("gtzan", everything=True))
    assert result.findings["declared"].tolist() == ["repeats disco.00099 exactly"]
    assert result.pairs["how"].tolist() == ["title", "exact"]
    assert audit.audit(opened).findings.empty, "what is excluded is not reported"


def test_gtzan_mini_is_clean_and_concentrated(real, data):
    opened = open_corpus("gtzan-mini")
    some = opened.take(opened.table["genre"].isin(["reggae", "country", "metal"]))
    result = audit.audit(some)
    assert result.findings.empty and result.pairs.empty
    assert result.genres.loc["reggae", ["artists", "share_of_genre"]].tolist() == [1, 1]
    assert result.genres["unknown"].to_dict() == {"country": 1, "metal": 3, "reggae": 0}
    part = opened.split(by="clip")
    assert set(audit.leaks(opened, part, result.pairs)["what"]) == {"artist"}


def test_labels_that_were_changed_stand_high_in_the_ranking():
    rng = np.random.default_rng(0)
    genre = np.repeat(["a", "b", "c"], 30)
    X = rng.normal(0, 1, (90, 4)) + 3 * np.eye(3, 4)[np.repeat(range(3), 30)]
    changed = genre.copy()
    wrong = [3, 33, 63]
    changed[wrong] = ["b", "c", "a"]
    corpus = table(genre=changed, artist=[f"x{number}" for number in range(90)])
    ranking = audit.suspects(lambda seed: LogisticRegression(), X, corpus, by="artist")
    assert {f"c{number}" for number in wrong} <= set(ranking.index[:6])
    assert ranking.loc["c3", ["genre", "sounds_like"]].tolist() == ["b", "a"]
    assert ranking["margin"].is_monotonic_increasing and ranking["margin"].between(-1, 1).all()


def test_the_command_says_what_is_wrong(music, data, tmp_path):
    for genre, clip, y in (("blues", "a", music[0]), ("blues", "b", music[1]), ("rock", "c", 0.5 * music[0])):
        audio.write(tmp_path / "mine" / genre / "someone" / f"{clip}.wav", y)
    (tmp_path / "mine" / "rock" / "broken.wav").write_text("no sound")
    run = CliRunner().invoke(main, ["audit", str(tmp_path / "mine")])
    assert run.exit_code == 0, run.output
    assert "mine: 3 clips, 3 findings" in run.stdout
    assert "broken: cannot be read as audio (no known format) (rock/broken.wav)" in run.stdout
    assert "two genres: 1" in run.stdout and "a: repeats c from" in run.stdout
    assert "someone is in blues, rock" in run.stdout
    run = CliRunner().invoke(main, ["audit", "nowhere"])
    assert run.exit_code == 2 and run.stderr.startswith("genrelib: unknown corpus")


def test_the_index_of_artists_is_read_and_may_be_missing(data, monkeypatch):
    dataset = replace(catalog.DATASETS["gtzan"], index=Remote(("http://127.0.0.1:1/GTZANindex.txt",)))
    monkeypatch.setitem(catalog.DATASETS, "gtzan", dataset)
    with pytest.warns(UserWarning, match="the artists of gtzan stay unknown"):
        assert acquire.published_artists("gtzan") == ({}, {})
    text = "## index\njazz.00002.wav ::: Bela Fleck ::: Big Country\njazz.00003.wav :::  ::: \nnonsense\n"
    (data / "downloads").mkdir(exist_ok=True)
    (data / "downloads" / "GTZANindex.txt").write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        artists, titles = acquire.published_artists("gtzan")
    assert artists == {"jazz.00002": "Bela Fleck"} and titles == {"jazz.00002": "Big Country"}
    assert acquire.published_artists("gtzan-mini") == ({}, {})
