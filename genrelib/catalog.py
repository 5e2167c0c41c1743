"""The data sets as declarations: genres, mirrors, checksums, licence, citation, known faults (chapter 2)."""

from dataclasses import dataclass, field

__all__ = [
    "DATASETS",
    "GENRES",
    "GTZAN_EXCLUDED",
    "GTZAN_FLAWED",
    "GTZAN_REPEATED",
    "GTZAN_SPLITS",
    "PREVIEWS",
    "READY",
    "TAGTRAUM",
    "TAGTRAUM_GENRES",
    "Contents",
    "Dataset",
    "Published",
    "Remote",
    "table",
]

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
FMA_SMALL = ("Electronic", "Experimental", "Folk", "Hip-Hop", "Instrumental", "International", "Pop", "Rock")
FMA_MORE = (
    "Blues",
    "Classical",
    "Country",
    "Easy Listening",
    "Jazz",
    "Old-Time / Historic",
    "Soul-RnB",
    "Spoken",
)
TAGTRAUM = (
    "Blues",
    "Country",
    "Electronic",
    "Folk",
    "International",
    "Jazz",
    "Latin",
    "New Age",
    "Pop_Rock",
    "Rap",
)
TAGTRAUM += ("Reggae", "RnB", "Vocal")
# tagtraum's labels, of CD1 as of CD2, and the one of the ten genres that each is taken for; None: for no one.
# CD1 does not tell pop and rock apart: its Pop_Rock is taken for rock, and pop goes without.
TAGTRAUM_GENRES = {
    "Blues": "blues",
    "Country": "country",
    "Electronic": None,
    "Folk": None,
    "International": None,
    "Jazz": "jazz",
    "Latin": None,
    "Metal": "metal",
    "New Age": None,
    "Pop": "pop",
    "Pop_Rock": "rock",
    "Punk": None,
    "Rap": "hiphop",
    "Reggae": "reggae",
    "RnB": None,
    "Rock": "rock",
    "Vocal": None,
    "World": None,
}
PREVIEWS = "http://previews.7digital.com"  # 30 s of a song, for who holds a key of the shop
HOMBURG = (
    "alternative",
    "blues",
    "electronic",
    "folkcountry",
    "funksoulrnb",
    "jazz",
    "pop",
    "raphiphop",
    "rock",
)


@dataclass(frozen=True)
class Remote:
    """A file to download.

    Parameters
    ----------
    urls : tuple of str
        Its mirrors, in the order to try them.
    checksum : str, optional
        'md5:…', 'sha1:…' or 'sha256:…'.
    size : int, optional
        In bytes, roughly.
    checksum_stable : bool
        False where the publisher may pack the same content anew. Another checksum is then no reason to refuse
        the file; what is inside has to be checked instead.
    """

    urls: tuple
    checksum: str | None = None
    size: int | None = None
    checksum_stable: bool = True

    @property
    def file(self):
        """The name that the file has on disk."""
        return self.urls[0].rsplit("/", 1)[1]


@dataclass(frozen=True)
class Contents:
    """What an unpacked archive holds.

    Parameters
    ----------
    clips_per_genre : int
    digest : str
        As `acquire.contents` computes it.
    """

    clips_per_genre: int
    digest: str


@dataclass(frozen=True)
class Published:
    """A split that somebody has published as lists of clips.

    Parameters
    ----------
    lists : dict of str to Remote
        Part ('train', 'validation', 'test') or fold to the list of its clips. A line names a clip; a second
        word on it is the number of the clip's artist.
    folder : str
        Of the data folder, where lists that were brought by hand lie.
    """

    lists: dict
    folder: str


@dataclass(frozen=True)
class Dataset:
    """One data set: what it holds, where it comes from, on which terms, and what is wrong with it.

    Parameters
    ----------
    name, title : str
    genres : tuple of str
    clips : int
    how_to_get : str
        In a sentence.
    remotes : tuple of Remote
        What is downloaded.
    layout : str
        'genres': `<genre>/<clip>`; 'fma': as the Free Music Archive packs it; 'ready': a table of ready
        features; '': nothing that is a corpus.
    inside : str
        The folder of genres inside the unpacked archive.
    contents : Contents, optional
        What the unpacked archive has to hold.
    splits : dict of str to Published
        Name to split, the one to use first.
    artists : dict of str to str
        Clip to artist.
    index : Remote, optional
        The list of each clip's artist and title, where the files do not name them.
    excluded, flawed : dict of str to str
        Clip to what is wrong with it: those that are left out, unless a published split uses them, and those
        that are not.
    repeated : dict of str to str
        Clip to the one that it repeats exactly.
    split : str
        The one to use, as `Corpus.split` names it; '' where there is nothing to split.
    licence : str
    cite : str
        Keys of references.bib.
    note : str
    """

    name: str
    title: str
    genres: tuple
    clips: int
    how_to_get: str
    remotes: tuple = ()
    layout: str = "genres"
    inside: str = ""
    contents: Contents | None = None
    splits: dict = field(default_factory=dict)
    artists: dict = field(default_factory=dict)
    index: Remote | None = None
    excluded: dict = field(default_factory=dict)
    flawed: dict = field(default_factory=dict)
    repeated: dict = field(default_factory=dict)
    split: str = ""
    licence: str = ""
    cite: str = ""
    note: str = ""

    @property
    def files(self):
        """All that may be downloaded for it, a list of Remote: archives, lists of splits, the index."""
        lists = [remote for published in self.splits.values() for remote in published.lists.values()]
        return [*self.remotes, *lists, *filter(None, [self.index])]

    @property
    def size(self):
        """Bytes to download, None where no size is published."""
        sizes = [remote.size for remote in self.remotes]
        return sum(sizes) if sizes and None not in sizes else None


NO_LICENCE = "none: collected without clearance, for measuring and teaching only"

# Who plays is not in the files. The index of artists is Sturm's (2012), read in the copy that accompanies
# GTZAN-Rhythm: github.com/seungheondoh/gtzan-bind, commit 3f05b84,
# dataset/rhythm/marchand2015swing/GTZANindex.txt. For classical clips it names the composer. Where it
# names nobody, '?' is written.
MINI_NUMBERS = {genre: range(10) for genre in GENRES} | {"jazz": (0, 1, 2, 4, 5, 6, 7, 8, 11, 12)}
MINI_ARTISTS = {
    "blues": "John Lee Hooker ×10",
    "classical": "JS Bach ×10",
    "country": "Faith Hill; Patty Loveless; ?; Garth Brooks; Suzy Bogguss; Shania Twain; John Anderson; "
    "Travis Tritt; Vince Gill; The Clark Family Experience",
    "disco": "Boz Scaggs; Gloria Gaynor; Archie Bell and The Drells; Don Armando; Carl Douglas; Odyssey; "
    "Alec R. Costandinos; Miquel Brown; Ashford & Simpson; Osibisa",
    "hiphop": "Afrika Bambaataa; Wu-Tang Clan; De La Soul; Ice Cube; De La Soul; Ice Cube ×2; Wu-Tang Clan; "
    "Beastie Boys ×2",
    "jazz": "Leonard Bernstein ×2; James Carter ×6; Joe Lovano ×2",
    "metal": "Falconer; Gamma Ray; Iron Maiden; Anthrax; Dark Tranquillity; Iron Maiden; ?; Coroner; ? ×2",
    "pop": "Mandy Moore; Spice Girls; Mariah Carey; Alanis Morissette ×7",
    "reggae": "Bob Marley ×10",
    "rock": "Morphine ×10",
}


def _mini_artists():
    """Return {clip: artist} of GTZAN mini, without the clips whose artist nobody has named."""
    named = {}
    for genre, text in MINI_ARTISTS.items():
        turns = [turn.partition(" ×")[::2] for turn in text.split("; ")]
        artists = [artist for artist, times in turns for _ in range(int(times or 1))]
        clips = [f"{genre}.{number:05d}" for number in MINI_NUMBERS[genre]]
        named |= {clip: artist for clip, artist in zip(clips, artists, strict=True) if artist != "?"}
    return named


# Exact repetitions, found by comparing whole clips; the published filtered split keeps the other clip of each
# pair. Sturm (2013) counts more, and excerpts of one recording, without a list that could be used here: on a
# copy of the whole set, `python -m genrelib audit gtzan` looks for them, and says which are declared.
GTZAN_REPEATED = {
    "disco.00098": "disco.00099",
    "hiphop.00039": "hiphop.00045",
    "hiphop.00076": "hiphop.00078",
    **{f"metal.000{number}": f"metal.000{number + 21}" for number in range(40, 46)},
    "metal.00034": "metal.00094",
    "pop.00054": "pop.00060",
    "pop.00067": "pop.00071",
    "reggae.00081": "reggae.00082",
}
GTZAN_EXCLUDED = {clip: f"repeats {other} exactly" for clip, other in GTZAN_REPEATED.items()} | {
    "metal.00058": "repeats rock.00016 exactly, under another genre"
}

GTZAN_FLAWED = {"jazz.00054": "cannot be read in the copy on Kaggle"}
GTZAN_INDEX = Remote(
    (
        "https://raw.githubusercontent.com/seungheondoh/gtzan-bind/"
        "3f05b847d73cc26623733369b52359975b2f1639/dataset/rhythm/marchand2015swing/GTZANindex.txt",
    )
)

DNN_MGR = "https://raw.githubusercontent.com/coreyker/dnn-mgr/master/gtzan/"
THREE_FOLDS = (
    "https://raw.githubusercontent.com/julianofoleiss/gtzan_sturm_filter_3folds_stratified/"
    "09de27435b04d56bc8f6b8765ca449e785519fbb/"
)
GTZAN_SPLITS = {
    "fault-filtered": Published(  # Kereliuk, Sturm and Larsen (2015)
        {
            part: Remote((f"{DNN_MGR}{file}_filtered.txt",), f"sha256:{checksum}")
            for part, file, checksum in (
                ("train", "train", "2b04966cef1486f1a7767b74271533fa23e220388db804a1937835e1fc4fa3fa"),
                ("validation", "valid", "f8fbee7c52397a0e0f3a91dc54fedecb2e27f5bdc9a9daeab8cb10d077e26956"),
                ("test", "test", "09cafa6a89ce0a27f30ed250d56ecb4d03c22fffb5a693f96c7ae655ee02ac72"),
            )
        },
        "gtzan_splits",
    ),
    "artist-filtered": Published(  # Foleiss and Tavares (2020)
        {
            f"fold {number}": Remote((f"{THREE_FOLDS}f{number}_evaluate_groups.txt",), f"sha256:{checksum}")
            for number, checksum in (
                (1, "acac0b6971156b3e6e119c0fe2fbfe5575cce40390463da7433223685379cd48"),
                (2, "94c62d472987fbc68ba2a1c149f32726f6b333e2a5219c181b6964e9d59184e6"),
                (3, "83d725b069dd3d52527ceeca266396c23b297d521200691282a3ef1e66273a43"),
            )
        },
        "gtzan_folds",
    ),
}

READY = "features_30_sec.csv"  # GTZAN as features, as it is handed round

FMA = "https://os.unil.cloud.switch.ch/fma/"
FMA_METADATA = Remote(
    (f"{FMA}fma_metadata.zip",), "sha1:f0df49ffe5f2a6008d7dc83c6915b31835dfe733", 358_412_441
)
FMA_EMPTY = {clip: "holds no audio" for clip in ("099134", "108925", "133297")}

DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "builtin",
            "The built-in corpus",
            GENRES,
            clips=300,
            how_to_get="composed and rendered on your machine on first use; nothing is downloaded",
            split="artist",
            licence="CC0-1.0",
            note="as many clips as the profile asks for: 12, 30 or 100 per genre",
        ),
        Dataset(
            "gtzan-mini",
            "GTZAN mini",
            GENRES,
            clips=100,
            how_to_get="one archive from GitHub",
            remotes=(
                # GitHub packs a branch when it is asked for, so the archive's checksum may change without a
                # clip having changed: the clips themselves are checked.
                Remote(
                    ("https://github.com/TempoBeatDownbeat/gtzan_mini/archive/refs/heads/main.zip",),
                    "md5:44f7f23af8363d96c59663a987f29a4c",
                    size=120_000_000,  # GitHub names none; that many, roughly
                    checksum_stable=False,
                ),
            ),
            inside="gtzan_mini-main/genres",
            contents=Contents(10, "sha256:ac3116e2bf387c9042e82f972f1ee7d0e52db8d764d6b3fada4dca35aa1c4a04"),
            artists=_mini_artists(),
            split="clip",
            licence=NO_LICENCE,
            cite="tzanetakis2002, sturm2012",
            note="chosen for a tutorial at ISMIR 2021; blues, classical, reggae and rock are one artist each",
        ),
        Dataset(
            "gtzan",
            "GTZAN",
            GENRES,
            clips=1000,
            how_to_get="one archive from Hugging Face; the hosts named in older papers are dead",
            remotes=(
                Remote(
                    ("https://huggingface.co/datasets/marsyas/gtzan/resolve/main/data/genres.tar.gz",),
                    "md5:5b3d6dddb579ab49814ab86dba69e7c7",
                    1_226_192_050,
                ),
            ),
            inside="genres",
            splits=GTZAN_SPLITS,
            index=GTZAN_INDEX,
            excluded=GTZAN_EXCLUDED,
            flawed=GTZAN_FLAWED,
            repeated=GTZAN_REPEATED,
            split="fault-filtered",
            licence=NO_LICENCE,
            cite="tzanetakis2002, sturm2013, kereliuk2015, foleiss2020",
            note="jazz.00054 cannot be read in some copies; Sturm also counts, beyond what is excluded here, "
            "22 excerpts of one recording, 13 versions and 106 doubtful labels",
        ),
        Dataset(
            "gtzan-features",
            "GTZAN, as features",
            GENRES,
            clips=1000,
            how_to_get=f"by hand: the file {READY} of Kaggle's copy of GTZAN, which holds no sound",
            layout="ready",
            splits=GTZAN_SPLITS,
            split="fault-filtered",
            licence=NO_LICENCE,
            cite="tzanetakis2002, kereliuk2015, foleiss2020",
            note="means and variances of what librosa computes, one row per clip; jazz.00054 is in it, whose "
            "sound cannot be read in the same copy",
        ),
        Dataset(
            "fma-small",
            "Free Music Archive, small",
            FMA_SMALL,
            clips=8000,
            how_to_get="two archives: the sound, and the table of tracks",
            remotes=(
                Remote(
                    (f"{FMA}fma_small.zip",),
                    "sha1:ade154f733639d52e35e32f5593efe5be76c6d70",
                    round(7.2 * 2**30),
                ),
                FMA_METADATA,
            ),
            layout="fma",
            excluded=FMA_EMPTY,
            split="official",
            licence="Creative Commons, each track its own",
            cite="defferrard2017",
            note="the open replacement for the Million Song road; its published split keeps artists apart",
        ),
        Dataset(
            "fma-medium",
            "Free Music Archive, medium",
            tuple(sorted(FMA_SMALL + FMA_MORE)),
            clips=25000,
            how_to_get="two archives: the sound, and the table of tracks",
            remotes=(
                Remote(
                    (f"{FMA}fma_medium.zip",), "sha1:c67b69ea232021025fca9231fc1c7c1a063ab50b", 22 * 2**30
                ),
                FMA_METADATA,
            ),
            layout="fma",
            excluded=FMA_EMPTY,
            split="official",
            licence="Creative Commons, each track its own",
            cite="defferrard2017",
        ),
        Dataset(
            "msd",
            "Million Song Subset",
            (),
            clips=10_000,
            how_to_get="song files without sound; previews need a 7digital key, not issued since about 2019",
            remotes=(
                Remote(
                    ("http://labrosa.ee.columbia.edu/~dpwe/tmp/millionsongsubset.tar.gz",), None, 2 * 10**9
                ),
            ),
            layout="",
            licence="as its page says; the previews are the provider's",
            cite="bertinmahieux2011",
            note="the road of the 2016 work: 1 % of the Million Song Dataset",
        ),
        Dataset(
            "tagtraum",
            "Genre labels for the Million Song Dataset",
            TAGTRAUM,
            clips=133_676,
            how_to_get="three text files of track and genre (CD1, CD2, CD2C); no sound",
            remotes=tuple(
                Remote((f"https://www.tagtraum.com/genres/msd_tagtraum_{name}.cls.zip",))
                for name in ("cd1", "cd2", "cd2c")
            ),
            layout="",
            licence="as its page says",
            cite="schreiber2015",
            note="CD1 has no class for classical, disco or metal; pop and rock are one class, taken for rock",
        ),
        Dataset(
            "homburg",
            "Homburg",
            HOMBURG,
            clips=1886,
            how_to_get="by hand from www-ai.cs.uni-dortmund.de/audio.html, if it still answers",
            split="clip",
            licence="as its page says",
            cite="homburg2005",
            note="clips of 10 s",
        ),
    )
}


def table():
    """List the data sets of the catalogue.

    Returns
    -------
    pandas.DataFrame
        One row per data set: how many clips and genres it has, how large the download is, whether it has a
        checksum, how many clips are left out, how to split it, its licence, and how to get it.

    Notes
    -----
    Chapter 2.
    """
    import pandas as pd

    rows = [
        {
            "data set": dataset.name,
            "clips": dataset.clips,
            "genres": len(dataset.genres),
            "download": f"{dataset.size / 1e9:.1f} GB" if dataset.size else "",
            "checksum": "yes"
            if dataset.remotes and all(remote.checksum for remote in dataset.remotes)
            else "",
            "left out": len(dataset.excluded),
            "split by": dataset.split,
            "licence": dataset.licence,
            "how to get it": dataset.how_to_get,
        }
        for dataset in DATASETS.values()
    ]
    return pd.DataFrame(rows).set_index("data set")
