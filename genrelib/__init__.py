"""The thin helper module behind the book.

Data walks down one street, and a module imports only from those above it:

`disk`        where files lie, and how they appear whole
`profiles`    how much is computed
`catalog`     the data sets, declared
`audio`       read and write sound
`acquire`     bring them to disk
`synth`       the built-in corpus: styles, players, rooms
`corpus`      one table of clips, whichever the source, and its splits
`audit`       what is wrong with it: bad files, repetitions, artists, torn splits
`faults`      faults planted on purpose, and how many of them the audit finds
`features`    the five steps, and the way back
`store`       features of a corpus in HDF5
`records`     results with their provenance
`embedding`   maps, and how well they keep neighbours
`baselines`   scikit-learn pipelines on pooled features
`networks`    the networks, as Keras models
`augmentation` batches of random excerpts, changed so that the genre stays
`checkpoints` what happens between two epochs, and the way back after a kill
`training`    fit, with parts, seeds and a card
`evaluation`  scores with intervals, and the published numbers
`leakage`     what a careless split is worth
`ladder`      from the recipe of 2016 to ours, one change a rung
`results`     every result of a corpus, with what it took
`transfer`    trained on the built-in corpus, asked about records
`takes`       the same music once more, with one cause of its sound changed
`inspection`  what the filters of a network answer to, and which clips it holds to be alike
`horse`       is the verdict about the music, or about the record?
`plots`       every figure's look
`players`     sound that a page plays

`python -m genrelib` does single steps of the street from a command line.
"""

__version__ = "0.1.0"
