"use strict";

// Light, dark, or as the system has it: chosen once, kept in this browser. Loaded before anything is drawn, so that nothing flashes.
// Without scripts the page follows the system and shows no switch.
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

// "My programme": sessions starred by a visitor, kept in this browser alone. Without scripts there is no star to press.
// The words come with the script's own element, because scripts hold none.
(() => {
  const { week, star: starWord } = document.currentScript.dataset;
  if (!week) return;
  const KEY = `hanhlang-stars:${week}`;
  const SHAPE = '<svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 2l2.4 5.3 5.8.6-4.3 3.9 1.2 5.7L10 14.6l-5.1 2.9 1.2-5.7L1.8 7.9l5.8-.6z"/></svg>';
  let kept = new Set();

  function read() {
    try {
      const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      kept = new Set(Array.isArray(list) ? list.filter((key) => typeof key === "string") : []);
    } catch {
      // Unreadable or forbidden: what is starred on this page still shows.
    }
  }

  function write() {
    try {
      localStorage.setItem(KEY, JSON.stringify([...kept]));
    } catch {
      // The star stays for as long as the page does.
    }
  }

  function keyOf(link) {
    return link.pathname.match(/\/sessions\/([^/]+)\/$/)?.[1];
  }

  function buttonFor(key, title) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "star";
    button.dataset.star = key;
    button.innerHTML = SHAPE;
    const name = document.createElement("span");
    name.className = "unseen";
    name.textContent = `${starWord}: ${title}`;
    button.append(name);
    return button;
  }

  function addButtons() {
    for (const item of document.querySelectorAll(".items > .item")) {
      const link = item.querySelector("h3 a");
      if (link && keyOf(link)) item.append(buttonFor(keyOf(link), link.textContent));
    }
    for (const place of document.querySelectorAll("[data-star-here]")) place.prepend(buttonFor(place.dataset.starHere, place.dataset.title));
  }

  function show() {
    for (const button of document.querySelectorAll(".star")) button.setAttribute("aria-pressed", kept.has(button.dataset.star));
    showMine();
  }

  // On the page of one's own programme: only what is starred, and an address for the calendar.
  function showMine() {
    const mine = document.getElementById("mine");
    if (!mine) return;
    let shown = 0;
    for (const section of mine.querySelectorAll("section")) {
      let here = 0;
      for (const item of section.querySelectorAll(".item, .rows > li")) {
        const link = item.querySelector("a");
        item.hidden = !(link && kept.has(keyOf(link)));
        here += item.hidden ? 0 : 1;
      }
      section.hidden = here === 0;
      shown += here;
    }
    mine.hidden = shown === 0;
    document.getElementById("mine-none").hidden = shown > 0;
    const calendar = mine.querySelector("[data-calendar]");
    const query = new URLSearchParams([...kept].sort().map((key) => ["session", key]));
    calendar.href = `${calendar.dataset.calendar}?${query}`;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".star");
    if (!button) return;
    read();
    const key = button.dataset.star;
    if (!kept.delete(key)) kept.add(key);
    write();
    show();
  });
  window.addEventListener("storage", () => {
    read();
    show();
  });
  document.addEventListener("DOMContentLoaded", () => {
    read();
    addButtons();
    show();
  });
})();
