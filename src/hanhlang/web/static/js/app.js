// What every page with scripts shares; pages work without it.
// Language of its few words comes from the page: the banner's text stands there, hidden.
"use strict";

(() => {
  const banner = () => document.getElementById("lost");

  function show(kind) {
    const box = banner();
    if (!box) return;
    for (const text of box.querySelectorAll("[data-kind]")) text.hidden = text.dataset.kind !== kind;
    box.hidden = false;
  }

  function hide() {
    const box = banner();
    if (box) box.hidden = true;
  }

  function focusOnErrors(root) {
    const summary = root.querySelector("[data-errors]");
    if (summary) summary.focus();
  }

  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token.content;
  });

  // 422 and 409 carry the fragment with the error summary and are swapped like a good answer; 5xx is not (see htmx-config).
  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail.ctx.response.status;
    if (status >= 500) show("server");
    else hide();
  });
  document.addEventListener("htmx:error", () => show("network"));
  document.addEventListener("htmx:after:swap", () => focusOnErrors(document));

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-hide-banner]")) hide();
    const button = event.target.closest('[aria-disabled="true"]');
    if (button) event.preventDefault();
  });

  // Enter in the search inside a form looks for more, it does not send what is half filled.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.closest?.("[data-keeps-enter]")) event.preventDefault();
  });

  // Where the ways do not fit, the row of them scrolls: the way to this page is brought into its middle.
  function showWay(row) {
    const here = row.querySelector("[aria-current]");
    if (!here) return;
    const [outer, inner] = [row.getBoundingClientRect(), here.getBoundingClientRect()];
    row.scrollBy({ left: inner.left + inner.width / 2 - outer.left - outer.width / 2, behavior: "instant" });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".ways").forEach(showWay);
    focusOnErrors(document);
  });
})();
