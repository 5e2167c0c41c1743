"""The data sets as declarations: genres, remotes, checksums, licence, citation, exclusions (chapter 2)."""

from dataclasses import dataclass, field

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")


@dataclass(frozen=True)
class Remote:
    """A file to fetch: mirrors in the order to try, its checksum as 'md5:…' or 'sha1:…' or None, its size in bytes or None."""

    urls: tuple
    checksum: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Dataset:
    """One data set: what it holds, where it comes from, under which terms, and which clips are known to be bad."""

    name: str
    title: str
    genres: tuple
    remotes: tuple = ()
    inside: str = ""  # the folder of genres inside the unpacked archive
    licence: str = ""
    cite: str = ""  # a key of references.bib
    excluded: dict = field(default_factory=dict)  # clip -> reason
    note: str = ""


DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset("builtin", "The built-in corpus", GENRES, licence="CC0-1.0", note="composed and rendered by genrelib.synth"),
        Dataset(
            "gtzan-mini",
            "GTZAN mini",
            GENRES,
            remotes=(
                Remote(
                    ("https://github.com/TempoBeatDownbeat/gtzan_mini/archive/refs/heads/main.zip",),
                    "md5:44f7f23af8363d96c59663a987f29a4c",
                ),
            ),
            inside="gtzan_mini-main/genres",
            licence="none: collected without clearance, for measuring and teaching only",
            cite="tzanetakis2002",
            note="100 clips of GTZAN, chosen for a tutorial at ISMIR 2021",
        ),
    )
}
