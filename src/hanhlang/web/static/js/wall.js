// The wall screen turns its own pages and keeps its last page, with a word, when the server is silent for long.
"use strict";

(() => {
  const SILENT = 180_000;
  let heard = Date.now();

  async function turn() {
    const wall = document.querySelector("[data-wall]");
    try {
      const answer = await fetch(wall.dataset.following, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-wall]");
      if (!answer.ok || !page) throw new Error(String(answer.status));
      wall.replaceWith(document.importNode(page, true));
      heard = Date.now();
    } catch {
      const old = document.querySelector("[data-old]");
      if (old) old.hidden = Date.now() - heard < SILENT;
    }
  }

  const wall = document.querySelector("[data-wall]");
  setInterval(turn, 1000 * Number(wall.dataset.seconds));
})();
