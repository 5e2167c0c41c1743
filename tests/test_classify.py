"""The command that names a song: what it writes, what it keeps, and how it ends."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import odd
import pytest
import soundfile
from click.testing import CliRunner
from sounds import music

from genrelib import audio, listening, synth
from genrelib.__main__ import main
from genrelib.listening import report, songs, sound


def word(model, probabilities, verdicts, *, least=None):
    """Return what is said of a sound when most of these verdicts are music."""
    music = 2 * sum(verdict.music for verdict in verdicts) >= len(verdicts)
    return songs.name(model, probabilities, silent=False, music=music, least=least)


CODE = "import sys; from genrelib.__main__ import main; main(sys.argv[1:])"
WORDS = ("not sure", "no music")
HEAVY = ("tensorflow", "keras", "sklearn", "pandas", "librosa", "matplotlib", "h5py", "joblib", "IPython")


@pytest.fixture(scope="module")
def model():
    return listening.load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two songs, one in a folder of its own, one file that is no sound and one that is no music."""
    folder = tmp_path_factory.mktemp("music")
    (folder / "album").mkdir()
    rock = synth.render(synth.compose("rock", 2, seconds=12.0))  # its likeliest genres are clearly apart
    soundfile.write(folder / "a.wav", rock, audio.SR)
    soundfile.write(folder / "album" / "b.flac", music(11, 2), audio.SR)
    (folder / "album" / "cover.jpg").write_bytes(b"no sound")
    (folder / "torn.mp3").write_bytes(b"no sound either")
    return folder


def classify(*arguments, **options):
    return CliRunner().invoke(main, ["classify", *map(str, arguments)], **options)


def test_a_song_is_a_line_and_a_strip(folder, model):
    run = classify(folder / "a.wav")
    assert run.exit_code == 0, run.output
    line, strip = run.stdout.splitlines()
    said = listening.classify(model, audio.read(folder / "a.wav"))
    best = [f"{model.genres[one]} {100 * said[one]:.0f} %" for one in np.argsort(said)[::-1][:3]]
    what = word(model, said, listening.Ears(model).hear(audio.read(folder / "a.wav"))[9:])
    probable = ", ".join(best)
    assert line == f"{folder / 'a.wav'}: {probable if what in model.genres else f'{what} ({probable})'}"
    assert strip.startswith("  0:00 ") and strip.endswith(" 0:12") and len(strip) == 60
    assert run.stderr == report.card_line(model) + "\n"
    assert model.card["tested"] in run.stderr and str(model.card["corpus"]["clips"]) in run.stderr


def test_a_strip_shows_each_run_in_its_place_and_of_its_length():
    runs = [(0, 6, "rock"), (6, 9, "classical"), (9, 12, "pop")]
    assert report.strip(runs, width=16) == "rock━━━━" + "····" + "pop━"
    assert report.strip([(0, 3.7, "not sure")], width=12) == "not sure━━━━"


def test_runs_join_what_is_said_one_after_another():
    shares = {"r": np.array([0.9, 0.1]), "p": np.array([0.2, 0.8]), "?": np.array([0.55, 0.45])}
    two = SimpleNamespace(genres=["rock", "pop"], weights={"sure/threshold": 0.6})
    said = [("r", False, True), ("r", False, True), ("p", False, True), ("?", False, True)]
    said += [("p", True, True), ("p", False, False), ("p", False, True)]
    verdicts = [
        listening.Verdict(second, 248, shares["p"], shares[what], silent, music)
        for second, (what, silent, music) in enumerate(said, 1)
    ]
    expected = [(0, 2, "rock"), (2, 3, "pop"), (3, 4, "not sure"), (4, 5, "silence"), (5, 6, "no music")]
    assert songs.runs(two, verdicts) == [*expected, (6, 7, "pop")]
    assert songs.runs(two, verdicts, least=0)[2] == (3, 4, "rock")


@pytest.mark.parametrize(("bias", "threshold"), [(-1, 0), (1, 2), (1, 0)])
def test_what_a_model_knows_of_its_own_doubt_is_said(folder, tmp_path, model, bias, threshold):
    from genrelib import models

    doubts = {
        "sure/temperature": 2,
        "sure/threshold": threshold,
        "music/bias": bias,
        "music/farthest": np.inf,
    }
    doubts = {name: np.array(value) for name, value in doubts.items()}
    doubts["music/weights"] = np.zeros(len(model.weights["batch_norm/mean"]))
    models.write_weights(tmp_path / "mine.npz", model.weights | doubts, model.card)
    run = classify(folder / "a.wav", "--model", tmp_path / "mine.npz")
    said = listening.classify(listening.load(tmp_path / "mine.npz"), audio.read(folder / "a.wav"))
    best = np.argsort(said)[::-1]
    word = "no music" if bias < 0 else "not sure" if threshold else None
    assert f": {word} (" in run.stdout if word else f": {model.genres[best[0]]} " in run.stdout
    assert f"{model.genres[best[0]]} {100 * said[best[0]]:.0f} %, {model.genres[best[1]]} " in run.stdout
    assert (f"0:00 {word}━" in run.stdout) == bool(word)


def test_a_folder_is_a_table_and_goes_on_past_what_cannot_be_heard(folder, data):
    run = classify(folder)
    assert run.exit_code == 1
    rows = run.stdout.splitlines()
    assert [row.split()[:2] for row in rows] == [
        [str(folder / "a.wav"), "0:12"],
        [str(folder / "album" / "b.flac"), "0:11"],
    ]
    assert "genrelib: 1 of 3 could not be heard:\n" in run.stderr
    assert f"genrelib: {folder / 'torn.mp3'}: " in run.stderr and "cover.jpg" not in run.output


@pytest.mark.parametrize("kind", [kind for kind in vars(odd).values() if getattr(kind, "__doc__", 0) is None])
def test_an_odd_folder_is_heard_and_what_cannot_be_is_listed(kind, tmp_path, data):
    folder = odd.ordinary(tmp_path / "music")
    kind(folder)
    run = classify(folder)
    assert run.exit_code in (0, 1) and isinstance(run.exception, SystemExit | None)
    assert len(run.stdout.splitlines()) >= 4 and "Errno" not in run.output
    said = [line for line in run.stderr.splitlines() if str(folder) in line]
    failed = [line for line in said if not line.endswith("; it is named by what is there")]
    assert all(line.startswith("genrelib: ") for line in failed) and bool(failed) == run.exit_code
    assert len(set(failed)) == len(failed)


def test_a_table_can_be_written_as_csv(folder, data, tmp_path, model):
    run = classify(folder, "--csv", tmp_path / "all.csv", "--jobs", 2)
    assert run.exit_code == 1 and run.stdout == ""
    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text())))
    assert [row["path"] for row in rows] == [str(folder / "a.wav"), str(folder / "album" / "b.flac")]
    for row in rows:
        said, y = np.array([float(row[genre]) for genre in model.genres]), audio.read(row["path"])
        np.testing.assert_allclose(said, listening.classify(model, y), atol=1e-3)
        assert row["said"] == word(model, said, listening.Ears(model).hear(y)[9:])


def test_a_run_that_was_stopped_goes_on(folder, data, monkeypatch, tmp_path):
    heard, hear_song = [], songs.hear_song

    def until_stopped(model, path, **how):
        if heard and stop:
            raise KeyboardInterrupt
        heard.append(path)
        return hear_song(model, path, **how)

    monkeypatch.setattr(songs, "hear_song", until_stopped)
    stop = True
    run = classify(folder)
    assert run.exit_code == 130 and "run it again to resume" in run.stderr
    [journal] = (data / "heard").iterdir()
    with open(journal, "a") as file:
        file.write('\n{"key": ["torn')  # by a kill
    stop = False
    first, again = classify(folder).stdout, classify(folder).stdout
    a, b, torn = (str(folder / name) for name in ("a.wav", "album/b.flac", "torn.mp3"))
    assert heard == [a, b, torn, torn] and first == again
    os.utime(a)  # it has changed
    classify(folder)
    assert heard[4:] == [a, torn]
    classify(folder, "--every", 2)  # another question
    assert heard[6:] == [a, b, torn]


def test_a_file_that_grows_is_named_by_what_was_there_and_heard_anew(folder, data, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("a.wav", "b.wav"):
        soundfile.write(name, music(3), audio.SR)
    hear_song = songs.hear_song

    def while_it_is_recorded(model, path, **how):
        song = hear_song(model, path, **how)
        if path == "a.wav":
            soundfile.write(path, music(5), audio.SR)
        return song

    monkeypatch.setattr(songs, "hear_song", while_it_is_recorded)
    run = classify("a.wav", "b.wav")
    assert run.exit_code == 0 and [row.split()[:2] for row in run.stdout.splitlines()] == [
        ["a.wav", "0:03"],
        ["b.wav", "0:03"],
    ]
    assert "genrelib: a.wav: was written to while it was heard" in run.stderr
    assert "tail -c +1 -f a.wav | genrelib classify -\n" in run.stderr and "b.wav: was" not in run.stderr
    heard = []
    monkeypatch.setattr(
        songs, "hear_song", lambda model, path, **how: heard.append(path) or hear_song(model, path)
    )
    run = classify("a.wav", "b.wav")
    assert heard == ["a.wav"] and run.stdout.split()[1] == "0:05" and "was written to" not in run.stderr


def test_a_file_that_breaks_off_is_said_to(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    soundfile.write("whole.flac", music(12), audio.SR)
    with open("whole.flac", "rb") as whole, open("half.flac", "wb") as half:
        half.write(whole.read()[: os.path.getsize("whole.flac") // 2])
    for _ in range(2):  # heard, and found in the journal
        run = classify("whole.flac", "half.flac")
        assert run.exit_code == 0 and run.stderr.count("breaks off") == 1
        assert re.search(
            r"^genrelib: half.flac: breaks off after [567] s of 12; it is named by", run.stderr, re.M
        )


def test_json_tells_each_verdict(folder, model):
    run = classify(folder / "a.wav", "--json", "--every", 2, "--min-confidence", 1)
    told = [json.loads(line) for line in run.stdout.splitlines()]
    verdicts = listening.Ears(model, every=2).hear(audio.read(folder / "a.wav"))
    assert [one["second"] for one in told] == [2, 4, 6, 8, 10, 12] and run.exit_code == 0
    for one, verdict in zip(told, verdicts, strict=True):
        said = word(model, verdict.smoothed, [verdict], least=1)
        assert one["source"] == str(folder / "a.wav") and one["said"] == said and said in WORDS
        np.testing.assert_allclose(list(one["smoothed"].values()), verdict.smoothed, atol=1e-3)
        np.testing.assert_allclose(list(one["last_ten_seconds"].values()), verdict.probabilities, atol=1e-3)
        assert list(one["smoothed"]) == model.genres


def test_labels_are_audacitys(folder, tmp_path):
    assert classify(folder / "a.wav", "--labels", tmp_path / "labels.txt").exit_code == 0
    rows = [row.split("\t") for row in (tmp_path / "labels.txt").read_text().splitlines()]
    assert rows[0][0] == "0.000" and rows[-1][1] == "12.000"
    assert [row[0] for row in rows[1:]] == [row[1] for row in rows[:-1]]
    refused = classify(folder, "--labels", tmp_path / "labels.txt")
    assert refused.exit_code == 2 and "--labels and --why go with one file, not with 3" in refused.stderr


def test_silence_is_no_genre(tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(12 * audio.SR), audio.SR)
    run = classify(tmp_path / "silence.wav")
    assert run.stdout.startswith(f"{tmp_path / 'silence.wav'}: silence (") and "0:00 silence━━━" in run.stdout


def test_a_stream_is_told_as_it_comes(monkeypatch, tmp_path, model):
    pytest.importorskip("av")
    body = io.BytesIO()
    soundfile.write(body, music(12), audio.SR, format="WAV")
    run = classify("-", input=body.getvalue())
    assert run.exit_code == 0 and len(run.stdout.splitlines()) == 12
    last = listening.Ears(model).hear(music(12))[-1]
    assert run.stdout.splitlines()[-1].startswith(f"0:12  {word(model, last.smoothed, [last])} ")
    told = classify("-", "--json", input=body.getvalue()).stdout.splitlines()
    assert [json.loads(line)["second"] for line in told] == list(range(1, 13))


def test_the_microphone_is_heard_until_somebody_stops_it(monkeypatch):
    def spoken():
        yield music(2.5)
        raise KeyboardInterrupt

    monkeypatch.setattr(sound, "microphone", spoken)
    run = classify("--microphone")
    assert run.exit_code == 0 and [line.split()[0] for line in run.stdout.splitlines()] == ["0:01", "0:02"]


def test_each_break_of_a_stream_is_said(monkeypatch):
    def broken(source):
        for _ in range(3):
            yield music(1)
            warnings.warn("the stream ended; connecting again in 1 s", stacklevel=1)

    monkeypatch.setattr(sound, "pieces", broken)
    run = classify("http://127.0.0.1/radio")
    assert (
        run.exit_code == 0 and run.stderr.count("genrelib: the stream ended; connecting again in 1 s\n") == 3
    )


def test_bars_change_in_place_where_somebody_looks(model):
    screen = io.StringIO()
    screen.isatty = lambda: True
    live = report.Live(model, top=2, least=0.0, out=screen)
    for verdict in listening.Ears(model).hear(music(3)):
        live.tell("microphone", verdict)
    live.end()
    assert screen.getvalue().count("\r\033[K") == 3 and screen.getvalue().count("\n") == 1
    best = verdict.smoothed.argmax()
    assert f"{model.genres[best]} {report.BAR * round(12 * verdict.smoothed[best])}" in screen.getvalue()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "what shall it listen to?"),
        (["-", "--microphone"], "a stream is heard by itself"),
        (["-", "--csv", "x"], "--csv, --labels and --why go with files"),
        (["--microphone", "--labels", "x"], "--csv, --labels and --why go with files"),
        (["a.wav", "--why", "--json"], "give one of them"),
        (["nothing.wav"], "nothing.wav: no such file"),
        (["."], "holds no music"),
        (["a.wav", "--model", "nothing"], "nothing.npz: no such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    run = classify(*arguments)
    assert run.exit_code == 2 and said in run.stderr and "Traceback" not in run.output
    assert run.stdout == "" and os.listdir(tmp_path) == []


def test_a_short_song_is_named_with_its_file(tmp_path):
    soundfile.write(tmp_path / "blip.wav", music(0.3), audio.SR)
    run = classify(tmp_path / "blip.wav")
    assert run.exit_code == 2
    assert run.stderr.endswith(f"{tmp_path / 'blip.wav'}: 0.30 s is too short: at least 0.46 s are needed\n")


def test_names_that_are_no_text_are_shown_and_found_again(tmp_path, data):
    odd = os.fsencode(tmp_path) + b"/\xff\n.wav"
    with open(odd, "wb") as file:
        soundfile.write(file, music(1), audio.SR, format="WAV")
    for _ in range(2):
        run = classify(tmp_path, tmp_path)
        assert run.exit_code == 0 and run.stdout.count(r"\xff\n.wav") == 2


def test_a_model_of_ones_own_listens(folder, tmp_path, model):
    from genrelib import models

    models.write_weights(tmp_path / "mine.npz", model.weights, model.card | {"tested": "7 of 9 clips right"})
    run = classify(folder / "a.wav", "--model", tmp_path / "mine.keras")
    assert run.exit_code == 0 and "7 of 9 clips right" in run.stderr
    assert run.stdout == classify(folder / "a.wav").stdout


def test_on_the_way_nothing_heavy_is_imported_and_numpy_keeps_to_one_thread(folder):
    code = f"""
import os, sys
import genrelib.__main__
print("numpy" in sys.modules)  # its threads are counted when it is imported
try:
    genrelib.__main__.main(["classify", sys.argv[1]])
except SystemExit as end:
    print(end.code, os.environ["OPENBLAS_NUM_THREADS"], [name for name in {HEAVY} if name in sys.modules])
"""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", code, folder / "a.wav"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    lines = run.stdout.splitlines()
    assert (lines[0], lines[-1]) == ("False", "0 1 []"), run.stderr


def test_whoever_reads_may_stop_reading(folder):
    command = [sys.executable, "-c", CODE, "classify", folder / "a.wav", "--json", "--every", "0.1"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    run.stdout.readline()
    run.stdout.close()
    told = run.stderr.read()
    assert run.wait() == 1 and told.startswith("trained and tested on") and told.count("\n") == 1
