"""Pairs of answers that are alike once names, comments and layout are set aside.

A pair is a reason to talk with two students, and nothing else: short answers are alike because there is one
way to write them, so what the release gives away and what many have written does not count.
"""

import ast
import io
import keyword
import re
import tokenize
from collections import Counter
from itertools import combinations

__all__ = ["fingerprints", "pairs"]

LENGTH = 8  # words of the language in a row that make a fingerprint
FEWEST = 12  # fingerprints in common, below which likeness means nothing
ALIKE = 0.7  # share of the shorter answer's fingerprints
COMMON = 0.34  # what more of the class have written is the question's, not theirs


def pairs(answers, *, given=""):
    """Find pairs of answers to a question that are alike.

    Parameters
    ----------
    answers : dict of str, student -> text or code
    given : what the release itself holds there

    Returns
    -------
    list of (student, student, share, number of fingerprints in common), most alike first
    """
    prints = {student: fingerprints(answer) for student, answer in answers.items()}
    counts = Counter(found for mine in prints.values() for found in mine)
    everybodys = fingerprints(given) | {
        found for found, count in counts.items() if count > max(2, COMMON * len(answers))
    }
    rows = []
    for (one, first), (other, second) in combinations(sorted(prints.items()), 2):
        first, second = first - everybodys, second - everybodys
        shared = len(first & second)
        if shared >= FEWEST and shared >= ALIKE * min(len(first), len(second)):
            rows.append((one, other, round(shared / min(len(first), len(second)), 3), shared))
    return sorted(rows, key=lambda row: (-row[2], -row[3], row))


def fingerprints(text):
    """Return what is characteristic of a text: its runs of words, in code with names replaced by their order.

    Parameters
    ----------
    text : Python, or prose

    Returns
    -------
    set of tuple
    """
    code = _words_of_code(text)
    words = re.findall(r"\w+", text.casefold()) if code is None else code
    runs = [words[start : start + LENGTH] for start in range(len(words) - LENGTH + 1)]
    return {tuple(run if code is None else _ordered(run)) for run in runs}


def _words_of_code(text):
    """Return the tokens of Python without comments and docstrings, None when it is none."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [line for line in body if not _is_text(line)] or [ast.Pass()]
    tokens = tokenize.generate_tokens(io.StringIO(ast.unparse(tree)).readline)
    kinds = (tokenize.NAME, tokenize.NUMBER, tokenize.OP, tokenize.STRING)
    return [token.string for token in tokens if token.type in kinds]


def _is_text(line):
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )


def _ordered(words):
    """Replace the names in a run by the order in which they come; what follows a dot keeps its name."""
    order, before = {}, ""
    for word in words:
        named = word.isidentifier() and not keyword.iskeyword(word) and before != "."
        yield order.setdefault(word, f"_{len(order)}") if named else word
        before = word
