"""Sentences that a chapter builds from its result: they read right for the opposite result, too."""

import ast
import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy import stats

from genrelib import augmentation, evaluation, plots, training
from genrelib.studies import few_labels, interventions, labels_2016, listener, realism

STOPPED = training.PATIENCE


def functions(chapter, **names):
    """Return the functions that the cells of a chapter define, as a dict; `names` is what they find there."""
    cells = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.startswith("def "):
            defined = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
            exec(compile(ast.Module(defined, []), chapter, "exec"), names)
    return names


def curves(training_part, validation_part):
    return {"accuracy": training_part, "val_accuracy": validation_part}


@pytest.mark.parametrize(
    ("training_part", "best", "says"),
    [
        ([0.5, 0.72] + STOPPED * [0.9], 1, "rose to 90 %: the network was learning by heart"),
        ([0.1, 0.12] + STOPPED * [0.13], 1, f"In the {STOPPED} epochs after that neither part improved"),
        ([0.5, 0.6, 0.7, 0.8], 1, "reached its limit 2 epochs later; more might help"),
        ([0.5, 0.6, 0.7], 2, "more epochs would probably help"),
    ],
)
def test_how_a_training_ended_is_said_from_its_best_epoch_and_its_patience(training_part, best, says):
    ending = functions("08_training", plots=plots, training=training)["ending"]
    said = ending(curves(training_part, [0.5] * len(training_part)), best).replace("\N{NO-BREAK SPACE}", " ")
    assert says in said
    assert ("by heart" in said) == ("by heart" in says) and ("help" in said) == ("help" in says)


def test_a_gap_between_the_parts_is_said_where_there_is_one():
    names = functions("08_training", plots=plots, training=training, by="artist")
    wide, narrow = (names["gap"](curves([0.9], [low]), 0) for low in (0.5, 0.88))
    assert "The gap of 40 points is what it owes to clips and artists" in wide
    assert "no large gap" in narrow and "owes" not in narrow
    names["by"] = "clip"
    assert "artists" not in names["gap"](curves([0.9], [0.5]), 0)


def plain(text):
    """Return a text with ordinary blanks."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def scored(accuracy, by="clip", width=0.03, **more):
    interval = {"accuracy": accuracy, "low": accuracy - width, "high": accuracy + width}
    return interval | {"clips": 200, "by": by} | more


def chapter_9():
    names = {"evaluation": evaluation, "labels_2016": labels_2016}
    return functions("09_numbers_of_2016", plots=plots, stats=stats, np=np, **names)


def chapter_10():
    return functions("10_real_music", plots=plots, np=np, pd=pd, few_labels=few_labels)


def chapter_15():
    return functions("15_a_corpus_that_moves", plots=plots, np=np, realism=realism)


def chapter_11():
    return functions("11_errors_and_doubt", plots=plots, stats=stats)


@pytest.mark.parametrize(
    ("mel", "mfcc", "says"),
    [
        (0.385, 0.118, ["38.5 %", "11.8 %", "has learned nothing", "out *above* what", "in 11 % of all"]),
        (0.9, 0.6, ["Both have learned something", "comes out below what", "in 100 % of all"]),
    ],
)
def test_what_the_log_tells_follows_the_log(mel, mfcc, says):
    tested = {"mel": 0.46875, "MFCC": 0.17188}
    said = plain(chapter_9()["from_the_log"]({"mel": mel, "MFCC": mfcc}, tested))
    assert [words for words in says if words not in said] == []
    assert ("learned nothing" in said) == (mfcc < 0.15)


@pytest.mark.parametrize(("right", "says"), [(98, "no more than"), (600, "more than if")])
def test_how_many_labels_are_right_is_said_as_counted(right, says):
    said = plain(chapter_9()["pairing_text"](np.arange(1000) < right, [97, 104], 0.87))
    assert f"**{right} of 1000**" in said and says in said and "87 %" in said
    assert "2 such orders leave 97 to 104" in said
    assert ("no more" in said) == (right == 98)


@pytest.mark.parametrize(
    ("best", "last", "says"),
    [
        (0.24, 0.13, ["On MFCC the labels matter", "comes to 24.0 %", "above 11.0 %", "has 13.0 %", "loses"]),
        (0.24, 0.23, ["On MFCC the labels matter"]),
        (0.12, 0.12, ["even right labels are not learned (12.0 % at best)", "cannot tell"]),
    ],
)
def test_what_the_repeated_trainings_tell_follows_what_they_learned(best, last, says):
    repeated = {("MFCC", labels_2016.PAIRED): (0.11, 0.1), ("MFCC", labels_2016.RIGHT): (best, last)}
    said = plain(chapter_9()["rerun_lesson"](repeated, {"MFCC": (0.13, 0.12)}))
    assert [words for words in says if words not in said] == []
    assert ("matter" in said) == (best > 0.2) and ("loses" in said) == (best - last > 0.05)


@pytest.mark.parametrize(("low", "says"), [(0.1, "*right*, +20.0"), (-0.1, ": none.")])
def test_a_ladder_lists_the_steps_that_can_be_measured(low, says):
    rows = [scored(0.1), scored(0.3, rung="right", step={"difference": 0.2, "low": low, "high": 0.3})]
    said = plain(chapter_10()["climbed_text"]("toy", "mel", rows))
    assert says in said and "10.0 (7.0–13.0) % with its labels and 30.0" in said


@pytest.mark.parametrize(
    ("accuracy", "says"),
    [(0.11, "nothing is left"), (0.02, "less than chance"), (0.5, "30.0 points are gone")],
)
def test_what_a_map_keeps_with_the_labels_of_2016_is_said_from_its_score(accuracy, says):
    score = evaluation.Score
    own, paired = (score(value, value - 0.03, value + 0.03, 1, 300, "artist") for value in (0.8, accuracy))
    said = plain(functions("05_mel_against_mfcc", plots=plots, NEAR=10)["maps_text"](own, paired, 0.12, 0.1))
    assert says in said and "12 % of the labels" in said


def row(system="SVM", **values):
    return {"system": system, "low": -0.1, "high": 0.1, "clips": 948} | values


@pytest.mark.parametrize(
    ("extra", "says"), [(6.0, "6.0 dB more power"), (-0.01, "hardly anything above 2.2")]
)
def test_power_is_said_to_have_folded_down_only_where_it_has(extra, says):
    assert says in plain(functions("01_sound", plots=plots)["folded_said"](extra, "2.2 kHz"))


@pytest.mark.parametrize(("one", "says"), [(0.9, "is easier to tell"), (0.2, "40 % of what")])
def test_a_recording_is_easier_to_tell_than_a_piece_only_if_it_differs_more(one, says):
    said = plain(functions("02_data", plots=plots)["spreads_said"](one, 0.5))
    assert says in said and ("The pieces differ more" in said) == (one < 0.5)


@pytest.mark.parametrize(
    ("middle", "says"), [(0.1, "larger for mel"), (-0.1, "larger for MFCCs"), (0.0, "cannot say")]
)
def test_an_artist_effect_is_larger_where_its_paired_difference_leaves_zero_out(middle, says):
    pair = {"difference": middle, "low": middle - 0.05, "high": middle + 0.05}
    assert says in functions("05_mel_against_mfcc", plots=plots, NEAR=10)["larger_said"](pair)


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ({5: (0.7, 0.6), 90: (0.4, 0.4)}, "perplexity 5 does best, 90 worst. The knob matters more"),
        ({5: (0.4, 0.6), 90: (0.5, 0.52)}, "90 does best, 5 worst. The knob matters no more"),
        ({5: (0.4, 0.6)}, "So few clips leave one perplexity only"),
    ],
)
def test_the_knob_of_a_map_is_set_against_its_start(shares, says):
    named = {
        (p, start): SimpleNamespace(accuracy=pair[start]) for p, pair in shares.items() for start in (0, 1)
    }
    said = functions("05_mel_against_mfcc", plots=plots, NEAR=10, KNOB=sorted(shares))["knob_and_start"](
        named
    )
    assert says in said and ("10.0 points" if 0.7 in shares[5] else "20.0 points") in said


@pytest.mark.parametrize(("low", "says"), [(0.01, "a volume knob would undo it"), (-0.01, "lose nothing")])
def test_the_level_is_said_to_help_only_where_it_does(low, says):
    gain = {"difference": 0.03, "low": low, "high": 0.05}
    said = plain(functions("06_baselines", plots=plots)["level_said"](row(accuracy=0.6), gain))
    assert says in said and "worth +3.0" in said


def test_what_clips_apart_are_worth_is_said_for_those_whom_it_pays():
    said = functions("06_baselines", plots=plots)["gains_said"]
    pays, not_so = row(difference=0.2, low=0.1, high=0.3), row("majority", difference=0.01)
    assert "For 1 of the 2 the careless split pays measurably (not for the majority)" in said([pays, not_so])
    assert "gain is that of *SVM*: +20.0 (+10.0 to +30.0) points" in said([pays, not_so])
    assert said([pays]).startswith("For 1 of the 1 the careless split pays measurably. The")
    assert said([not_so]) == "For none of them is a gain from clips apart measurable."


@pytest.mark.parametrize(
    ("gap", "says"),
    [
        ({"difference": 0.2, "low": 0.1, "high": 0.3}, "Nothing but the artists"),
        ({"difference": -0.2, "low": -0.3, "high": -0.1}, "Against expectation"),
        ({"difference": 0.0}, "That cannot be told from zero"),
    ],
)
def test_what_folds_by_artist_cost_is_said_as_it_is(gap, says):
    rows = [row(by=by, accuracy=0.5, low=0.4, high=0.6) for by in ("clip", "artist-filtered")]
    record = {"results": [*rows, row("k-NN", by="clip", accuracy=1)], "worth": [row(**gap)]}
    assert says in chapter_11()["folds_said"](record, "SVM")


def test_columns_that_do_not_match_are_named():
    said = chapter_10()["match_said"]
    good = {"column": "tempo", "correlation": 1.0, "largest": 0.001, "clips": 100}
    assert said([good]).endswith("1 of 1 columns come out within 0.05 standard deviations of the table.")
    bad = good | {"column": "level", "correlation": 0.97, "largest": 2.6}
    assert "1 of 2 columns" in said([good, bad])
    assert said([good, bad]).endswith("all but `level` (correlation 0.97).")


@pytest.mark.parametrize(
    ("shuffled", "says"),
    [(0.12, "teaches nothing of the kind: at most 12.0"), (0.4, "nothing measurable carries over")],
)
def test_what_carries_over_is_measured_against_shuffled_genres(shuffled, says):
    def scored(accuracy):
        return [row(accuracy=accuracy, low=accuracy - 0.05, high=accuracy + 0.05), row("k-NN", accuracy=0.1)]

    record = {"genres": list("abcdefghij"), "within": scored(0.5)}
    record |= {"results": scored(0.3), "shuffled": scored(shuffled)}
    said = plain(chapter_10()["carried_said"](record))
    assert says in said and "Of the 2 classifiers the best is *SVM* with 30.0 (25.0–35.0) %" in said
    assert said.endswith(
        "gives 50.0 (45.0–55.0) %, so generated music goes 50 % of the way from chance to there."
    )


def test_genres_are_listed_from_the_best_found_to_the_worst():
    record = {"genres": ["calm", "loud"], "confusion": {"SVM": [[0.2, 0.8], [0.1, 0.9]]}}
    said = plain(chapter_10()["genres_said"](record))
    assert said.startswith("Of every hundred clips of a genre, *SVM* recognises: loud 90, calm 20.")
    assert said.endswith("calm is taken for loud (80 %).")


@pytest.mark.parametrize(
    ("cure", "says"),
    [(0.12, "they are reason enough"), (0.05, "a part of the reason"), (-0.02, "is a different one")],
)
def test_hubs_explain_a_gain_as_far_as_their_cure_brings_it(cure, says):
    names = functions("05_mel_against_mfcc", plots=plots, np=np, NEAR=10, VIEWS=("flat", "pooled", "power"))
    gain = {"flat": (0.1, 0.05, 0.2), "pooled": (0, -0.1, 0.1), "power": (0.1, -0.1, 0.2)}
    dropped = {name: evaluation.Difference(*ends, 300, "artist") for name, ends in gain.items()}
    cured = dict.fromkeys(gain, evaluation.Difference(cure, 0, 0.2, 300, "artist"))
    said = names["hubs_text"](dropped, cured)
    assert says in said and said.startswith("In 1 of 3 views") and "components gains 10.0 points" in said
    assert "no riddle" in names["hubs_text"](dict.fromkeys(gain, dropped["pooled"]), cured)


def test_what_our_network_loses_is_said_first():
    names = chapter_10()
    svm, ours = ["SVM", "mel statistics"], ["ours", "mel"]
    won = {"first": ours, "minus": ["k-NN", "mel"], "difference": 0.2, "low": 0.1, "high": 0.3}
    lost = {"first": ours, "minus": svm, "difference": -0.2, "low": -0.3, "high": -0.1}
    other = {"first": svm, "minus": ["k-NN", "mel"], "difference": 0.2, "low": 0.1, "high": 0.3}
    turned = {"first": svm, "minus": ours, "difference": 0.2, "low": 0.1, "high": 0.3}
    assert names["lost_first"]([won, other, lost, turned]) == [lost, turned, won, other]
    assert names["lost_first"]([won | {"high": -0.1}, lost]) == [won | {"high": -0.1}, lost], "in their order"


def difference(sign):
    return {"difference": 0.1 * sign, "low": 0.1 * sign - 0.05, "high": 0.1 * sign + 0.05}


def shifted(sign, count=50, way="means", **more):
    gained = {"system": "SVM", "way": way, "aligned_by": count, "gain": difference(sign)}
    return scored(0.4 + 0.1 * sign, **gained) | more


@pytest.mark.parametrize(
    ("sign", "cost", "says"),
    [
        (1, -1, ["a gain by this interval", "costs accuracy", "by many clips"]),
        (-1, 0, ["a loss by this interval", "keeps accuracy"]),
        (0, 1, ["no change by this interval", "gains accuracy"]),
    ],
)
def test_what_alignment_brings_and_costs_is_said_as_measured(sign, cost, says):
    record = {
        "results": [shifted(0, way="as it is", accuracy=0.9), shifted(sign)],
        "agree": [shifted(cost, count) for count in (1, 50)],
        "shuffled": [scored(0.12)],
        "half": "even",
        "looks": {"even": ["a day", "another"], "odd": ["a day"]},
    }
    said = plain(chapter_10()["aligned_said"](record))
    assert [words for words in says if words not in said] == []
    assert ("by many clips" in said) == (cost < 0)
    assert "beyond 12 %" in said and "This record has looked at the even half twice." in said


@pytest.mark.parametrize(
    ("accuracy", "says"),
    [
        (0.6, ", measurably above the goal of 40.0 % (by 20.0 points)"),
        (0.45, ", not measurably above the goal of 40.0 % (by 5.0 points)"),
        (0.2, ", measurably below the goal of 40.0 % (by 20.0 points)"),
    ],
)
def test_a_goal_is_reached_or_missed_as_the_judging_half_says(accuracy, says):
    chosen = scored(accuracy, low=accuracy - 0.1, high=accuracy + 0.1)
    record = {"half": "odd", "looks": {"odd": ["a day"]}, "one": {"chosen": chosen}}
    record["alignment-gtzan"] = {"chosen": {"gain": difference(-1)}}
    judged_said = chapter_10()["judged_said"]
    said = plain(judged_said(record, {"one": ("without", 0.4)}))
    assert says in said and said.startswith("On GTZAN's odd half, without ")
    assert said.endswith("This record has looked at the odd half once.")
    assert "Alignment is worth −10.0 (−15.0 to −5.0) points there" in said
    record["looks"]["odd"] += ["another", "a third"]
    assert judged_said(record, {}).endswith("This record has looked at the odd half 3 times.")


@pytest.mark.parametrize(
    ("transfer", "mixing", "says"),
    [
        (
            (1, 0),
            (0, 0),
            ["Transfer helps at k = 1 (others found that it helps); mixing changes nothing"],
        ),
        ((1, 1), (1, 1), ["mixing helps at k = 1 or 3 (others found that it does not help)"]),
        ((0, -1), (-1, -1), ["Transfer harms at k = 3 (", "mixing harms at k = 1 or 3 ("]),
        ((1, -1), (0, 0), ["Transfer helps at k = 1 and harms at k = 3 (", "changes nothing at any k ("]),
    ],
)
def test_whether_transfer_and_mixing_help_is_set_beside_what_others_found(transfer, mixing, says):
    pairs = [
        {"first": first, "minus": minus, "per_genre": n, **difference(sign)}
        for first, minus, signs in (
            (few_labels.TUNED, few_labels.SCRATCH, transfer),
            (few_labels.MIXED, few_labels.POOLED, mixing),
            (few_labels.TUNED, few_labels.POOLED, (-1, -1)),
        )
        for n, sign in zip((1, 3), signs, strict=True)
    ]
    said = chapter_10()["few_said"](pairs)
    assert [words for words in says if words not in said] == []


@pytest.mark.parametrize(
    ("home", "real", "says"),
    [
        (1, 1, ["and on GTZAN by more clips and artists. Measurably harmed: none. On records, all help."]),
        (1, 0, ["on home by more clips and artists, and on GTZAN by nothing. Measurably harmed: none. "]),
        (-1, -1, ["on home by nothing, and on GTZAN by nothing. ", "; SVM on GTZAN by more artists. On"]),
    ],
)
def test_what_grows_and_where_is_said_from_the_intervals_of_all_classifiers(home, real, says):
    rows = [
        {"axis": axis, "system": system, "world": world, "gain": difference(sign)}
        for axis in ("clips", "artists")
        for system in ("k-NN", "SVM")
        for world, sign in (("home", home), ("GTZAN", real))
    ]
    said = plain(chapter_15()["growth_said"](rows))
    assert [words for words in says if words not in said] == []
    assert ("more clips and artists do not measurably help both" in said) == (real < 1)
    rows[-1] = rows[-1] | {"gain": difference(-1)}  # one classifier of two is not enough
    said = plain(chapter_15()["growth_said"](rows))
    assert "artists do not measurably help both" in said and "SVM on GTZAN by more artists" in said


@pytest.mark.parametrize(
    ("sign", "says"),
    [
        (
            1,
            [
                "are 1.1 dB stronger on average",
                "stronger in 2 of 2 clips.",
                "octave < 0.2 kHz changes most, by 2.0 dB",
            ],
        ),
        (
            -1,
            [
                "are 1.1 dB weaker on average",
                "stronger in 0 of 2 clips.",
                "octave < 0.2 kHz changes most, by −2.0 dB",
            ],
        ),
        (0, ["No style of jazz has a touch, so nothing changes."]),
    ],
)
def test_what_touch_does_is_said_with_its_direction(sign, says):
    added = sign * np.array([[2.0] + 7 * [1.0]] * 2)
    said = plain(chapter_15()["touch_said"](added, "jazz"))
    assert [words for words in says if words not in said] == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (0.1, "*dry* raises the score by 10.0 points."),
        (-0.1, "*dry* lowers the score"),
        (0.01, "no variant."),
    ],
)
def test_a_variant_is_said_to_differ_where_the_interval_leaves_zero_out(more, says):
    rows = [("as it is", 0.0), ("dry", more)]
    varied = [{"variant": name, "more": x, "more_low": x - 0.05, "more_high": x + 0.05} for name, x in rows]
    said = plain(chapter_15()["varied_said"](pd.DataFrame(varied)))
    assert says in said and "*as it is*" not in said


@pytest.mark.parametrize(
    ("attack", "apart", "says"),
    [
        (0.812, 0.9, ["0.80, is reached.", "That is not measurably less surely than", "75 %, is missed."]),
        (0.7, 0.8, ["0.80, is missed.", "That is measurably less surely than", "75 %, is missed."]),
        (0.7, 0.7, ["That is measurably less surely than", "75 %, is reached."]),
    ],
)
def test_what_the_corpus_lacks_is_set_beside_what_it_lacked_and_beside_the_aims(attack, apart, says):
    ends = {"accuracy": apart, "low": apart - 0.05, "high": apart + 0.05, "clips": 40}
    record = {"correlation": {"attack": attack, "level": -0.1}, "told_apart": {"sound": ends}}
    rows = {"attacks alike": (0.6, np.nan), "levels alike": (0.5, np.nan), "told apart": (0.92, 0.88)}
    before = pd.DataFrame(rows, index=["accuracy", "low"]).T.assign(high=0.95)
    aims = {"attacks alike": 0.8, "told apart": 0.75}
    said = plain(chapter_15()["lacks_said"](record, before, aims))
    assert [words for words in says if words not in said] == []
    assert f"by {attack:.2f} in its attacks (it was 0.60) and −0.10 in its levels (it was 0.50)" in said
    assert "before the changes, 92.0 (88.0–95.0) %" in said


def test_looks_of_all_records_are_added_up():
    seen = {"one": {"looks": {"even": ["a day"]}}, "two": {"looks": {"even": ["a day", "another"]}}}
    said = chapter_15()["looks_said"](seen)
    assert said == "The even half of GTZAN has been looked at 3 times (1 for `one` and 2 for `two`)."


def test_what_a_split_by_clip_adds_is_said_before_and_after():
    said = plain(chapter_15()["gap_said"](difference(2), difference(-1)))
    assert said.endswith("from +20.0 (+15.0 to +25.0) to −10.0 (−15.0 to −5.0) points.")


@pytest.mark.parametrize(("gained", "low"), [(0.1, 0.02), (-0.1, -0.2)])
def test_what_each_change_of_the_corpus_brought_is_said_step_by_step_and_in_all(gained, low):
    accuracies = {"first": 0.4, "worse, taken back": 0.1, "second": 0.4 + gained}
    rows = [
        {"step": step, "clips": 150, "on": on, "what": "SVM", "accuracy": value, "low": 0.0, "high": 1.0}
        for step, value in accuracies.items()
        for on in ("mini", "half")
    ]
    early = {"first": 0.3, "before": 0.4}  # of more clips: compared with each other only
    rows += [
        rows[0] | {"step": step, "clips": 300, "on": on, "accuracy": early[step]}
        for step in ("before", "first")
        for on in ("mini", "half")
    ]
    rows += [rows[0] | {"step": "all of it", "clips": 300, "accuracy": 0.9}]
    total = {"step": "gain", "clips": 300, "on": "mini", "what": "SVM", "accuracy": gained}
    said = plain(chapter_15()["steps_said"](pd.DataFrame([*rows, total | {"low": low, "high": low + 0.15}])))
    sign = "+" if gained > 0 else "−"
    where = "both by *second*; on neither by *first*" if gained > 0 else "neither by *second* and *first*"
    assert f"the SVM gained on {where}. " in said and "taken back" not in said and "all of it" not in said
    assert "Of 1 comparisons in pairs" in said and f"SVM on mini {sign}10.0" in said


def test_without_a_measurable_gain_all_changes_together_are_none():
    steps = realism.steps()
    steps.loc[steps["step"] == "gain", ["low", "high"]] = [-0.1, 0.1]
    assert "a difference: none." in plain(chapter_15()["steps_said"](steps))


@pytest.mark.parametrize(("sign", "stands"), [(1, "above"), (0, "level with"), (-1, "below")])
def test_where_our_network_stands_without_the_price_of_stopping_is_said_in_pairs(sign, stands):
    ways = dict.fromkeys(("stopped", "to the end", "with its clips"))
    rows = [
        scored(accuracy, system="ours", way=way, ours_minus=difference(1))
        for way, accuracy in zip(ways, (0.4, 0.5, 0.45), strict=True)
    ]
    rows += [scored(0.5, system=name, way="all", ours_minus=difference(sign)) for name in ("SVM", "k-NN")]
    said = plain(
        functions("08_training", plots=plots, training=training, ways=ways)["mended_said"]({"results": rows})
    )
    assert "stopped: +10 points" in said and "part: −5 more" in said
    assert f"leaves our network {stands} the best classifier, *SVM*" in said


# percentages that a chapter's prose may hold: chapter -> number -> why no cell has to compute it
TYPED = {
    "02": {"95": "the level of all intervals"},
    "04": {"95": "the level of all intervals"},
    "06": {"95": "the level of all intervals", "100": "what a row of shares adds up to"},
    "07": {"75": "from train.py", "46.87": "published", "17.18": "published"},
    "08": {"30": "what augmentation.BLEND declares"},
    "09": {
        "46.87": "published",
        "17.18": "published",
        "46.875": "published",
        "17.188": "published",
        "30.02": "published",
        "10": "chance among ten genres",
    },
    "11": {"70": "an example"},
    "12": {"±6": "published", "6": "what interventions.TEMPOS declares"},
}
CODE_OR_FORMULA = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)]*\)", re.DOTALL)


@pytest.mark.parametrize("chapter", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_percentage_is_typed_that_a_cell_could_compute(chapter):
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    told, _ = prose.split("## Check yourself")  # the questions are about made-up cases
    typed = re.findall(
        r"([±−]?\d+(?:\.\d+)?)[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]?%",
        CODE_OR_FORMULA.sub(" ", told),
    )
    assert set(typed) - set(TYPED.get(chapter.stem[:2], {})) == set()


def test_the_percentages_that_repeat_a_declaration_are_those_declared():
    assert augmentation.BLEND == 0.3 and list(interventions.TEMPOS.values()) == [0.94, 1.06]


def chapter_12():
    return functions("12_what_it_hears", plots=plots, np=np)


@pytest.mark.parametrize(
    ("ours", "blank", "says"),
    [
        ([1.0, 0.5], [0.0, 0.0], "The trained filters do what the sentences say more often"),
        ([1.0, 0.5], [1.0, 0.5], "in which band the filter lies"),
        ([0.1, 0.5], [1.0, 0.5], "No filter of ours does"),
        ([0.4, 0.5], [0.4, 0.5], "No filter of ours does"),
    ],
)
def test_a_sentence_about_a_filter_holds_if_its_cause_moves_the_filter_most(ours, blank, says):
    def effects(own, other):
        table = np.full((2, 2), other) + np.eye(2) * (own - other)
        return np.stack([table, table - 0.2, table + 0.2], axis=2)

    crossed = {"our network": effects(*ours), "untrained": effects(*blank)}
    said = chapter_12()["claims_text"](crossed, ["thirds", "drums"])
    assert says in said
    assert ("our network 2 of 2 (thirds, drums)" in said) == (ours[0] == 1)
    assert ("untrained 0 of 2 (none)" in said) == (blank[0] < 1)


def chapter_13():
    corpora = {"builtin": "built-in", "real": "GTZAN mini"}
    return functions("13_listening", plots=plots, np=np, CORPORA=corpora, listener=listener)


def ways(*rows):
    return pd.DataFrame(rows, columns=["length", "memory", "late", "right"])


def test_what_a_quick_verdict_costs_is_said_only_where_it_costs_something():
    text = chapter_13()["price_of_speed"]
    paid = plain(text(ways((2, 0.01, 2, 0.5), (10, 3, 8, 0.8))))
    assert "quickest way hears 2 s and remembers 0: 2 s late, 50 % right" in paid
    assert "most accurate one hears 10 s and remembers 3: 8 s late, 80 % right" in paid
    free = plain(text(ways((2, 0.01, 2, 0.9), (10, 3, 8, 0.8))))
    assert "nothing has to be paid for" in free and "most accurate" not in free


def test_seconds_are_worth_something_as_long_as_the_interval_lies_below_the_end():
    rows = [scored(a) | {"seconds": s} for s, a in ((1, 0.4), (5, 0.6), (10, 0.68), (30, 0.7))]
    said = plain(chapter_13()["worth_of_seconds"](rows))
    assert "After 1 s, 40.0" in said and "after 30 s, 70.0" in said and "From 10 s on" in said
    assert "From 1 s on" in plain(chapter_13()["worth_of_seconds"]([row | {"high": 1} for row in rows]))


@pytest.mark.parametrize(
    ("temperature", "after", "says"),
    [
        (2.0, (0.02, 0.01, 0.04), ["too bold", "measurably less"]),
        (0.5, (0.08, 0.05, 0.12), ["too modest", "intervals overlap"]),
        (1.0, (0.12, 0.08, 0.2), ["about right", "no gain"]),
    ],
)
def test_what_a_temperature_does_is_said_from_it_and_from_the_intervals(temperature, after, says):
    said = chapter_13()["calibration_text"](temperature, (0.1, 0.06, 0.15), after)
    assert [words for words in says if words not in said] == []


def test_a_price_that_is_kept_at_home_only_is_said_to_be_broken_elsewhere():
    def found(*ends):
        rows = [
            {"ten seconds": {"wrong of the named": {"share": h, "low": low, "high": h}}} for low, h in ends
        ]
        return dict(zip(("builtin", "real"), rows, strict=True))

    text = chapter_13()["price_kept"]
    broken = text(found((0.05, 0.15), (0.5, 0.7)), 0.1)
    assert "On the built-in corpus the price is kept, as far as" in broken
    assert "On real music the price is not kept:" in broken
    assert "Other music brings other errors" in broken
    kept = text(found((0.02, 0.08), (0.05, 0.15)), 0.1)
    assert "kept with room to spare" in kept and "not kept" not in kept and "Other music" not in kept


def test_noises_that_lie_near_the_music_are_named():
    text = chapter_13()["near_music"]
    assert "does not tell hum or wind from music" in text(
        {"hum": np.array([1.0]), "wind": np.array([1.1, 1.2, 9]), "tones": np.array([5.0])}, 1.3
    )
    assert "Every kind" in text({"hum": np.array([2.0])}, 1.3)


def test_gains_and_losses_are_said_where_the_interval_leaves_zero_out():
    names, hardened = chapter_13(), listener.HARDENED

    def row(low, high, corpus="builtin", condition="a room", **more):
        difference = {"difference": (low + high) / 2, "low": low, "high": high}
        return {"corpus": corpus, "condition": condition, "trained": hardened, "lost": difference} | more

    ends = ((0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1))
    said = [names["gains"](row(0, 0, gained=row(*each)["lost"])) for each in ends]
    assert [line.rsplit(", ", 1)[1] for line in said] == ["a gain", "a loss", "no measurable difference"]

    def codec(name, high, gained, way=hardened):
        stays = {"accuracy": high - 0.1, "low": high - 0.2, "high": high}
        return row(0, 0, condition=name, stays=stays, gained=row(*gained)["lost"]) | {"trained": way}

    rows = [codec("MP3", 0.8, (0, 1)), codec("AAC", 0.95, (0, 1))]
    rows += [codec("AAC", 0.9, (0.1, 0.2), listener.CODED), codec("MP3", 0.9, (-1, 1), listener.CODED)]
    lost = names["lost_to_codecs"](rows)
    assert "through: MP3 (70.0" in lost and lost.count("\n- ") == 1
    assert "- Training with codecs, AAC, which it has never learned: " in lost
    assert "through: none." in names["lost_to_codecs"](rows[1:])
    wrong = names["wrong_text"]([row(-0.3, -0.1, condition="slow"), row(-0.1, 0.1, condition="loud")])
    assert "measurably: slow." in wrong and "do not: loud." in wrong
    assert "measurably: none." in names["wrong_text"]([row(-0.1, 0.1)])


def test_what_mends_one_kind_of_music_is_said_to_spoil_another_only_if_it_does():
    def error(value):
        return {"error": value, "low": value / 2, "high": 2 * value}

    def said(after):
        found = {"softmax": error(0.1), "calibrated": error(after)}
        home = {"softmax": error(0.1), "calibrated": error(0.05)}
        return chapter_13()["calibration_elsewhere"]({"builtin": home, "real": found})

    assert "on the built-in corpus from 10.0 (5.0–20.0) to 5.0 (2.5–10.0) points" in said(0.2)
    assert "spoils the other" in said(0.2) and "spoils" not in said(0.05)
