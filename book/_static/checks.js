// Self-checks answer back. A question is followed by its choices, a list of "A. …", and by a closed answer that takes
// up each of them in a paragraph: "B. …" is the right one, "Not A. …" says why A is wrong. Here the letters become
// buttons that show the paragraph of a choice; without this script all of it can be read as it stands.
document.addEventListener("DOMContentLoaded", () => {
  const letterOf = (line) => line.querySelector("strong")?.textContent.match(/^(?:Not )?([A-Z])\.$/)?.[1];

  function ask(list, choices, reasons, number) {
    const verdict = Object.assign(document.createElement("div"), { className: "verdict", role: "status" });
    list.classList.add("choices");
    list.after(verdict);
    for (const choice of choices) {
      const mark = choice.querySelector("strong");
      const button = Object.assign(document.createElement("button"), { type: "button" });
      choice.dataset.letter = button.textContent = letterOf(choice);
      choice.id = `check-${number}-${choice.dataset.letter}`;
      button.setAttribute("aria-labelledby", choice.id); // the letter alone would tell nothing
      mark.replaceWith(button);
    }
    list.addEventListener("click", (event) => {
      const choice = event.target.closest("p");
      if (!choice || event.target.closest("a")) return;
      const said = reasons.get(choice.dataset.letter).cloneNode(true);
      const head = said.querySelector("strong");
      const right = !head.textContent.startsWith("Not ");
      if (right) head.textContent = "Right.";
      choice.querySelector("button").textContent = `${choice.dataset.letter} ${right ? "✓" : "✗"}`;
      choice.dataset.is = verdict.dataset.is = right ? "right" : "wrong";
      verdict.replaceChildren(said);
    });
  }

  document.querySelectorAll(".bd-article details:not([class])").forEach((answer, number) => {
    const list = answer.previousElementSibling;
    const choices = list?.matches("ul") ? [...list.querySelectorAll("p")] : [];
    const reasons = new Map([...answer.querySelectorAll(":scope > p")].map((said) => [letterOf(said), said]));
    if (choices.length && choices.every((choice) => letterOf(choice) && reasons.has(letterOf(choice)))) {
      ask(list, choices, reasons, number + 1);
    }
  });
});
