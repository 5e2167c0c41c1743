"""How much is computed: a declaration for each profile, which every chapter reads and none overrides."""

from dataclasses import dataclass

__all__ = ["PROFILES", "Profile", "profile"]


@dataclass(frozen=True)
class Profile:
    """Sizes of one profile.

    Parameters
    ----------
    name : str
    clips_per_genre : int
        Of the built-in corpus.
    seeds : int
        Of a result.
    epochs : int
        Of a training.
    """

    name: str
    clips_per_genre: int
    seeds: int
    epochs: int


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("tiny", clips_per_genre=12, seeds=2, epochs=2),  # everything runs, nothing is learned
        Profile("quick", clips_per_genre=30, seeds=3, epochs=12),  # about a minute per chapter
        Profile("full", clips_per_genre=100, seeds=5, epochs=40),  # as many clips as GTZAN holds
    )
}


def profile(name):
    """Return a profile.

    Parameters
    ----------
    name : str
        One of PROFILES.

    Returns
    -------
    Profile

    Raises
    ------
    ValueError
        For an unknown name; it names the choices.
    """
    if name not in PROFILES:
        raise ValueError(f"unknown profile {name!r}: choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
