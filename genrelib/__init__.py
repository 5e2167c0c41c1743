"""The thin helper module behind the book.

Data walks down one street, and a module imports only from those above it:

`disk` where files lie · `catalog` the data sets, declared · `acquire` bring them to disk · `audio` read and write sound ·
`synth` the built-in corpus · `corpus` one table of clips · `features` the five steps · `store` features in HDF5 ·
`records` results with their provenance · `embedding` maps · `baselines` and `networks` the classifiers · `training` fit ·
`evaluation` scores with intervals · `plots` and `players` what a page shows and plays · `profiles` how much is computed.
"""

__version__ = "0.1.0"
