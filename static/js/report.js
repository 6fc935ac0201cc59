// Small help on the report page. Without JavaScript the page works as it is.
(() => {
  "use strict";
  // "not the same thing": neighbours' reports do not come back while one goes on writing
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-not-same]")) return;
    document.getElementById("same")?.remove();
    document.getElementById("id_text")?.focus();
  });
  // a kind restored from a draft must not hide in the folded part
  window.addEventListener("load", () => {
    for (const fold of document.querySelectorAll(".more-picks"))
      if (fold.querySelector("input:checked")) fold.open = true;
  });
})();
