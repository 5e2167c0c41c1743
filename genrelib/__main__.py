"""The command line, one verb per step of the street: `genrelib datasets`, `fetch`, `corpus`, …"""

import os
import sys
import textwrap
import warnings

import click
from click.core import ParameterSource

from genrelib import catalog
from genrelib.profiles import PROFILES
from genrelib.profiles import profile as named_profile


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
        except BrokenPipeError:  # whoever read has seen enough
            raise
        except (ValueError, OSError, ImportError) as error:
            click.echo(f"genrelib: {error}", err=True)
            if isinstance(error, ModuleNotFoundError):
                click.echo("genrelib: the book's commands need pip install 'genrelib[book]'", err=True)
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


class NetworkOption(click.Option):
    """An option whose help names the networks: to import them takes longer than to name a song."""

    def get_help_record(self, ctx):
        from genrelib.networks import NETWORKS

        self.help = f"Network to train: {', '.join(NETWORKS)}."
        return super().get_help_record(ctx)


class RecordCommand(click.Command):
    """A command whose help names the records, which take as long."""

    def format_epilog(self, ctx, formatter):
        from genrelib.studies import recorded

        self.epilog = _listed("Records of the book", recorded.RECORDS) + _listed("Studies", recorded.OWN)
        super().format_epilog(ctx, formatter)


def _listed(title, names):
    """Return a paragraph of a help text that lists names, none of them broken at a hyphen."""
    text = f"{title}: {', '.join(names)}."
    return "\b\n" + textwrap.fill(text, 76, break_on_hyphens=False) + "\n\n"


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx):
    """Name a song, or do single steps of the book: get data, compute features, train, evaluate.

    CORPUS is 'builtin' (the default), a data set that `genrelib datasets` lists, a folder of sounds
    (<genre>/<clip>), or a CSV file with the columns path, genre and, if known, artist.
    """
    if ctx.invoked_subcommand != "classify":  # it does without TensorFlow and pandas
        from genrelib.networks import quiet_logs

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
    from genrelib.corpus import PARTS
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
@click.option("--network", cls=NetworkOption, default="ours", show_default=True, help="Network to train.")
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


@main.command()
@click.argument("sources", metavar="[FILE | FOLDER | URL | -]...", nargs=-1)
@click.option("--microphone", is_flag=True, help="Listen to the microphone.")
@click.option(
    "--every",
    type=click.FloatRange(0.04),
    default=1.0,
    show_default=True,
    help="Seconds from one verdict to the next.",
)
@click.option(
    "--top", type=click.IntRange(1), default=3, show_default=True, help="How many genres are named."
)
@click.option(
    "--min-confidence",
    "least",
    type=click.FloatRange(0, 1),
    help="Probability below which it is not sure.  [default: the model's own]",
)
@click.option("--model", metavar="RUN", help="Model that `train` wrote.  [default: the built-in one]")
@click.option("--like", metavar="FOLDER", help="Music of whatever genre that sounds like yours: align by it.")
@click.option("--json", "as_json", is_flag=True, help="Write an object per verdict, one per line.")
@click.option("--csv", type=click.Path(), help="File for a table of the songs.")
@click.option("--labels", type=click.Path(), help="File for a label track that Audacity imports.")
@click.option("--why", is_flag=True, help="Say what moves the verdict most, and which clips are nearest.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Files at once.")
def classify(sources, **how):
    """Name the genre of songs, folders, a stream or the microphone.

    Of a file it tells the most probable genres, and a strip of what it says over time, by the last ten
    seconds each. A folder makes a table; a run that was stopped resumes where it was. An address that begins
    with http, or - for standard input, is heard as it arrives.

    The exit code is 0 when everything was heard, 1 when some files could not be heard, 2 when none could.
    """
    # before NumPy is imported: the products are so small that a second thread only costs
    for variable in ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(variable, "1")
    from genrelib.listening import command

    sys.exit(command.run(sources, **how))


@main.command()
@click.argument("name", metavar="[CORPUS]", default="gtzan-mini")
@of_size
@of_seed
def realism(name, profile, seed):
    """Say how much the built-in corpus is like CORPUS.

    CORPUS holds real sounds of the same genres, gtzan-mini unless named. Prints what differs, real minus
    built-in, in all and in each genre, and how surely a classifier tells the two apart.
    """
    from genrelib.sources import open_corpus
    from genrelib.studies import realism as study

    corpora = [open_corpus("builtin", profile=profile, seed=seed), open_corpus(name, profile=profile)]
    table, correlation, pooled = study.compare(*corpora)
    apart = study.told_apart(*pooled)
    click.echo(table.rename(columns=lambda column: column[:8]).to_string(float_format="{:.1f}".format))
    alike = ", ".join(f"{trait} {value:.2f}" for trait, value in correlation.items())
    click.echo(f"the genres' profiles correlate: {alike}")
    click.echo(
        f"told apart: {100 * apart['accuracy']:.0f} % of {apart['clips']} clips "
        f"({100 * apart['low']:.0f}–{100 * apart['high']:.0f}; artists apart), by chance 50 %"
    )


@main.command(cls=RecordCommand)
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
    from genrelib.studies import recorded

    if corpus:
        click.echo(recorded.make_own(name, corpus, profile=profile, seed=seed))
        return
    for option in ("profile", "seed"):
        if ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{option} goes with --corpus; a record of the book has its own")
    click.echo(recorded.make(name))


if __name__ == "__main__":
    main(prog_name="python -m genrelib")
