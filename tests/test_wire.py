"""Values travel whole, and what a stranger sends instead of a value is refused at no cost."""

import math
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT))
from assignments import wire

PLAIN = [None, True, 3, -2.5, math.inf, 1 + 2j, "ä\n", [1, [2, "x"]], (1, (2,)), {"a": 1, 3: (1, 2)}]
HOSTILE = {
    "no JSON": b"{",
    "deep": b"[" * 100_000,
    "more bytes promised than sent": b'{"array": "AAAA", "dtype": "<f8", "shape": [1000000000000]}',
    "objects": b'{"array": "", "dtype": "O", "shape": [0]}',
    "a key that is none": b'{"dict": [[[1], 2]]}',
    "a number to compute with for hours": b"9" * 4000,
    "a tag that is none": b'{"pickle": "gASVBAAAAAAAAABLAS4="}',
    "a ragged table": b'{"frame": [[1, 2]], "index": [1], "columns": [1]}',
}


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_arrive_as_they_are(value):
    arrived = wire.loads(wire.dumps(value, strict=True))
    assert arrived == value and type(arrived) is type(value)


@pytest.mark.parametrize(
    "array", [np.arange(6.0).reshape(2, 3), np.array(["a", "bb"]), np.zeros((0, 3), bool)]
)
def test_arrays_keep_type_and_shape(array):
    arrived = wire.loads(wire.dumps(array))
    assert arrived.dtype == array.dtype and arrived.shape == array.shape and (arrived == array).all()
    arrived[...] = arrived  # it may be written to


def test_tables_keep_names_index_and_gaps():
    frame = pd.DataFrame({"level": [1.5, None], "artist": ["x", None]}, index=["one", "two"])
    pd.testing.assert_frame_equal(wire.loads(wire.dumps(frame)), frame, check_column_type=False)
    pd.testing.assert_series_equal(wire.loads(wire.dumps(frame.level)), frame.level)


def test_what_does_not_travel_says_its_type_or_is_refused():
    assert repr(wire.loads(wire.dumps([object()]))) == "[<a value of type object>]"
    with pytest.raises(TypeError, match="cannot be sent"):
        wire.dumps([object()], strict=True)
    with pytest.raises(ValueError, match="too large"):
        wire.dumps(np.zeros(wire.LIMIT // 8))


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_value_is_refused(line):
    with pytest.raises(ValueError):
        wire.loads(line)
