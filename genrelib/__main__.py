"""The command line, one verb a step of the street: `python -m genrelib datasets`, `fetch`, `corpus`, …"""

import sys

import click

from genrelib import acquire, catalog
from genrelib.profiles import PROFILES
from genrelib.profiles import profile as named_profile


class Street(click.Group):
    """A group of commands whose errors are one line, without a traceback, and the exit code 2."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except (ValueError, OSError) as error:
            click.echo(f"genrelib: {error}", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("\ngenrelib: stopped; what is done is kept, run it again to go on", err=True)
            sys.exit(130)


@click.group(cls=Street, context_settings={"help_option_names": ["-h", "--help"]})
def main():
    """The helper behind the book: get data, compute features, train, evaluate."""


@main.command()
def datasets():
    """List the data sets of the catalogue and how to get them."""
    for dataset in catalog.DATASETS.values():
        size = f", {dataset.size / 1e9:.1f} GB" if dataset.size else ""
        click.echo(
            f"{dataset.name:11} {dataset.title}: {dataset.clips} clips, {len(dataset.genres)} genres{size}"
        )
        click.echo(f"{'':11} {dataset.road}")
        click.echo(f"{'':11} licence: {dataset.licence}")
        if dataset.note:
            click.echo(f"{'':11} {dataset.note}")


@main.command()
@click.argument("name")
def fetch(name):
    """Bring the data set NAME to disk, unless it is there."""
    click.echo(acquire.folder(name) if name in catalog.DATASETS else acquire.fetch(name))


@main.command()
@click.argument("name", default="builtin")
@click.option("--profile", default="quick", show_default=True, help=f"how much: {', '.join(PROFILES)}")
@click.option("--seed", default=0, show_default=True, help="of the built-in corpus")
def corpus(name, profile, seed):
    """Open the corpus NAME (builtin, a data set, a folder or a CSV file) and say what it holds."""
    from genrelib.corpus import open_corpus

    opened = open_corpus(name, profile=profile, seed=seed)
    artists = opened.table.groupby("genre")["artist"].nunique()
    click.echo(f"{opened.name}: {len(opened)} clips, {opened.table['seconds'].sum() / 3600:.2f} hours")
    for genre, clips in opened.table["genre"].value_counts(sort=False).sort_index().items():
        click.echo(f"  {genre:14} {clips:5} clips, {artists[genre] or 'no known'} artists")
    click.echo(f"  split by {opened.fairest}; checksum {opened.checksum}")
    if len(opened.skipped):
        click.echo(f"  skipped: {len(opened.skipped)}")
    for path, reason in opened.skipped.itertuples(index=False):
        click.echo(f"    {path}: {reason}")


@main.command()
@click.argument("name", metavar="CORPUS", default="builtin")
@click.option("--network", default="ours", show_default=True, help="ours, figure_2016 or code_2016")
@click.option("--kind", default="mel", show_default=True, help="mel or mfcc")
@click.option("--profile", default="quick", show_default=True, help=f"how much: {', '.join(PROFILES)}")
@click.option("--epochs", type=click.IntRange(1), help="passes over the training part, if not the profile's")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="of split and weights")
def train(name, network, kind, profile, epochs, seed):
    """Train a network on CORPUS, test it on clips held out, and save it with its card."""
    from genrelib import disk, training
    from genrelib.corpus import open_corpus

    sizes = named_profile(profile)
    opened = open_corpus(name, profile=profile)
    model, card = training.train_model(
        opened, network=network, kind=kind, epochs=epochs or sizes.epochs, seed=seed, by=opened.fairest
    )
    path = disk.data_dir("models") / f"{opened.name}-{network}-{kind}-{seed}.keras"
    training.save(model, path, card)
    click.echo(f"{path}: {card['tested']}")


@main.command()
@click.argument("model", type=click.Path())
@click.argument("name", metavar="CORPUS")
@click.option("--profile", default="quick", show_default=True, help=f"how much: {', '.join(PROFILES)}")
def evaluate(model, name, profile):
    """Test a saved MODEL (.keras) on CORPUS: on the clips held out if it is the model's own, else on all."""
    from genrelib import evaluation, training
    from genrelib.corpus import open_corpus

    opened = open_corpus(name, profile=profile)
    predictions, by = training.ask_model(*training.load(model), opened)
    click.echo(f"accuracy {evaluation.score(predictions, opened, by=by)}")
    click.echo(f"{'true, then predicted as':24}" + " ".join(f"{genre[:6]:>6}" for genre in opened.genres))
    for genre, row in zip(opened.genres, evaluation.confusion(predictions, opened), strict=True):
        click.echo(f"{genre:24}" + " ".join(f"{share:6.0%}" for share in row))


@main.command()
@click.argument("name", metavar="CORPUS")
@click.option("--profile", default="quick", show_default=True, help=f"how much: {', '.join(PROFILES)}")
@click.option("--as", "title", help="name of the record  [default: the corpus']")
def record(name, profile, title):
    """Compute every result of chapters 6 to 9 on CORPUS and keep them as data/results/NAME.json.

    `builtin-to-real` instead of a corpus trains on the built-in corpus and tests on GTZAN mini.
    """
    from genrelib import evaluation
    from genrelib.corpus import open_corpus

    sizes = named_profile(profile)
    if name == "builtin-to-real":
        source, target = (open_corpus(corpus, profile=profile) for corpus in ("builtin", "gtzan-mini"))
        path = evaluation.record_transfer(source, target, sizes, title or name)
    else:
        opened = open_corpus(name, profile=profile)
        path = evaluation.record(opened, sizes, title or opened.name)
    click.echo(path)


if __name__ == "__main__":
    main(prog_name="python -m genrelib")
