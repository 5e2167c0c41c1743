"""The thin helper module behind the book.

Data walks down one street, and a module imports only from the rooms above its own:

`disk`         where files lie, and how they appear whole
`profiles`     how much is computed
`catalog`      the data sets, declared
`audio`        read and write sound
`records`      results with their provenance
`acquire`      bring sounds to disk
`synth`        the built-in corpus: styles, players, rooms
`corpus`       one table of clips, whichever the source, and its splits
`sources`      how a table is opened: built-in, folder, CSV file, catalogue
`audit`        what is wrong with a corpus; faults planted on purpose, and how many of them are found
`features`     the five steps, and the way back
`store`        features of a corpus in HDF5
`embedding`    maps, and neighbours that name a clip
`baselines`    scikit-learn pipelines on pooled features
`networks`     the networks, as Keras models
`augmentation` batches of random excerpts, changed so that the genre stays
`checkpoints`  what happens between two epochs, and the way back after a kill
`training`     one fit, with parts kept apart
`trials`       folds and seeds
`models`       trained models with their cards
`evaluation`   scores with intervals
`listening`    ten seconds at a time: what an array, a file, a stream or a microphone is
`studies`      what was tried, measured and recorded: one study per module
`plots`        every figure's look, and tables
`players`      sound that a page plays
`classroom`    data and variants of a student's own, for the assignments

`genrelib` (or `python -m genrelib`) does single steps of the street from a command line.
"""

__version__ = "0.1.0"
__all__ = [  # noqa: RUF022 - in the order of the street
    "disk",
    "profiles",
    "catalog",
    "audio",
    "records",
    "acquire",
    "synth",
    "corpus",
    "sources",
    "audit",
    "features",
    "store",
    "embedding",
    "baselines",
    "networks",
    "augmentation",
    "checkpoints",
    "training",
    "trials",
    "models",
    "evaluation",
    "listening",
    "studies",
    "plots",
    "players",
    "classroom",
]
