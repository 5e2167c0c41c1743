"""The thin helper module behind the book.

Data walks down one street, and a module imports only from those above it:

`disk`        where files lie, and how they appear whole
`profiles`    how much is computed
`catalog`     the data sets, declared
`audio`       read and write sound
`acquire`     bring them to disk
`synth`       the built-in corpus: styles, players, rooms
`corpus`      one table of clips, whichever the source, and its splits
`sources`     how a table is opened: built-in, folder, CSV file, catalogue
`audit`       what is wrong with it; faults planted on purpose, and how many of them are found
`features`    the five steps, and the way back
`store`       features of a corpus in HDF5
`records`     results with their provenance
`embedding`   maps, and neighbours that name a clip
`baselines`   scikit-learn pipelines on pooled features
`networks`    the networks, as Keras models
`augmentation` batches of random excerpts, changed so that the genre stays
`checkpoints` what happens between two epochs, and the way back after a kill
`training`    one fit, with parts kept apart
`trials`      folds and seeds
`models`      trained models with their cards
`evaluation`  scores with intervals
`studies`     leakage, ladder, results, transfer, interventions, inspection, follows_production
`plots`       every figure's look, and tables
`players`     sound that a page plays

`python -m genrelib` does single steps of the street from a command line.
"""

__version__ = "0.1.0"
