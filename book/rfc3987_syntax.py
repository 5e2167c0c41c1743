"""Stands before the package of this name, so that jsonschema does without it while pages are made.

The package builds a grammar of addresses for two seconds, in every process that reads a notebook; no schema
of a notebook has an address in it.
"""

raise ImportError(__doc__)
