// Light, dark, or as the system has it: chosen once, kept in this browser. Loaded before anything is drawn, so that nothing flashes.
// Without scripts the page follows the system and shows no switch.
"use strict";

(() => {
  const KEY = "hanhlang-mode";
  const MODES = ["auto", "light", "dark"];
  const root = document.documentElement;

  function read() {
    try {
      const kept = localStorage.getItem(KEY);
      return MODES.includes(kept) ? kept : "auto";
    } catch {
      return "auto";
    }
  }

  function show(mode) {
    if (mode === "auto") delete root.dataset.mode;
    else root.dataset.mode = mode;
    const button = document.querySelector("[data-mode-switch]");
    if (!button) return;
    button.hidden = false;
    for (const word of button.querySelectorAll("[data-word]")) word.hidden = word.dataset.word !== mode;
  }

  show(read());

  document.addEventListener("DOMContentLoaded", () => show(read()));
  window.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) show(read());
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-mode-switch]")) return;
    const next = MODES[(MODES.indexOf(read()) + 1) % MODES.length];
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // A browser that keeps nothing still shows it on this page.
    }
    show(next);
  });
})();
