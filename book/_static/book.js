// One player at a time: starting one pauses the others on the page.
document.addEventListener(
  "play",
  (event) => {
    for (const other of document.querySelectorAll("audio")) {
      if (other !== event.target) other.pause();
    }
  },
  true,
);

// A screen reader reads "Show the code" or "Show the solution", not "Toggle hidden content" for both.
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll("details.hide > summary")) summary.removeAttribute("aria-label");
});

// The list of references is a list of items; the theme gives them a role that no list may hold.
document.addEventListener("DOMContentLoaded", () => {
  for (const entry of document.querySelectorAll(".citation-list > .citation")) entry.setAttribute("role", "listitem");
});

// A figure that scrolls sideways can be scrolled with the keyboard, as the theme's own boxes can.
document.addEventListener("DOMContentLoaded", () => {
  const watch = new ResizeObserver((sizes) => {
    for (const { target } of sizes) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const figure of document.querySelectorAll("figure.drawn")) watch.observe(figure);
});

// No line ends within a number, a range or t-SNE, nor between a number and its unit, or the word that it counts with.
// A span holds such a piece together, so that what is copied or searched for stays what was written.
document.addEventListener("DOMContentLoaded", () => {
  const number = String.raw`(?:(?<!\d)\d{1,3}(?: \d{3})+(?!\d)|\S*\d\S*)`;
  const unit = String.raw`(?:%|(?:ms|s|min|k?Hz|dB|kB|MB|GB)(?!\w))`;
  const pieces = [
    String.raw`${number}(?:\s±\s${number})?\s${unit}\S*`,
    String.raw`\S*\d\s±\s\S*\d\S*`,
    String.raw`\S*\d–[+−]?\d\S*`,
    String.raw`(?<!\d)\d{1,3}(?: \d{3})+(?!\d)`,
    String.raw`(?<![\w-])\w-(?=\w)[\w-]+`,
    String.raw`\b(?:[Cc]hapter|[Aa]ssignment|[Ss]ession|[Ff]igure|[Tt]able|[Ss]tep)s?\s\d\S*`,
    String.raw`\s%`,
  ];
  const whole = RegExp(`(${pieces.join("|")})`);
  const closed = "pre, code, script, style, svg, summary, button, select, .math, [class^=heard-]";
  const texts = [];
  for (const part of document.querySelectorAll(".bd-article, .bd-links, .prev-next-area")) {
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(closed)) texts.push(walk.currentNode);
  }
  for (const text of texts) {
    const parts = text.data.split(whole); // every second one is such a piece
    if (parts.length === 1) continue;
    const held = (textContent) => Object.assign(document.createElement("span"), { className: "whole", textContent });
    text.replaceWith(...parts.map((part, at) => (at % 2 ? held(part) : part)));
  }
});

// Paper is white: a page that is read by night is printed as by day.
const theme = document.documentElement.dataset;
addEventListener("beforeprint", () => {
  [theme.onScreen, theme.theme] = [theme.theme, "light"];
});
addEventListener("afterprint", () => {
  theme.theme = theme.onScreen;
});

// The logo and the search stand in a landmark too, so that a screen reader can go there.
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.querySelector(".bd-sidebar-primary");
  bar?.setAttribute("role", "complementary");
  bar?.setAttribute("aria-label", "The book");
});

// A finger cannot hover: a tap on a term shows its definition, and a tap on the definition leads to the glossary.
// A tap on a mark shows where the number comes from.
document.addEventListener("click", (event) => {
  const term = event.target.closest("a.term, .origin");
  const shown = document.querySelector(".definition");
  const again = shown?.previousElementSibling === term;
  shown?.remove();
  if (!term || event.pointerType !== "touch") return;
  event.preventDefault();
  if (again) return;
  const box = document.createElement(term.href ? "a" : "span");
  box.className = "definition";
  if (term.href) box.href = term.href;
  box.textContent = term.title;
  term.after(box);
  box.focus();  // so that a screen reader reads it
});
