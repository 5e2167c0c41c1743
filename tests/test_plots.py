"""Figures and tables: colours for every kind of colour vision, and what a page takes in (genrelib.plots)."""

import itertools
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from conftest import ROOT
from IPython.display import HTML

from genrelib import catalog, plots
from genrelib.studies import labels_2016

# How red-, green- and blue-blind eyes see linear RGB: Machado, Oliveira & Fernandes (2009), full severity
EYES = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# The smallest CIEDE2000 distance of two genres, measured when the colours were chosen (1: just noticeable)
CLOSEST = {"normal": 22.8, "protanopia": 11.7, "deuteranopia": 11.4, "tritanopia": 11.4}
PAGES = (
    "#ffffff",
    "#14171a",
    "#121212",
    "#111111",
)  # the book light and dark, the plain theme, JupyterLab dark


@pytest.fixture(autouse=True)
def style():
    """The look of the book, for one test."""
    with mpl.rc_context():
        plots.use_style()
        yield
    plt.close("all")


def test_the_look_changes_when_it_is_asked_for_and_not_on_import():
    script = """
import json
import matplotlib as mpl
import seaborn
before = {key: value for key, value in mpl.rcParams.items() if key != "backend"}  # found when it is asked for
from genrelib import players, plots
imported = [key for key in before if before[key] != mpl.rcParams[key]]
plots.use_style()
print(json.dumps([imported, [key for key in before if before[key] != mpl.rcParams[key]]]))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    imported, asked = json.loads(run.stdout)
    assert imported == []
    assert {"axes.prop_cycle", "text.color", "svg.fonttype", "figure.constrained_layout.use"} <= set(asked)


def linear(colour):
    """Linear RGB of a colour."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    """Relative luminance, as WCAG 2 defines it."""
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


def lab(rgb):
    """CIELAB of linear RGB, white D65."""
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one, other):
    """The CIEDE2000 distance of two CIELAB colours (Sharma, Wu & Dalal 2005)."""
    chroma = (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    (l1, a1, b1), (l2, a2, b2) = one, other
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, c, hue = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360
    cos = lambda angle: np.cos(np.radians(angle))  # noqa: E731
    t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63)
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c, 1 + 0.015 * c * t
    turned = np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    r_t = -2 * np.sqrt(c**7 / (c**7 + 25.0**7)) * turned
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, d_hue / s_h
    return np.sqrt(d_l**2 + d_c**2 + d_h**2 + r_t * d_c * d_h)


def test_the_distance_agrees_with_published_pairs():
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ]
    for one, other, published in pairs:
        assert distance(np.array(one), np.array(other)) == pytest.approx(published, abs=1e-4)


@pytest.mark.parametrize("eye", EYES)
def test_any_two_genres_are_told_apart(eye):
    seen = {genre: lab(np.array(EYES[eye]) @ linear(plots.colour(genre))) for genre in catalog.GENRES}
    closest = min(distance(seen[a], seen[b]) for a, b in itertools.combinations(seen, 2))
    assert closest >= CLOSEST[eye]


@pytest.mark.parametrize("page", PAGES)
def test_colours_stand_out_from_every_page(page):
    for colour in (*map(plots.colour, catalog.GENRES), *plots.SERIES, plots.FAINT):
        high, low = sorted((luminance(colour), luminance(page)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, colour


def test_every_genre_has_a_marker_of_its_own():
    assert set(plots.PALETTE) == set(catalog.GENRES)
    assert len({plots.markers([genre])[genre] for genre in catalog.GENRES}) == 10


def test_genres_of_a_folder_differ_from_each_other_and_from_the_ten():
    names = ["tango", "fado", "techno", "gamelan", "polka", "Electronic", "Folk", "Hip-Hop", "Rock", "dub"]
    colours, shapes = plots.palette(names), plots.markers(names)
    assert list(colours) == list(shapes) == names
    assert len(set(colours.values())) == 10
    assert not {(colours[name], shapes[name]) for name in names} & set(plots.PALETTE.values())
    assert plots.palette(reversed(names)) == colours  # the order of a list, and repetitions, do not matter
    assert plots.palette([*names, *names, "blues"]) == colours | {"blues": plots.colour("blues")}
    assert set(plots.palette([*names, "an eleventh"])) == {*names, "an eleventh"}


@pytest.mark.parametrize("eye", EYES)
def test_series_are_told_apart_and_are_no_genre(eye):
    seen = [lab(np.array(EYES[eye]) @ linear(colour)) for colour in plots.SERIES]
    assert min(distance(a, b) for a, b in itertools.combinations(seen, 2)) >= 17
    if eye == "normal":
        genres = [lab(linear(plots.colour(genre))) for genre in catalog.GENRES]
        assert min(distance(a, b) for a in seen for b in genres) >= 14


def test_series_are_lighter_on_a_dark_page_and_told_apart_there():
    sheet = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
    dark = re.search(r'html\[data-theme="dark"\] {.*?\n}', sheet, re.DOTALL)[0]
    colours = re.findall(r"--series-\d: (#\w{6});", dark)
    assert len(colours) == len(plots.SERIES)
    for light, colour in zip(plots.SERIES, colours, strict=True):
        assert luminance(colour) > luminance(light)
        assert (luminance(colour) + 0.05) / (luminance("#14171a") + 0.05) >= 4, colour
    for eye in EYES:
        seen = [lab(np.array(EYES[eye]) @ linear(colour)) for colour in colours]
        assert min(distance(a, b) for a, b in itertools.combinations(seen, 2)) >= 17, eye


def test_a_figure_leaves_the_colours_of_series_to_the_page():
    _, ax = plt.subplots()
    ax.plot([0, 1])
    assert f"stroke: var(--series-1, {plots.SERIES[0]})" in plots.show(ax.figure, alt="A line.").data


def test_a_line_without_a_colour_takes_that_of_a_series():
    _, ax = plt.subplots()
    assert [ax.plot([0, 1])[0].get_color() for _ in plots.SERIES] == list(plots.SERIES)


@pytest.fixture
def figure():
    """A figure with everything that a page has trouble with."""
    fig, (left, right) = plt.subplots(1, 2)
    left.plot([-1, 1], [-1, 1], label="a line")
    left.set(xlabel="time in s", title=r"$10\,\log_{10} P$ <in dB>")
    left.text(0, 0, "code", family="monospace")
    left.legend()
    right.imshow(np.random.default_rng(0).normal(size=(128, 747)))
    return fig


def test_a_figure_takes_the_type_and_colour_of_the_page(figure):
    html = plots.show(figure, alt="A line and an image.").data
    assert plots.INK not in html and html.count("currentColor") > 10
    assert "'DejaVu Sans'" not in html and "inherit" not in html
    assert re.search(r"font-size: [\d.]+px", html)
    assert "monospace" in html
    assert "<style" not in html and "<metadata" not in html
    assert "−1" in html  # a true minus sign, as text
    assert not plt.fignum_exists(figure.number)


def test_a_figure_is_sound_xml_that_scales(figure):
    html = plots.show(figure, alt='What "it" shows:\n a < b & c.', caption="a < b").data
    root = ET.fromstring(html)
    svg = root.find("{http://www.w3.org/2000/svg}svg")
    assert svg.get("role") == "img" and svg.get("aria-label") == 'What "it" shows: a < b & c.'
    assert svg.get("width") is None and svg.get("viewBox")
    assert root.find("figcaption").text == "a < b "
    assert root.get("class").split()[0] == "drawn"


def test_a_figure_needs_an_alternative_text(figure):
    with pytest.raises(ValueError, match="alternative text"):
        plots.show(figure, alt=" ")


def test_two_figures_share_no_ids_and_keep_their_references():
    def drawn(height):
        fig, ax = plt.subplots()
        ax.plot([0, height], marker="o")
        return plots.show(fig, alt="A line.").data

    one, other = drawn(1), drawn(2)
    ids = [set(re.findall(r'\bid="([^"]+)"', html)) for html in (one, other)]
    assert ids[0] and not ids[0] & ids[1]
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', one)) <= ids[0]
    assert one == drawn(1)  # the same figure is the same bytes, today and tomorrow


def test_an_image_is_one_small_picture():
    fig, ax = plt.subplots()
    ax.imshow(np.random.default_rng(0).normal(size=(128, 747)))
    html = plots.show(fig, alt="Noise.").data
    assert html.count("<image") == 1 and len(html) < 1_200_000


def test_a_logarithmic_axis_is_written_in_plain_numbers():
    _, ax = plt.subplots()
    ax.loglog([1, 1000], [0.01, 1])
    texts = set(re.findall(r">([^<>]*)</text>", plots.show(ax.figure, alt="A line.").data))
    assert {"1", "10", "100", "1000", "0.01", "0.1"} <= texts and not any("$" in text for text in texts)


def test_a_figure_says_how_narrow_its_smallest_text_allows_it_to_be():
    fig, ax = plt.subplots(figsize=(10, 3))
    ax.set_title("small", fontsize=8)
    ax.text(0, 0, "", fontsize=1)  # nobody has to read it
    assert "--legible:720px" in plots.show(fig, alt="Nothing.").data  # 720 points at 8/8


def test_a_confusion_matrix_of_seaborn_stays_legible_on_every_page():
    shares = np.array([[3, 97], [41, 59]])
    options = {"vmin": 0, "vmax": 100, "cmap": "viridis", "xticklabels": "ab", "yticklabels": "ab"}
    ax = sns.heatmap(shares, annot=True, fmt=".0f", **options)
    html = plots.show(ax.figure, alt="A confusion matrix.").data
    texts = re.findall(r"(?s)<text style=\"([^\"]*)\"[^>]*>(\d+|[ab])</text>", html)
    inks = {text: re.search(r"fill: (#\w+|currentColor)", css).group(1) for css, text in texts}
    assert inks["a"] == "currentColor"  # outside the cells: the page's ink
    cells = [mpl.colormaps["viridis"](share / 100) for share in shares.ravel()]
    for cell, text in zip(cells, ("3", "97", "41", "59"), strict=True):
        high, low = sorted((luminance(inks[text]), luminance(cell[:3])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, text
    assert html.count("<image") == 1 and html.count("<path") < 60  # the colour bar is one picture


def test_a_large_mesh_is_one_picture():
    _, ax = plt.subplots()
    mesh = ax.pcolormesh(np.random.default_rng(0).normal(size=(40, 60)))
    html = plots.show(mesh.figure, alt="Noise.").data
    assert html.count("<image") == 1 and len(html) < 100_000


def test_accuracies_are_lines_with_intervals_beside_each_other():
    rows = pd.DataFrame({"way": [*"aabb"], "n": [1, 7] * 2, "accuracy": [0.2, 0.4, 0.3, 0.6]})
    rows = rows.assign(low=rows["accuracy"] - 0.1, high=rows["accuracy"] + 0.2)
    _, axis = plt.subplots()
    plots.accuracy_lines(axis, rows, "n", by="way")
    (first, *_), (second, *_) = drawn = axis.containers
    assert [bars.get_label() for bars in drawn] == ["a", "b"]
    np.testing.assert_allclose(second.get_ydata(), [30, 60])
    assert (second.get_xdata() > first.get_xdata()).all() and first.get_color() != second.get_color()
    (spans,) = drawn[0][2]
    np.testing.assert_allclose([span[:, 1] for span in spans.get_segments()], [[10, 40], [30, 60]])
    assert list(axis.get_xticks()) == [1, 7] and axis.get_ylim() == (0, 100)


def test_a_spectrogram_stands_over_seconds_and_hertz():
    hz = np.array([50.0, 100, 200, 400, 800])
    x = np.zeros((30, 5))
    x[10, 3] = 100  # a sound of 400 Hz in the second third
    _, ax = plt.subplots()
    image = plots.spectrogram(ax, x, seconds=3, hz=hz, depth=60)
    assert image.get_clim() == (40, 100)
    assert image.get_extent() == [0, 3, -0.5, 4.5]
    band, frame = np.unravel_index(image.get_array().argmax(), (5, 30))
    assert (band, frame) == (3, 10) and image.origin == "lower"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [
        "100",
        "500",
    ]  # 1000 Hz and more are not there
    assert ax.get_yticks() == pytest.approx([1, 3.25])  # 500 Hz: a quarter of the way from 400 to 800
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (s)", "frequency (Hz)")


def test_numbers_are_written_as_the_book_prints_them():
    assert [plots.number_text(value) for value in (-3.14, -0.04, 0, np.float32(2))] == [
        "−3.1",
        "0.0",
        "0.0",
        "2.0",
    ]
    assert [plots.number_text(value, 2, signed=True) for value in (1, -1, -0.001)] == [
        "+1.00",
        "−1.00",
        "0.00",
    ]
    assert plots.number_text(2016, 0) == "2016" and plots.number_text(-661500, 0) == "−661\u202f500"
    assert plots.number_text(np.nan) == "–"
    assert plots.percent_text(0.571) == "57\u00a0%" and plots.percent_text(-0.0004, 1) == "0.0\u00a0%"


def test_rows_are_written_in_percent_and_points():
    row = {"accuracy": 0.5, "difference": -0.031, "low": -0.081, "high": 0.02}
    assert plots.difference_text(row) == "−3.1 (−8.1 to +2.0)"
    assert plots.difference_text(row, digits=0) == "−3.1 (−8 to +2)"
    assert plots.difference_text(row | {"low": -0.0001}) == "−3.1 (0.0 to +2.0)"
    assert plots.accuracy_text(row | {"low": 0.381, "high": 0.619}) == "50.0 (38.1–61.9)"
    assert plots.accuracy_text(row | {"low": 0.381, "high": 0.619}, digits=0) == "50.0 (38–62)"


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        (0.7, "measurably below"),
        (0.55, "not measurably below"),
        (0.45, "not measurably above"),
        (0.3, "measurably above"),
    ],
)
def test_an_accuracy_is_set_beside_a_goal_with_its_side_and_its_interval(goal, says):
    said = plots.goal_text({"accuracy": 0.5, "low": 0.4, "high": 0.6}, goal).replace("\u00a0", " ")
    by = f"{100 * abs(goal - 0.5):.1f}"
    assert said == f"50.0 (40.0–60.0) %, {says} the goal of {100 * goal:.1f} % (by {by} points)"


def rows_of(html):
    """Return the rows of a table as lists of (tag, scope, class, text)."""
    table = ET.fromstring(html)
    return [
        [(cell.tag, cell.get("scope"), cell.get("class"), "".join(cell.itertext())) for cell in row]
        for row in table.iter("tr")
    ]


def test_a_table_heads_its_rows_and_columns_and_sets_numbers_to_the_right():
    frame = pd.DataFrame(
        {"accuracy (%)": ["57.1 (50–64)", None], "seconds": [3.14159, -0.001], "clips": [1, 20000]},
        index=pd.Index(["SVM", "nobody"], name="system"),
    )
    html = plots.table(frame, caption="Of all clips", digits={"seconds": 2}).data
    assert rows_of(html) == [
        [
            ("th", "col", None, "system"),
            ("th", "col", "number", "accuracy (%)"),
            ("th", "col", "number", "seconds"),
            ("th", "col", "number", "clips"),
        ],
        [
            ("th", "row", None, "SVM"),
            ("td", None, "number", "57.1 (50–64)"),
            ("td", None, "number", "3.14"),
            ("td", None, "number", "1"),
        ],
        [
            ("th", "row", None, "nobody"),
            ("td", None, "number", "–"),
            ("td", None, "number", "0.00"),
            ("td", None, "number", "20\u202f000"),
        ],
    ]
    table = ET.fromstring(html)
    assert table.get("class").split()[0] == "table" and table.find("caption").text == "Of all clips "
    assert [cell.get("style") for cell in table.find("tbody/tr")] == [
        f"text-align:{side};white-space:nowrap" for side in ("start", "end", "end", "end")
    ]


def test_a_table_escapes_everything_but_html():
    link = HTML('<a href="https://example.org">a paper</a>')
    frame = pd.DataFrame(
        {"<b>": ["<script>alert(1)</script>", link]}, index=pd.Index(["a & b", "c"], name="<i>")
    )
    html = plots.table(frame, caption="1 < 2").data
    assert [[cell[-1] for cell in row] for row in rows_of(html)] == [
        ["<i>", "<b>"],
        ["a & b", "<script>alert(1)</script>"],
        ["c", "a paper"],
    ]
    assert "<script" not in html and "<i>" not in html and '<a href="https://example.org">' in html


def test_a_table_says_what_is_missing_and_what_is_true():
    frame = pd.DataFrame(
        {"a": [None, np.nan, pd.NA, pd.NaT], "b": [True, np.False_, "", "x"], "c": 4 * [[1, 2]]}
    )
    rows = rows_of(plots.table(frame).data)
    assert [row[0][-1] for row in rows[1:]] == 4 * ["–"]
    assert [row[1][-1] for row in rows[1:]] == ["yes", "no", "", "x"]
    assert len(rows[0]) == 3 and rows[1][2][-1] == "[1, 2]"  # rows that are only counted have no heads


def test_a_table_without_rows_still_has_its_head():
    assert [cell[-1] for cell in rows_of(plots.table(pd.DataFrame(columns=["a", "b"])).data)[0]][-2:] == [
        "a",
        "b",
    ]


def test_columns_of_two_levels_share_their_head():
    columns = pd.MultiIndex.from_tuples(
        [("built-in", "accuracy"), ("built-in", "step"), ("real", "accuracy")]
    )
    index = pd.MultiIndex.from_tuples([("keras", "ours"), ("torch", "ours")], names=["library", None])
    table = ET.fromstring(plots.table(pd.DataFrame(np.ones((2, 3)), index, columns)).data)
    top, second = table.findall("thead/tr")
    assert [(cell.tag, cell.get("colspan"), cell.get("rowspan"), cell.text) for cell in top] == [
        ("th", None, "2", "library"),
        ("td", None, "2", None),  # an empty heading would be read out as one
        ("th", "2", None, "built-in"),
        ("th", "1", None, "real"),
    ]
    assert [cell.text for cell in second] == ["accuracy", "step", "accuracy"]
    assert [cell.tag for cell in table.find("tbody/tr")] == ["th", "th", "td", "td", "td"]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["92.5 ± 2.9", "61"], True),
        (["24.8–28.8", "−3.2"], True),
        (["57 %", "1 024"], True),
        (["3 to 5", "−0.03 to −0.01"], True),
        (["3 to go", "61"], False),
        (["artist", "61"], False),
    ],
)
def test_a_column_of_numbers_ranges_and_deviations_stands_at_the_right(cells, numbers):
    html = plots.table(pd.DataFrame({"x": cells})).data
    assert ('<td class="number"' in html) == numbers


@pytest.mark.parametrize(
    ("cells", "whole"),
    [
        (["fma-medium", "gtzan"], True),
        (["GlobalAveragePooling1D", "ReLU"], True),
        (["57.1 (50–64)", "–"], True),
        (["fma-medium", "two words"], False),
        (["a-name-of-more-than-a-few-letters", "gtzan"], False),
    ],
)
def test_a_short_name_and_an_interval_stay_on_one_line(cells, whole):
    html = plots.table(pd.DataFrame({"x": cells})).data
    assert html.count("white-space:nowrap") == 2 * whole


@pytest.mark.parametrize(
    ("names", "says"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_in_a_row_read_as_a_list(names, says):
    assert plots.listed(names) == says


def test_a_corpus_has_one_name_in_sentences():
    assert plots.corpus_title("builtin") == "the built-in corpus"
    assert plots.corpus_title("gtzan-mini") == "GTZAN mini"
    assert plots.corpus_title("The builtin") == "The builtin", "a folder keeps its name"


def test_a_name_is_shown_as_it_is():  # on a page: tests/test_build.py
    assert plots.literal("Drum und Bass 80s äöü") == "Drum und Bass 80s äöü"
    assert plots.literal("[a](b)") == "&#91;a&#93;&#40;b&#41;"
    assert "mathjax_ignore" in plots.literal("a $ b") and unescape(plots.literal("R&B's <1>")) == "R&B's <1>"
    for name, as_text in (("caf\udce9", r"caf\xe9"), ("a\n# b", r"a\n# b")):  # a file name need not be text
        assert as_text in unescape(plots.literal(name))


def test_no_formula_is_sought_in_figures_and_tables():
    fig, ax = plt.subplots()
    ax.set(title="$x^2$")
    figure = plots.show(fig, alt="nothing").data
    assert "$x^2$" in figure  # drawn as it is
    for shown in (figure, plots.table(pd.DataFrame({"$x$": ["$y$"]})).data):
        assert re.match(r'<\w+ class="[^"]*mathjax_ignore', shown)


DIAGRAMS = sorted((Path(plots.__file__).parent / "diagrams").glob("*.svg"))


@pytest.mark.parametrize("drawing", DIAGRAMS, ids=lambda path: path.stem)
def test_a_drawing_fits_into_any_page(drawing):
    svg = ET.parse(drawing).getroot()
    assert svg.get("viewBox").startswith("0 0 480 ")
    texts = [part for part in svg.iter() if part.tag.endswith("text")]
    assert min(float(text.get("font-size", 14)) for text in texts) >= 12, "too small for a phone"
    assert not [part.tag for part in svg.iter() if part.get("id") or part.tag.endswith("style")]
    used = {part.get(key) for part in svg.iter() for key in ("fill", "stroke")} - {
        None,
        "none",
        "currentColor",
    }
    assert used <= {f"var(--series-{n}, {colour})" for n, colour in enumerate(plots.SERIES, start=1)}
    figure = ET.fromstring(plots.diagram(drawing.stem, caption="a < b").data)
    assert figure.get("class").split()[0] == "drawn" and figure.find("figcaption").text == "a < b"
    (drawn,) = (part for part in figure if part.tag.endswith("svg"))
    assert len(drawn.get("aria-label")) > 60 and "<title>" not in ET.tostring(drawn, encoding="unicode")


def test_every_drawing_is_shown_in_a_chapter():
    chapters = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb"))
    shown = re.findall(r'plots\.diagram\(\\n",\s+"    \\"([\w-]+)\\"', chapters)
    assert sorted(shown) == [drawing.stem for drawing in DIAGRAMS]


def test_the_drawing_of_the_labels_shows_the_order_of_the_dict():
    svg = ET.parse(next(path for path in DIAGRAMS if path.stem == "labels")).getroot()
    rows = [
        (float(part.get("x")), part.text) for part in svg.iter() if re.fullmatch(r"\w+\.\d+", part.text or "")
    ]
    read, saved = ([text for x, text in rows if x == column] for column in sorted({x for x, _ in rows}))
    assert saved == [read[n] for n in labels_2016.dict_order(read)] and len(read) == 6
    ticks = [part.text for part in svg.iter() if part.text in ("✓", "✗")]
    assert ticks == ["✗✓"[a[:3] == b[:3]] for a, b in zip(saved, read, strict=True)]


RECORD = {"provenance": {"date": "2026-01-02", "command": "python -m genrelib record <x>"}}


def test_a_mark_says_where_a_number_comes_from():
    marks = {plots.HERE: "●", plots.PUBLISHED: "◇", "a record": "○"}
    for source, sign in marks.items():
        mark = ET.fromstring(plots.mark(RECORD if source == "a record" else source))
        assert mark.text == sign and mark.get("role") == "img"
        assert mark.get("title") == mark.get("aria-label")
    assert mark.get("title") == "recorded 2026-01-02 by python -m genrelib record <x>"
    kept = {"provenance": {"date": "2026-01-02"}}  # as a run keeps it: nobody recorded it
    assert plots.mark(kept) == plots.mark() == plots.mark(plots.HERE)


def test_records_of_one_day_share_a_mark_that_names_each_command():
    other = {"provenance": RECORD["provenance"] | {"command": "python -m genrelib record y"}}
    later = {"provenance": RECORD["provenance"] | {"date": "2026-01-03"}}
    first, second = ET.fromstring(f"<p>{plots.mark(RECORD, other, RECORD, later)}</p>")
    assert first.get("title") == (
        "recorded 2026-01-02 by python -m genrelib record <x>; "
        "recorded 2026-01-02 by python -m genrelib record y"
    )
    assert second.get("title").startswith("recorded 2026-01-03")


def test_a_caption_ends_with_its_marks_each_once(figure):
    table = plots.table(pd.DataFrame({"a": [1]}), caption="A's < 2", source=[plots.HERE, RECORD, RECORD]).data
    drawn = plots.show(figure, alt="a line", caption="1 < 2", source=plots.PUBLISHED).data
    caption = ET.fromstring(table).find("caption")
    assert "".join(caption.itertext()) == "A’s < 2 ● ○\u00a0recorded 2026-01-02"
    assert caption[1].get("title").endswith("by python -m genrelib record <x>")
    assert "".join(ET.fromstring(drawn).find("figcaption").itertext()) == "1 < 2 ◇\u00a0published elsewhere"
    assert "<caption" not in plots.table(pd.DataFrame({"a": [1]})).data


def test_what_is_drawn_has_the_apostrophes_of_the_sentences(figure):
    figure.axes[0].set(title="the <b>'s end", xlabel="R'n'B\nsinger's", ylabel="'a'")
    drawn = plots.show(figure, alt="a line").data
    texts = [unescape(text) for text in re.findall(r">([^<>]+)</text>", drawn)]
    assert {"the <b>'s end", "R’n’B", "singer’s"} <= set(texts)


def paired(difference, low, high, first="a", minus="b"):
    """A paired difference as the studies record it."""
    ends = {"difference": difference, "low": low, "high": high}
    return {"first": [first, "mel"], "minus": [minus, "mel"]} | ends


def test_a_forest_has_a_filled_mark_where_the_interval_leaves_zero_out():
    _, ax = plt.subplots()
    plots.forest(ax, [paired(0.2, 0.1, 0.4), paired(-0.1, -0.3, 0.1)], names=["clear", "not"])
    clear, open_ = (container.lines[0] for container in ax.containers)
    assert (clear.get_xdata()[0], open_.get_xdata()[0]) == pytest.approx((20, -10))
    assert (clear.get_markerfacecolor(), open_.get_markerfacecolor()) == (plots.SERIES[0], "none")
    spans = [container.lines[2][0].get_segments()[0][:, 0] for container in ax.containers]
    np.testing.assert_allclose(spans, [[10, 40], [-30, 10]])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["clear", "not"]
    top, bottom = ax.transData.transform([(0, 0), (0, 1)])[:, 1]
    assert top > bottom, "read from above"


def test_pairs_are_said_with_the_better_system_first():
    rows = [paired(0.2, 0.1, 0.4), paired(-0.3, -0.4, -0.2), paired(-0.1, -0.3, 0.1, minus="c")]
    said = plots.pairs_text(rows, name=lambda system, features: f"{system}+{features}")
    assert said == (
        "A+mel beats b+mel by 20.0 (10.0 to 40.0). B+mel beats a+mel by 30.0 (20.0 to 40.0). "
        "Not measurable: c+mel over a+mel, 10.0 (−10.0 to 30.0)."
    )
    only = plots.pairs_text(rows[2:], name=lambda system, features: system)
    assert only == "No difference is measurable: c over a, 10.0 (−10.0 to 30.0)."


def test_pictures_share_the_limit_of_their_row_and_name_their_bands():
    x = np.linspace(-1, 1, 12).reshape(4, 3)  # frames, bands
    hz = [100, 1000, 10_000]
    fig = plots.pictures([{"a": x, "b": -x}, {"c": 2 * x}], hz=hz, limits=[1, 3], hop=0.5)
    drawn = [ax for ax in fig.axes if ax.images and ax.get_title(loc="left")]
    assert [ax.get_title(loc="left") for ax in drawn] == ["a", "b", "c"]
    assert [ax.images[0].get_clim() for ax in drawn] == [(-1, 1), (-1, 1), (-3, 3)]
    np.testing.assert_array_equal(drawn[1].images[0].get_array(), -x.T)
    assert drawn[0].get_xlim() == (0, 2) and drawn[0].get_xlabel() == "time (s)"
    assert [label.get_text() for label in drawn[0].get_yticklabels()] == ["100", "1000", "3000", "10000"]
    assert drawn[0].get_yticks()[[0, 1, 3]].tolist() == [0, 1, 2], "bottom up"
    assert [ax.get_visible() for ax in fig.axes[:4]] == [True, True, True, False]
    assert plots.pictures([{"a": x}], hz=hz, limits=[1]).axes[0].get_xlabel() == "frame"


def test_effects_are_written_where_their_interval_leaves_zero_out():
    _, ax = plt.subplots()
    sizes = [[[0.5, 0.1, 0.9], [-1.2, -2, -0.4]], [[0.3, -0.1, 0.7], [0, -0.5, 0.5]]]
    plots.effects(ax, sizes, rows=["one", "two"], columns=["louder", "slower"], cbar=False)
    assert [text.get_text() for text in ax.texts] == ["+0.5", "−1.2", "", ""]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["louder", "slower"]
    assert ax.collections[0].get_clim() == (-2, 2)


def test_a_share_is_written_with_its_interval_and_a_loss_without_a_range_of_dashes():
    assert plots.share_text({"share": 0.57, "low": 0.5, "high": 0.645}) == "57 (50–64)"
    assert plots.share_text({"share": -0.03, "low": -0.128, "high": 0.07}, 1) == "−3.0 (−12.8 to 7.0)"
