"""Figures: the palette for every kind of colour vision, and the SVG that a page takes in (genrelib.plots)."""

import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from genrelib import catalog, plots

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
    for colour in (*map(plots.colour, catalog.GENRES), plots.FAINT):
        high, low = sorted((luminance(colour), luminance(page)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, colour


def test_every_genre_has_a_marker_of_its_own():
    assert set(plots.PALETTE) == set(catalog.GENRES)
    assert len({plots.marker(genre) for genre in catalog.GENRES}) == 10


def test_genres_of_a_folder_differ_from_each_other_and_from_the_ten(monkeypatch):
    monkeypatch.setattr(plots, "GUESTS", {})
    names = ["tango", "fado", "techno", "gamelan", "polka", "Electronic", "Folk", "Hip-Hop", "Rock", "dub"]
    looks = [(plots.colour(name), plots.marker(name)) for name in names]
    assert len({colour for colour, _ in looks}) == 10
    assert not set(looks) & set(plots.PALETTE.values())
    assert looks[0] == (plots.colour("tango"), plots.marker("tango"))
    monkeypatch.setattr(plots, "GUESTS", {})
    assert looks[0] == (plots.colour("tango"), plots.marker("tango"))  # in another chapter too
    assert plots.colour("an eleventh") and plots.marker("an eleventh")


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
    assert root.find("figcaption").text == "a < b"
    assert root.get("class") == "drawn"


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


def test_a_very_wide_figure_says_so():
    fig, _ = plt.subplots(figsize=(12, 3))
    assert 'class="drawn wide"' in plots.show(fig, alt="Nothing.").data
