"""The thin helper module behind the book.

Data walks down one street, and a module imports only from those above it:

`disk`        where files lie, and how they appear whole
`profiles`    how much is computed
`catalog`     the data sets, declared
`acquire`     bring them to disk
`audio`       read and write sound
`synth`       the built-in corpus: styles, players, rooms
`corpus`      one table of clips, whichever the source, and its splits
`features`    the five steps, and the way back
`store`       features of a corpus in HDF5
`records`     results with their provenance
`embedding`   maps, and how well they keep neighbours
`baselines`   scikit-learn pipelines on pooled features
`networks`    the networks, as Keras models
`training`    fit, with parts, seeds and a card
`evaluation`  scores with intervals, and the published numbers
`plots`       every figure's look
`players`     sound that a page plays

`python -m genrelib` does single steps of the street from a command line.
"""

__version__ = "0.1.0"
