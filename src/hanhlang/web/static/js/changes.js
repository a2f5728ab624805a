// A change's page: arrow keys change the column, Enter on the chosen one leads to the button that publishes.
// Without it the heads of the columns are links.
"use strict";

(() => {
  const ways = () => [...document.querySelectorAll("[data-way]")];

  let latest = 0;

  // The head takes the focus at once and only the latest answer is drawn: keys pressed faster than the server answers count.
  async function choose(link) {
    const turn = ++latest;
    link.focus();
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById("change");
      if (turn !== latest) return;
      if (!fresh) throw new Error("no change");
      history.replaceState(null, "", link.href);
      const held = document.activeElement?.id || link.id;
      const made = document.importNode(fresh, true);
      document.getElementById("change").replaceWith(made);
      window.htmx?.process(made);
      document.getElementById(held)?.focus();
    } catch {
      if (turn === latest) location.assign(link.href);
    }
  }

  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("[data-way]");
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && link.getAttribute("aria-current")) {
      event.preventDefault();
      document.getElementById("publish-way")?.focus();
      return;
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = ways();
    choose(all[(all.indexOf(link) + step + all.length) % all.length]);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-way]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link);
  });
})();
