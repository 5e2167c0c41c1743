"""Citations: in a notebook ordinary links to the address of a reference, on the pages references to it.

    [Lachmish (2016)](https://…) fed a network …                      in the sentence
    … as a test shows ([Sturm, 2014](https://…); [Wang, 2003](https://…)).    in brackets

So a citation reads well in JupyterLab, VS Code and Colab too. `as_roles` turns such links into the roles of
sphinxcontrib-bibtex; a link to any other address, or with other words, stays a link. As a Sphinx extension,
the module puts years into round brackets, as the notebooks do.
"""

import re
from functools import cache, partial
from pathlib import Path

TO = r"\((https?://(?:[^()\s]|\([^()\s]*\))+)\)"
IN_SENTENCE = re.compile(r"\[([^][]+?\s\(\d{4}\))\]" + TO)
IN_BRACKETS = re.compile(r"\[([^][]+?,\s\d{4})\]" + TO)
BRACKET = re.compile(rf"\({IN_BRACKETS.pattern}(?:;\s+{IN_BRACKETS.pattern})*\)")


@cache
def references(path):
    """Return the references of a BibTeX file: address -> (key, authors, year)."""
    from pybtex.database import parse_file

    found = {}
    for key, entry in parse_file(str(path)).entries.items():
        for address in addresses(entry.fields):
            found[address] = (key, authors(entry), entry.fields["year"])
    return found


def addresses(fields):
    """Return the addresses by which a reference can be cited, the one to prefer first."""
    doi = fields.get("doi")
    return [address for address in (fields.get("url"), doi and f"https://doi.org/{doi}") if address]


def authors(entry):
    """Return how a sentence names who wrote an entry: one or two family names, or the first and others."""
    names = [plain(" ".join(person.prelast_names + person.last_names)) for person in entry.persons["author"]]
    if len(names) == 1:
        return names[0]
    return (
        f"{names[0]} and {names[1]}" if len(names) == 2 and names[1] != "others" else f"{names[0]} and others"
    )


def plain(text):
    """Return LaTeX as plain text."""
    from pybtex.richtext import Text

    return str(Text.from_latex(text)).replace("\N{NO-BREAK SPACE}", " ")


def as_roles(markdown, bib):
    """Return Markdown in which each link that cites a reference of a BibTeX file is a citation."""
    known = references(bib)

    def in_sentence(match):
        key, names, _ = known.get(match[2], (None, "", ""))
        if key is None:
            return match[0]
        capital = names[0].islower() and match[1][0].isupper()  # van den Oord, where a sentence begins
        return f"{{cite:{'ct' if capital else 't'}}}`{key}`"

    def in_brackets(match, role):
        cited = [known.get(link[2]) for link in IN_BRACKETS.finditer(match[0])]
        if None in cited:
            return match[0]
        return f"{{cite:{role}}}`{','.join(key for key, _, _ in cited)}`"

    markdown = BRACKET.sub(partial(in_brackets, role="p"), markdown)
    markdown = IN_BRACKETS.sub(partial(in_brackets, role="alp"), markdown)  # with other words in one bracket
    return IN_SENTENCE.sub(in_sentence, markdown)


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
    for address, (key, names, year) in references(bib).items():
        rows.setdefault(
            key, (key, address, f"[{names} ({year})]({address})", f"([{names}, {year}]({address}))")
        )
    return list(rows.values())


def setup(app):
    """Register the style `round`: author and year, in round brackets."""
    from pybtex.plugin import register_plugin
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
