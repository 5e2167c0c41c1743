"""Citations: in a notebook ordinary links to the address of a reference, on the pages references to it.

    [Lachmish (2016)](https://…) fed a network …                      in the sentence
    … as a test shows ([Sturm, 2014](https://…); [Wang, 2003](https://…)).    in brackets

So a citation reads well in JupyterLab, VS Code and Colab too. `as_roles` turns such links into the roles of
sphinxcontrib-bibtex; a link to any other address, or with other words, stays a link. As a Sphinx extension,
the module puts years into round brackets, as the notebooks do. `python book/cite.py` lists what can be cited.
"""

import re
from functools import cache, partial
from pathlib import Path

TO = r"\((https?://(?:[^()\s]|\([^()\s]*\))+)\)"
IN_SENTENCE = re.compile(r"\[([^][]+?)\s\((\d{4})\)\]" + TO)
IN_BRACKETS = re.compile(r"\[([^][]+?),\s(\d{4})\]" + TO)
GROUP = re.compile(rf"\({IN_BRACKETS.pattern}(?:;\s+{IN_BRACKETS.pattern})*\)")
DATED = re.compile(r"\[[^][]*\d{4}\)?\]" + TO)


@cache
def references(bib):
    """Return the references of a BibTeX file: address -> (key, families of the authors, year)."""
    from pybtex.database import parse_file

    found = {}
    for key, entry in parse_file(str(bib)).entries.items():
        families = [family(person) for person in entry.persons["author"]]
        for address in addresses(entry.fields):
            found[address] = (key, families, entry.fields["year"])
    return found


def addresses(fields):
    """Return the addresses by which a reference can be cited, the one to prefer first."""
    doi = fields.get("doi")
    return [address for address in (fields.get("url"), doi and f"https://doi.org/{doi}") if address]


def family(person):
    """Return the family name of a person as plain text, with what precedes it: van den Oord."""
    from pybtex.richtext import Text

    text = Text.from_latex(" ".join(person.prelast_names + person.last_names))
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


def authors(families):
    """Return how a sentence names authors: one or two families, or the first and others."""
    if len(families) > 2:
        return f"{families[0]} and others"
    return " and ".join(families)


def cited(match, known):
    """Return the key of the reference that a link cites; None when its words are not those of a citation."""
    words, year, address = match.groups()
    key, families, published = known.get(address, (None, [""], ""))
    names = re.fullmatch(rf"{re.escape(families[0])}(?:(?:,| and)\s.+)?", words, re.IGNORECASE | re.DOTALL)
    return key if names and year == published else None


def as_roles(markdown, bib):
    """Return Markdown in which each link that cites a reference of a BibTeX file is a citation."""
    known = references(bib)

    def in_sentence(match):
        key = cited(match, known)
        capital = (
            match[1][0].isupper() and key and known[match[3]][1][0][0].islower()
        )  # Van den Oord, at its start
        return f"{{cite:{'ct' if capital else 't'}}}`{key}`" if key else match[0]

    def in_brackets(match, role):
        keys = [cited(link, known) for link in IN_BRACKETS.finditer(match[0])]
        return match[0] if None in keys else f"{{cite:{role}}}`{','.join(keys)}`"

    markdown = GROUP.sub(partial(in_brackets, role="p"), markdown)
    markdown = IN_BRACKETS.sub(partial(in_brackets, role="alp"), markdown)  # with other words in one bracket
    return IN_SENTENCE.sub(in_sentence, markdown)


def unknown(markdown, bib):
    """Return the links that end in a year, as citations do, and cite no reference of a BibTeX file."""
    return [match[0] for match in DATED.finditer(as_roles(markdown, bib))]


def cite(notebook, bib):
    """Turn the citations in a notebook's text, and in the Markdown that its code returned, into roles."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = as_roles(cell.source, bib)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/markdown" in data:
                data["text/markdown"] = as_roles("".join(data["text/markdown"]), bib)


def table(bib):
    """Return, for each reference, its key, its address, and how a sentence and a bracket cite it."""
    rows = {}
    for address, (key, families, year) in references(bib).items():
        names = authors(families)
        forms = (f"[{names} ({year})]({address})", f"([{names}, {year}]({address}))")
        rows.setdefault(key, (key, address, *forms))
    return list(rows.values())


def setup(app):
    """Register the style `round`: author and year, in round brackets."""
    from sphinxcontrib.bibtex.plugin import register_plugin
    from sphinxcontrib.bibtex.style.referencing import BracketStyle
    from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

    class Round(AuthorYearReferenceStyle):
        def __init__(self):
            brackets = BracketStyle(left="(", right=")", sep="; ", sep2="; ", last_sep="; ")
            super().__init__(bracket_textual=brackets, bracket_parenthetical=brackets)

    register_plugin("sphinxcontrib.bibtex.style.referencing", "round", Round)
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    print("key", "address", "in a sentence", "in brackets", sep="\t")
    for row in table(Path(__file__).with_name("references.bib")):
        print(*row, sep="\t")
