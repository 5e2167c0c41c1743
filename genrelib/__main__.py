"""The command line, one verb per step of the street: `genrelib datasets`, `fetch`, `corpus`, …"""

import sys
import textwrap
import warnings

import click
from click.core import ParameterSource

from genrelib import catalog
from genrelib.corpus import PARTS
from genrelib.networks import NETWORKS, quiet_logs
from genrelib.profiles import PROFILES
from genrelib.profiles import profile as named_profile
from genrelib.studies import recorded


class Cli(click.Group):
    """A group of commands, in the order of the street, whose warnings and errors are one line each.

    An error ends it with the exit code 2.
    """

    def list_commands(self, ctx):
        return list(self.commands)

    def main(self, *args, **kwargs):
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace")  # a sign that the terminal lacks stops nothing
        return super().main(*args, **kwargs)

    def invoke(self, ctx):
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _show_warning
                return super().invoke(ctx)
        except (ValueError, OSError) as error:
            click.echo(f"genrelib: {error}", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("\ngenrelib: stopped; what is done is kept; run it again to resume", err=True)
            sys.exit(130)


def _show_warning(message, *_):
    """Say a warning without the line of code that it comes from."""
    click.echo(f"genrelib: {message}", err=True)


# what several verbs take
of_corpus = click.argument("name", metavar="[CORPUS]", default="builtin")
of_size = click.option(
    "--profile", default="quick", show_default=True, help=f"How much is computed: {', '.join(PROFILES)}."
)
of_seed = click.option("--seed", default=0, show_default=True, help="Seed of the built-in corpus.")
of_kind = click.option("--kind", default="mel", show_default=True, help="Kind of feature: mel or mfcc.")


def _listed(title, names):
    """Return a paragraph of a help text that lists names, none of them broken at a hyphen."""
    text = f"{title}: {', '.join(names)}."
    return "\b\n" + textwrap.fill(text, 76, break_on_hyphens=False) + "\n\n"


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
def main():
    """Single steps of the book: get data, compute features, train, evaluate.

    CORPUS is 'builtin' (the default), a data set that `genrelib datasets` lists, a folder of sounds
    (<genre>/<clip>), or a CSV file with the columns path, genre and, if known, artist.
    """
    quiet_logs()


@main.command()
def datasets():
    """List the data sets, how to get them, and their licences."""
    click.echo(catalog.table().drop(columns=["licence", "how to get it"]).to_string())
    for dataset in catalog.DATASETS.values():
        click.echo(f"\n{dataset.name}: {dataset.title}")
        for text in filter(None, (dataset.how_to_get, f"licence: {dataset.licence}", dataset.note)):
            click.echo(textwrap.fill(text, 96, initial_indent="  ", subsequent_indent="  "))


@main.command()
@click.argument("name")
def fetch(name):
    """Download the data set NAME, unless it is there.

    Prints the folder of the data set.
    """
    from genrelib import acquire

    click.echo(acquire.folder(name) if name in catalog.DATASETS else acquire.fetch(name))


@main.command()
@click.argument("folder", metavar="MSD_DIR", type=click.Path())
@click.option("--labels", required=True, type=click.Path(), help="A .cls or .cls.zip file of tagtraum's.")
@click.option("--server", default=catalog.PREVIEWS, show_default=True, help="Address of the shop.")
@click.option("--country", default="US", show_default=True, help="Country to buy for.")
@click.option("--limit", type=click.IntRange(1), help="Songs to ask for in this run.  [default: all]")
@click.option("--jobs", type=click.IntRange(1, 16), default=4, show_default=True, help="Songs at once.")
def previews(folder, labels, server, country, limit, jobs):
    """Download previews of Million Song Dataset songs.

    That is 30 seconds of every song below MSD_DIR whose label is one of the ten genres. Requests are signed
    with the key in $SEVENDIGITAL_KEY and $SEVENDIGITAL_SECRET. A preview that is there is not downloaded
    again.
    """
    from genrelib.acquire.previews import fetch_previews

    click.echo(fetch_previews(folder, labels, server=server, country=country, limit=limit, jobs=jobs))


@main.command()
@of_corpus
@of_size
@of_seed
def corpus(name, profile, seed):
    """Open CORPUS and say what it holds.

    Prints clips and artists per genre, and lists the files that cannot be used.
    """
    from genrelib.sources import open_corpus

    opened = open_corpus(name, profile=profile, seed=seed)
    artists = opened.table.groupby("genre")["artist"].nunique()
    sound = (
        f"{len(opened.numbers)} ready features, no sound"
        if opened.numbers
        else f"{opened.table['seconds'].sum() / 3600:.2f} hours"
    )
    click.echo(f"{opened.name}: {len(opened)} clips, {sound}")
    for genre, clips in opened.table["genre"].value_counts(sort=False).sort_index().items():
        few = f": too few, a split needs {len(PARTS)}" if clips < len(PARTS) else ""
        click.echo(f"  {genre:14} {clips:5} clips, {artists[genre] or 'no known'} artists{few}")
    click.echo(f"  split by {opened.fairest}; checksum {opened.checksum}")
    _list_skipped(opened)


def _list_skipped(opened):
    """Say which clips of a corpus cannot be used, and why."""
    if len(opened.skipped):
        click.echo(f"  skipped: {len(opened.skipped)}")
    for path, reason in opened.skipped.itertuples(index=False):
        click.echo(f"    {path}: {reason}")


@main.command()
@of_corpus
@of_size
@of_seed
def audit(name, profile, seed):
    """Find what is wrong with CORPUS.

    Looks for files that cannot be used, repetitions, genres of few artists, and uneven genres.
    """
    from genrelib.audit import audit, report
    from genrelib.sources import open_corpus

    opened = open_corpus(name, profile=profile, seed=seed, everything=True)
    click.echo(report(opened, audit(opened)))


@main.command()
@of_corpus
@of_kind
@click.option(
    "--window-ms",
    type=click.FloatRange(0.1),
    default=100.0,
    show_default=True,
    help="Length of a window in milliseconds.",
)
@click.option(
    "--hop-ms",
    type=click.FloatRange(0.1),
    default=40.0,
    show_default=True,
    help="Milliseconds from one window to the next.",
)
@click.option("--jobs", default=-1, show_default=True, help="Threads; -1 is one per core.")
@click.option("--dask", metavar="ADDRESS", help="Compute on this cluster, as tcp://127.0.0.1:8786.")
@of_size
def features(name, kind, window_ms, hop_ms, jobs, dask, profile):
    """Compute the features of CORPUS and keep them in a file.

    A run that was stopped resumes where it was. Prints the name of the file, and lists the clips that cannot
    be used. The workers of a Dask cluster have to see the clips under the same paths.
    """
    from joblib import parallel_config

    from genrelib.audio import SR
    from genrelib.sources import open_corpus
    from genrelib.store import feature_store

    opened = open_corpus(name, profile=profile)
    window = {"n_fft": round(SR * window_ms / 1000), "hop_length": round(SR * hop_ms / 1000)}
    where = {"backend": "dask", "scheduler_host": dask} if dask else {"backend": "threading"}
    with parallel_config(**where):
        made = feature_store(opened, kind, jobs=jobs, **window)
    clips, frames, bands = made.shape
    click.echo(f"{made.path}: {clips} clips, {frames} frames of {bands} numbers")
    _list_skipped(made.corpus)


@main.command()
@of_corpus
@click.option(
    "--network", default="ours", show_default=True, help=f"Network to train: {', '.join(NETWORKS)}."
)
@of_kind
@of_size
@click.option(
    "--epochs", type=click.IntRange(1), help="Passes over the training part.  [default: the profile's]"
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of split and weights."
)
@click.option("--tensorboard", type=click.Path(), help="Folder for the logs that TensorBoard draws.")
def train(name, network, kind, profile, epochs, seed, tensorboard):
    """Train a network on CORPUS, test it, and save it.

    It is tested on clips held out, and saved as a .keras file with a card, a .json file, beside it. Clips
    that cannot be used are listed. When the command is killed, the same command resumes after the last full
    epoch.
    """
    from genrelib import models
    from genrelib.sources import open_corpus

    sizes = named_profile(profile)
    opened = open_corpus(name, profile=profile)
    path = models.model_path(opened, f"{network}-{kind}-{seed}")
    about = {"network": network, "kind": kind, "epochs": epochs or sizes.epochs, "seed": seed}
    model, card = models.train_model(opened, by=opened.fairest, checkpoint=path, logs=tensorboard, **about)
    models.save(model, path, card)
    click.echo(f"{path}: {card['tested']}")
    _list_skipped(opened)


@main.command()
@click.argument("run", type=click.Path())
@click.argument("name", metavar="[CORPUS]", required=False)
@of_size
def evaluate(run, name, profile):
    """Test a trained model on its own corpus or another.

    RUN is the .keras file that `train` wrote. On the corpus that it was trained on, which is the default, the
    model is tested on the clips that were held out, on another one on all.
    """
    from genrelib import evaluation, models
    from genrelib.sources import open_corpus

    model, card = models.load(run)
    opened = open_corpus(name or card["corpus"]["source"], profile=profile)
    predictions, by = models.predict_held_out(model, card, opened)
    click.echo(f"accuracy {evaluation.score(predictions, opened, by=by)}")
    click.echo(f"{'true, then predicted as':24}" + " ".join(f"{genre[:6]:>6}" for genre in opened.genres))
    for genre, row in zip(opened.genres, evaluation.confusion(predictions, opened), strict=True):
        click.echo(f"{genre:24}" + " ".join(f"{share:6.0%}" for share in row))


@main.command(epilog=_listed("Records of the book", recorded.RECORDS) + _listed("Studies", recorded.OWN))
@click.argument("name")
@click.option("--corpus", help="Corpus to run a study on.")
@of_size
@of_seed
@click.pass_context
def record(ctx, name, corpus, profile, seed):
    """Measure a record of the book anew, or run a study.

    The record NAME is written to data/results/NAME.json. With --corpus, NAME is a study: it is run on that
    corpus, and written to NAME-CORPUS.json. The options --profile and --seed are for such a study; a record
    of the book has its own.
    """
    if corpus:
        click.echo(recorded.make_own(name, corpus, profile=profile, seed=seed))
        return
    for option in ("profile", "seed"):
        if ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{option} goes with --corpus; a record of the book has its own")
    click.echo(recorded.make(name))


if __name__ == "__main__":
    main(prog_name="python -m genrelib")
