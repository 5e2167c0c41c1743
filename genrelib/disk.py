"""Where data lies, and how a file appears whole or not at all."""

import ast
import hashlib
import os
import re
import tempfile
import time
import unicodedata
from collections import deque
from contextlib import contextmanager
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

__all__ = [
    "CHECKOUT",
    "absolute",
    "build_dir",
    "code_digest",
    "data_dir",
    "digest",
    "imported_modules",
    "shared_copies",
    "shown",
    "source_digest",
    "sweep",
    "walk",
    "whole",
]

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
PLUMBING = ("genrelib.disk", "genrelib.records")  # modules that no number depends on


def data_dir(*parts):
    """Return a folder below the data folder, and make it if it is missing.

    The data folder is `$GENRELIB_DATA`, or `data/` of the checkout.

    Parameters
    ----------
    *parts : str
        The path of the folder below the data folder.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OSError
        When it cannot be written to; the message names the folder and the way out.
    """
    return _writable("GENRELIB_DATA", "data", parts)


def build_dir(*parts):
    """Return a folder below the one in which books are built, and make it if it is missing.

    That is `$GENRELIB_BUILD`, or `build/` of the checkout.

    Parameters
    ----------
    *parts : str
        The path of the folder below it.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OSError
        When it cannot be written to; the message names the folder and the way out.
    """
    return _writable("GENRELIB_BUILD", "build", parts)


def _writable(variable, name, parts):
    """Return a folder below the one that a variable names, or that has a name in the checkout; make it."""
    folder = Path(os.path.expanduser(os.environ.get(variable) or CHECKOUT / name), *parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise OSError(
            f"cannot write to {folder} ({reason}); set {variable} to a folder of your own"
        ) from error
    return folder


def absolute(path):
    """Return a path that stays right wherever the process goes, without following links.

    Parameters
    ----------
    path : str or path
        One that begins with `~` starts from the home folder.

    Returns
    -------
    pathlib.Path
    """
    return Path(os.path.abspath(os.path.expanduser(path)))


def shared_copies(name):
    """List the folders in which a copy of a data set may already lie.

    These are the data folder, the checkout's own `data/`, and `shared/real/` beside the checkout, where a
    class or a laboratory can keep one copy for everybody.

    Parameters
    ----------
    name : str
        Of the data set, as in the catalogue.

    Returns
    -------
    list of pathlib.Path
        Those that hold something, the likeliest first.
    """
    folder = name.replace("-", "_")
    named = os.environ.get("GENRELIB_DATA")
    roots = [Path(os.path.expanduser(named))] if named else []
    roots += [CHECKOUT / "data", CHECKOUT.parent / "shared" / "real"]
    return [root / folder for root in roots if (root / folder).is_dir() and any((root / folder).iterdir())]


@contextmanager
def whole(path):
    """Write a file that appears whole or not at all.

    Parameters
    ----------
    path : str or path
        The file; its folder is made if it is missing.

    Yields
    ------
    pathlib.Path
        The path to write to, beside `path`. It takes the name `path` only when the block ends without an
        error.

    Notes
    -----
    A process that is killed leaves the other path behind, a hidden file, which `sweep` deletes.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{path.stem[:20]}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    part = Path(part)
    try:
        yield part
        os.chmod(part, 0o644)  # mkstemp makes it private
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def shown(name):
    """Return the name of a file as it can be printed and written anywhere.

    To the system a name is bytes: those that are no UTF-8, and line ends and other signs that would not be
    seen, are written as escapes.

    Parameters
    ----------
    name : str, bytes or path

    Returns
    -------
    str
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        sign if sign.isprintable() or unicodedata.category(sign) == "Zs" else ascii(sign)[1:-1]
        for sign in text
    )


def walk(folder, *, pass_over=None):
    """Go through the files below a folder, those that links lead to as well.

    No folder is read twice, however links lead to it: folders come before links to folders.

    Parameters
    ----------
    folder : str or path
    pass_over : callable, optional
        Says of the name of a file or folder whether to leave it out.

    Yields
    ------
    path : pathlib.Path
        Of a file, or of a folder that is not read.
    trouble : str
        Why it is not read; empty for a file.
    """
    read, waiting, linked = {}, deque([Path(folder)]), deque()
    while waiting or linked:
        here = waiting.popleft() if waiting else linked.popleft()
        try:
            place, names = os.stat(here)[1:3], sorted(os.listdir(here))  # [1:3] tells it from other folders
        except OSError as error:
            yield here, f"cannot be opened ({error.strerror})"
            continue
        if place in read:
            yield here, f"leads to {shown(read[place])}, which has been read"
            continue
        read[place] = here
        for path in (here / name for name in names if not (pass_over and pass_over(name))):
            if os.path.isdir(path):
                (linked if os.path.islink(path) else waiting).append(path)
            else:
                yield path, ""


def sweep(folder, *, older_than=3600):
    """Delete the hidden files that killed processes left below a folder.

    Parameters
    ----------
    folder : str or path
    older_than : float
        Seconds; a younger file may still be in use.
    """
    for path in Path(folder).rglob(".*"):
        if path.is_file() and path.stat().st_mtime < time.time() - older_than:
            path.unlink(missing_ok=True)


def digest(*texts):
    """Compute a digest of texts.

    Parameters
    ----------
    *texts : str, bytes or what `str` can turn into text
        Their order counts. The name of a file need not be UTF-8.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    total = hashlib.sha256()
    for text in texts:
        total.update(text if isinstance(text, bytes) else str(text).encode(errors="surrogateescape"))
        total.update(b"\0")
    return total.hexdigest()[:16]


def imported_modules(source):
    """Return the `genrelib` modules that Python source needs: those it imports, and all that these import.

    Imports inside functions count. A line that begins with % or !, as a notebook may have, is passed over.

    Parameters
    ----------
    source : str
        Python source, or the code of a notebook.

    Returns
    -------
    set of str
        Names such as ``genrelib.audit.faults``; importing it needs ``genrelib.audit`` as well.
    """
    found, waiting = set(), set(_imports(source))
    while waiting:
        module = waiting.pop()
        found.add(module)
        path = _module_path(module)
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        waiting |= _imports(path.read_text(encoding="utf-8"), package) - found
    return found


@cache  # every chapter asks about the same modules
def _imports(source, package=""):
    """Return the modules of `genrelib` that source in a package imports, with the packages that hold them."""
    named = set()
    for node in ast.walk(ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.MULTILINE))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = resolve_name("." * node.level + (node.module or ""), package)
            named |= {start, *(f"{start}.{alias.name}" for alias in node.names)}
    ours = [name.split(".") for name in named if name.partition(".")[0] == "genrelib"]
    prefixes = {".".join(name[:end]) for name in ours for end in range(2, len(name) + 1)}
    return frozenset(name for name in prefixes if _module_path(name))


def _module_path(name):
    """Return the file of a module of `genrelib`, None when there is no such module."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _module_files(modules):
    """List the files that modules are made of.

    Parameters
    ----------
    modules : set of str
        Names such as ``genrelib.players``.

    Returns
    -------
    list of pathlib.Path
        Sorted, with the style sheets, scripts and drawings of a package.
    """
    paths = {_module_path(name) for name in modules}
    folders = [path.parent for path in paths if path.name == "__init__.py"]
    kinds = ("*.css", "*.js", "*/*.svg")
    return sorted(paths.union(*(folder.glob(kind) for folder in folders for kind in kinds)))


def code_digest(module, *, without=PLUMBING):
    """Compute a digest of a module and of all that it imports.

    With it what old code computed is not taken for new.

    Parameters
    ----------
    module : str
        Its name.
    without : sequence of str
        Modules that do not count; by default those that only move files about.

    Returns
    -------
    str
        Comments, docstrings and layout do not change it, nor do the names that a module declares public.
    """
    return source_digest({module, *imported_modules(f"import {module}")} - set(without))


def source_digest(modules):
    """Compute a digest of the code of modules, as `code_digest` does, without what they import.

    Parameters
    ----------
    modules : set of str
        Their names.

    Returns
    -------
    str
    """
    return digest(*(_bare_code(path) for path in _module_files(modules)))


def _bare_code(path):
    """Return the code of a file without comments, docstrings and a module's `__all__`.

    The `__all__` of a package does count: the digests that the records hold were taken with it. Style sheets,
    scripts and drawings are returned whole.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    if path.name != "__init__.py":
        tree.body = [node for node in tree.body if not _declares_all(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)


def _declares_all(node):
    """Say whether a statement assigns `__all__`, which changes no number."""
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
    )
