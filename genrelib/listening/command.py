"""The command `genrelib classify`: what to listen to, and what to write about it."""

import os
import warnings

import click

from genrelib import disk
from genrelib.listening import report, sound
from genrelib.listening.alike import FEW, align
from genrelib.listening.ears import hear
from genrelib.listening.network import load
from genrelib.listening.songs import hear_songs, songs_in
from genrelib.listening.why import excerpts_of, learned_from, moved, nearest

__all__ = ["run"]
SOME_FAILED, ALL_FAILED = 1, 2
UNMEASURED = (
    'how often it is right, how sure it is, and when it says "not sure", were measured as it was before: '
    "no longer count on them"
)


def run(sources, *, microphone, every, top, least, model, like, as_json, csv, labels, why, jobs):
    """Listen, and write about what is heard.

    Parameters
    ----------
    sources : tuple of str
        Files, folders, addresses, or `-`.
    microphone : bool
    every : float
        Seconds from one verdict to the next.
    top : int
        How many genres are named.
    least : float or None
        The probability below which none is; None: the model's own.
    model : str or None
        As `listening.load` takes it.
    like : str or None
        A folder of music to align the model by.
    as_json : bool
        Whether to write an object per verdict.
    csv, labels : str or None
        Files to write.
    why : bool
        Whether to say what the verdict hangs on.
    jobs : int
        Files at once.

    Returns
    -------
    int
        The exit code: 0, 1 when some of what was given could not be heard, 2 when nothing could.
    """
    streams = [source for source in sources if sound.is_stream(source)]
    if not sources and not microphone:
        raise click.UsageError(
            "what shall it listen to? Give a file, a folder, an address, - or --microphone"
        )
    if (streams or microphone) and len(sources) + microphone > 1:
        raise click.UsageError("a stream is heard by itself: give it alone")
    if (streams or microphone) and (csv or labels or why):
        raise click.UsageError(
            "--csv, --labels and --why go with files; for a stream, --json writes each verdict"
        )
    if why and as_json:
        raise click.UsageError("--why is for people and --json for programs: give one of them")
    model = load(model)
    if like:
        model = _aligned(model, like)
    click.echo(report.card_line(model), err=True)
    how = {"every": every, "least": least}
    if streams or microphone:
        source = "microphone" if microphone else sources[0]
        pieces = sound.microphone() if microphone else sound.pieces(source)
        _listen_live(model, pieces, source, top=top, as_json=as_json, **how)
        return 0
    paths, failed = _paths_of(sources)
    if (labels or why) and len(paths) != 1:
        raise click.UsageError(f"--labels and --why go with one file, not with {len(paths)}")
    many = len(paths) > 1
    tell = _json_teller(model, least) if as_json else None
    jobs = 1 if as_json else jobs  # the lines of two files would mix
    songs, more = hear_songs(model, paths, jobs=jobs, resume=many and not as_json, tell=tell, **how)
    if csv:
        _write(csv, report.csv_text(model, songs))
    if labels and songs:
        _write(labels, report.labels_text(songs[0].runs))
    if songs and not (as_json or csv):
        click.echo(report.songs_text(model, songs, top=top))
    if why and songs:
        click.echo(_why(model, paths[0], top))
    failed += more
    if many and failed:
        click.echo(f"genrelib: {len(failed)} of {len(failed) + len(songs)} could not be heard:", err=True)
    for line in failed:
        click.echo(f"genrelib: {line}", err=True)
    return ALL_FAILED if not songs else SOME_FAILED if failed else 0


def _aligned(model, folder):
    """Move a model to the music of a folder, and say by how much of it."""
    paths, failed = songs_in(folder)
    excerpts, songs = [], 0
    for path in paths:
        try:
            excerpts += excerpts_of(path)
            songs += 1
        except (ValueError, OSError) as error:
            failed.append(str(error))
    for line in failed:
        click.echo(f"genrelib: {line}", err=True)
    if not excerpts:
        raise ValueError(f"{disk.shown(folder)}: holds no music that can be heard")
    few = f"; take {FEW} songs or more, fewer may do harm" if songs < FEW else ""
    heard = f"{len(excerpts)} excerpts of {songs} song{'s' * (songs != 1)}"
    click.echo(f"aligned by {heard} in {disk.shown(folder)}{few}", err=True)
    click.echo(UNMEASURED, err=True)
    return align(model, excerpts)


def _why(model, path, top):
    """Return what a verdict on a file hangs on."""
    excerpts, clips = excerpts_of(path), learned_from(model)
    near = nearest(model, excerpts, clips, count=top)
    return report.why_text(model, *moved(model, excerpts), near, among=len(clips), top=top)


def _paths_of(sources):
    """Return the files that are meant by files and folders, and what cannot be opened of them."""
    paths, failed = [], []
    for source in sources:
        if os.path.isdir(source):
            found, trouble = songs_in(source)
            paths += found
            failed += trouble
        else:
            paths.append(source)
    return paths, failed


def _listen_live(model, pieces, source, *, every, least, top, as_json):
    """Write about a stream as it arrives, until it ends or the user stops it."""
    live = report.Live(model, top=top, least=least)
    tell = _json_teller(model, least) if as_json else live.tell
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)  # a station may break off in the same way again
            for verdict in hear(model, pieces, every=every):
                tell(source, verdict)
    except KeyboardInterrupt:  # the ordinary end of what has none
        pass
    finally:
        if not as_json:
            live.end()


def _json_teller(model, least):
    return lambda source, verdict: click.echo(report.json_line(model, source, verdict, least=least))


def _write(path, text):
    with disk.whole(path) as part:
        part.write_text(text, encoding="utf-8")
    click.echo(f"written: {path}", err=True)
