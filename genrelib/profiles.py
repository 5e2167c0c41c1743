"""How much is computed: a declaration for each profile, which every chapter reads and none overrides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """Sizes of one profile: clips a genre of the built-in corpus, seeds of a result, passes in training."""

    name: str
    clips_per_genre: int
    seeds: int
    epochs: int


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("tiny", clips_per_genre=12, seeds=2, epochs=2),  # everything runs, nothing is learned
        Profile("quick", clips_per_genre=30, seeds=3, epochs=12),  # about a minute a chapter
        Profile("full", clips_per_genre=100, seeds=5, epochs=40),  # as many clips as GTZAN holds
    )
}


def profile(name):
    """Return the profile called `name`. Raises ValueError naming the choices."""
    if name not in PROFILES:
        raise ValueError(f"unknown profile {name!r}: choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
