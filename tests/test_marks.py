"""The form for marks: answers by strangers stay text, and what it saves is read back."""

import sys

import pandas as pd
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT))
from assignments import masters, reports
from assignments.course import Class
from assignments.grading import ungraded

MASTER = masters.read(ROOT / "tests" / "masters" / "0_example.py")
ANSWERS = {
    "ada": "Loud is not good.\n\nIt is a confounder, “as we say”, 5 < 6 & so on.",
    "bob": "</script><script>document.title = 'bob was here'</script><img src=x onerror=alert(1)>",
    "cem": '=HYPERLINK("http://example.com")',
    "dee": "",
    "eve": "{policy} {data} <!-- \\u003c \u2028 `${1}` \u0000".replace("\u0000", "\ufffd"),
}


@pytest.fixture
def results():
    """What a class of five handed in: free answers, and nothing else."""
    graded = {(student, MASTER.name): ungraded(MASTER, "") for student in ANSWERS}
    for (student, _), one in graded.items():
        one.free = {"q4": ANSWERS[student]}
    return graded


@pytest.fixture
def form(results, tmp_path, browser):
    """The form in a browser, opened from its file."""
    reports.write(tmp_path, Class(), [], results, [MASTER])
    page = browser.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("dialog", lambda dialog: page.said.append(dialog.message) or dialog.accept())
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto((tmp_path / "marks.html").as_uri())
    yield page
    page.close()


def test_the_form_shows_answers_as_text_and_runs_nothing_of_them(form, tmp_path):
    shown = form.locator("article .text").all_inner_texts()
    assert [text.split() for text in shown] == [
        (("'" if text.startswith("=") else "") + (text or "(no answer)")).split() for text in ANSWERS.values()
    ]
    assert "confounder" in form.locator(".rubric").inner_text()
    assert MASTER.questions["q4"].title in form.locator("h2").inner_text()
    assert form.title() == "Free answers" and form.locator("img, main script").count() == 0
    assert form.asked == [(tmp_path / "marks.html").as_uri()] and form.said == []
    form.evaluate("document.body.append(document.createElement('img')); document.images[0].src = 'x.png'")
    form.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.x = 1'}))"
    )
    assert form.evaluate("window.x") is None, "no script but the form's own may run"
    assert all("Content Security Policy" in text for text in form.said) and len(form.said) == 2


def test_marks_saved_by_the_form_are_read_back(form, results, tmp_path):
    points, comments = form.get_by_label("Points"), form.get_by_label("Comment")
    points.nth(0).fill("1.5")
    comments.nth(0).fill('Say "how", and\u00a0why; then <stop>.')
    points.nth(1).fill("0")
    points.nth(4).fill("3")
    assert form.get_by_role("status").inner_text() == "3 of 5 marked"
    form.get_by_role("button", name="Save manual.csv").click()
    assert points.nth(4).evaluate("e => e === document.activeElement && !e.validity.valid"), "3 of 2 points"
    points.nth(4).fill("2")
    with form.expect_download() as saved:
        form.get_by_role("button", name="Save manual.csv").click()
    assert saved.value.suggested_filename == "manual.csv"
    before = pd.read_csv(tmp_path / "manual.csv", dtype=str, keep_default_na=False)
    saved.value.save_as(tmp_path / "manual.csv")
    marked = reports.read_marks(tmp_path, results, [MASTER])
    assert list(marked.points) == ["1.5", "0", "", "", "2"]
    assert marked.comment[0] == 'Say "how", and\u00a0why; then <stop>.'
    same = ["student", "assignment", "question", "possible", "answer", "rubric"]
    pd.testing.assert_frame_equal(before[same], marked[same])
    reports.write(tmp_path, Class(), [], results, [MASTER])
    form.reload()
    assert form.get_by_role("status").inner_text() == "3 of 5 marked"
    assert points.nth(0).input_value() == "1.5" and points.nth(2).input_value() == ""
