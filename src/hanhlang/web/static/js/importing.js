// Says that a file is under way, and keeps a second press from sending it twice. Without it the form works all the same.
"use strict";

(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-sends]");
    if (!form) return;
    const button = form.querySelector("button");
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    form.querySelector("[data-sending]").hidden = false;
  });

  // Back from the next page the form is as it was left: let it be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sends]")) {
      form.querySelector("button").removeAttribute("aria-disabled");
      form.querySelector("[data-sending]").hidden = true;
    }
  });
})();
