// The desk's plan page: asks for progress only while it is looked at, and asks before publishing in a dialog.
// Without it the page is loaded again by hand, and the question is a page of its own.
"use strict";

(() => {
  document.addEventListener("click", async (event) => {
    const dialog = document.getElementById("publish-dialog");
    if (event.target.closest("dialog [data-close]")) {
      event.preventDefault();
      dialog.close();
      return;
    }
    const link = event.target.closest("a[data-publish]");
    if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const question = answer.ok && page.querySelector("[data-question]");
      if (!question) throw new Error("no question");
      dialog.replaceChildren(document.importNode(question, true));
      dialog.showModal();
    } catch {
      location.assign(link.href);
    }
  });
})();
