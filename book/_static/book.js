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
