// The board, for teaching in a room: one section or figure of the page on a screen. The page is the only source:
// what belongs to other screens is hidden, nothing is moved or copied. The key b and a button open it, Esc closes it.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const article = document.querySelector(".bd-article");
  const buttons = document.querySelector(".article-header-buttons");
  const FILLS = "figure, table:not(.docutils), .players, [class^=heard-]"; // what has a screen to itself
  const button = (name, sign, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", title: name, onclick: act });
    made.setAttribute("aria-label", name);
    made.append(sign);
    return made;
  };
  const said = Object.assign(document.createElement("output"), { ariaLive: "polite" });
  const bar = Object.assign(document.createElement("nav"), { className: "board-bar", ariaLabel: "Board" });
  bar.append(
    button("Back (left arrow)", "‹", () => show(at - 1)),
    said,
    button("On (right arrow)", "›", () => show(at + 1)),
    button("Show or hide the code (c)", "{ }", () => root.classList.toggle("board-code")),
    button("Leave the board (Esc)", "×", () => leave()),
  );
  const opener = button("Board: a section per screen (b)", "", () => enter());
  opener.innerHTML = '<i class="fa-solid fa-chalkboard fa-lg" aria-hidden="true"></i>';
  opener.className = "btn btn-sm board-opener";
  buttons?.prepend(opener);
  let screens = [];
  let at = 0;

  const blocks = (section) =>
    [...section.children].flatMap((block) => (block.matches("section") ? blocks(block) : block));

  function cut() {
    const found = [];
    let full = true; // whether the screen has all it can hold
    let held = []; // code that shows nothing opens no screen
    for (const block of blocks(article)) {
      if (block.matches(".cell:not(:has(.cell_output))") && full) {
        held.push(block);
        continue;
      }
      const heading = block.matches("h1, h2, h3, h4");
      const fills = block.matches(FILLS) || block.querySelector(FILLS) !== null;
      const begun = found.at(-1);
      if (full || heading || (fills && !begun.every((other) => other.matches("h1, h2, h3, h4")))) found.push([]);
      found.at(-1).push(...held, block);
      [full, held] = [fills, []];
    }
    found.at(-1).push(...held);
    return found;
  }

  function show(number) {
    at = Math.min(Math.max(number, 0), screens.length - 1);
    for (const audio of article.querySelectorAll("audio")) audio.pause();
    screens.forEach((screen, n) => screen.forEach((block) => block.toggleAttribute("data-off", n !== at)));
    said.value = `${at + 1} of ${screens.length}`;
    scrollTo(0, 0);
  }

  function enter() {
    screens = cut();
    const seen = screens.findIndex((screen) => screen.at(-1).getBoundingClientRect().bottom > 80);
    root.classList.add("board");
    document.body.append(bar);
    show(seen);
    bar.children[2].focus();
  }

  function leave() {
    const [first] = screens[at];
    root.classList.remove("board", "board-code");
    bar.remove();
    for (const block of screens.flat()) block.removeAttribute("data-off");
    first.scrollIntoView();
    opener.focus({ preventScroll: true });
  }

  const KEYS = {
    ArrowRight: () => show(at + 1),
    ArrowLeft: () => show(at - 1),
    Home: () => show(0),
    End: () => show(screens.length - 1),
    c: () => root.classList.toggle("board-code"),
    Escape: leave,
  };
  document.addEventListener("keydown", (event) => {
    const theirs = event.target.closest?.("audio, input, textarea, select, [contenteditable], dialog[open]");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (theirs && event.key !== "Escape") return;
    const act = root.classList.contains("board") ? KEYS[event.key] : event.key === "b" && enter;
    if (!act) return;
    event.preventDefault();
    act();
  });
});
