"""What was heard, as lines, tables, CSV, JSON and Audacity's labels."""

import csv
import io
import json
import shutil
import sys
from itertools import groupby

import numpy as np

from genrelib import disk
from genrelib.listening.songs import name_smoothed

__all__ = [
    "Live",
    "card_line",
    "clock",
    "csv_text",
    "json_line",
    "labels_text",
    "songs_text",
    "strip",
    "why_text",
]

BAR = "█"
LINE, SHORT = "━", "·"


def clock(seconds):
    """Write seconds as minutes and seconds.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str
    """
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _most_probable(model, probabilities, top):
    """Name the most probable genres."""
    best = np.argsort(probabilities)[::-1][:top]
    return ", ".join(f"{model.genres[genre]} {100 * probabilities[genre]:.0f} %" for genre in best)


def strip(runs, *, width=48):
    """Draw what was said over time: each run begins with its name, or is dotted where that does not fit in.

    Parameters
    ----------
    runs : list of (float, float, str)
        As `songs.runs` returns them.
    width : int
        Signs.

    Returns
    -------
    str
    """
    ends, said = [end for _, end, _ in runs], [what for *_, what in runs]
    moments = (np.arange(width) + 0.5) / width * ends[-1]
    at = np.searchsorted(ends, moments)
    shown = ((said[run], len(list(signs))) for run, signs in groupby(at))
    return "".join(what.ljust(signs, LINE) if len(what) <= signs else signs * SHORT for what, signs in shown)


def songs_text(model, songs, *, top):
    """Write about songs: of one with a strip of what was said over time, of several as a table.

    Parameters
    ----------
    model : Model
    songs : list of Song
    top : int
        How many genres are named.

    Returns
    -------
    str
    """
    rows = [
        (
            disk.shown(song.path),
            clock(song.seconds),
            song.said,
            _most_probable(model, song.probabilities, top),
        )
        for song in songs
    ]
    if len(rows) == 1:
        [(path, length, said, probable)] = rows
        said = probable if said in model.genres else f"{said} ({probable})"
        return f"{path}: {said}\n  0:00 {strip(songs[0].runs)} {length}"
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        f"{path:{widths[0]}}  {length:>{widths[1]}}  {said:{widths[2]}}  {probable}"
        for path, length, said, probable in rows
    )


def why_text(model, before, after, near, *, among, top):
    """Write which changes move a verdict most, and which clips are nearest.

    Parameters
    ----------
    model : Model
    before : (genres,) array
    after : dict of str -> (genres,) array
        As `why.moved` returns both.
    near : list of str
        As `why.nearest` returns them.
    among : int
        How many clips they were found among.
    top : int
        How many changes.

    Returns
    -------
    str
    """
    best = int(before.argmax())
    lines = [
        f"  what moves {model.genres[best]} most, {100 * before[best]:.0f} % in excerpts of ten seconds:"
    ]
    for change, said in list(after.items())[:top]:
        then = "" if said.argmax() == best else f", and {model.genres[int(said.argmax())]} is more probable"
        lines.append(f"    {change:32} {100 * said[best]:3.0f} %{then}")
    if among:
        lines.append(f"  nearest of {among} clips that it has learned from:")
        return "\n".join([*lines, *(f"    {disk.shown(path)}" for path in near)])
    return "\n".join([*lines, "  none of the clips that it has learned from lies on this machine"])


def csv_text(model, songs):
    """Write about songs as CSV: path, seconds, what is said, and the probability of each genre.

    Parameters
    ----------
    model : Model
    songs : list of Song

    Returns
    -------
    str
    """
    body = io.StringIO()
    out = csv.writer(body, lineterminator="\n")
    out.writerow(["path", "seconds", "said", *model.genres])
    out.writerows(
        [disk.shown(song.path), f"{song.seconds:g}", song.said, *song.probabilities] for song in songs
    )
    return body.getvalue()


def labels_text(runs):
    """Write what was said over time as a label track that Audacity imports.

    Parameters
    ----------
    runs : list of (float, float, str)

    Returns
    -------
    str
    """
    return "".join(f"{begin:.3f}\t{end:.3f}\t{what}\n" for begin, end, what in runs)


def json_line(model, source, verdict, *, least):
    """Write a verdict as JSON.

    Parameters
    ----------
    model : Model
    source : str
        What is heard.
    verdict : Verdict
    least : float or None
        As in `songs.name`.

    Returns
    -------
    str
    """
    shares = {
        key: {genre: round(float(share), 4) for genre, share in zip(model.genres, values, strict=True)}
        for key, values in (("smoothed", verdict.smoothed), ("last_ten_seconds", verdict.probabilities))
    }
    said = name_smoothed(model, verdict, least=least)
    return json.dumps({"source": disk.shown(source), "second": verdict.second, "said": said} | shares)


class Live:
    """Show verdicts while they come: as bars that change in place, or as lines when nobody looks.

    Parameters
    ----------
    model : Model
    top : int
    least : float or None
        As in `songs.name`.
    out : file, optional
        Standard output by default.
    """

    def __init__(self, model, *, top, least, out=None):
        self.model, self.top, self.least, self.out = model, top, least, out or sys.stdout
        self.in_place = self.out.isatty()

    def tell(self, source, verdict):
        """Show a verdict on a source."""
        said = name_smoothed(self.model, verdict, least=self.least)
        if not self.in_place:
            probable = _most_probable(self.model, verdict.smoothed, self.top)
            print(f"{clock(verdict.second)}  {said:10}  {probable}", file=self.out, flush=True)
            return
        best = np.argsort(verdict.smoothed)[::-1][: self.top]
        bars = [f"{self.model.genres[one]} {BAR * round(12 * verdict.smoothed[one]):12}" for one in best]
        text = f"{clock(verdict.second)}  {said:10}  {' '.join(bars)}"
        print(f"\r\033[K{text[: shutil.get_terminal_size().columns - 1]}", end="", file=self.out, flush=True)

    def end(self):
        """Leave what was shown last."""
        if self.in_place:
            print(file=self.out)


def card_line(model):
    """Say what a model was trained on and how often it is right, there and elsewhere.

    Parameters
    ----------
    model : Model

    Returns
    -------
    str
    """
    card, corpus = model.card, model.card["corpus"]
    own = corpus["name"] == "builtin"
    name = "the built-in corpus, which a program composed" if own else corpus["name"]
    elsewhere = card.get("elsewhere") or "it has not been measured on other recordings"
    return f"trained and tested on {corpus['clips']} clips of {name}: {card['tested']}; {elsewhere}"
