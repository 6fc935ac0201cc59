// What was shown for ten minutes does not come back: not out of the browser's memory of pages,
// and not because the computer slept while the minutes ran.
(() => {
  "use strict";
  const LONGEST = 10 * 60 * 1000;
  const seen = new WeakMap();

  function hide(value) {
    if (window.htmx) window.htmx.trigger(value, "tongxin:mask");
    else location.reload();
    value.textContent = "····";
  }

  function look() {
    for (const value of document.querySelectorAll("[data-clear]")) {
      if (!seen.has(value)) seen.set(value, Date.now());
      else if (Date.now() - seen.get(value) > LONGEST) hide(value);
    }
  }

  setInterval(look, 5000);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => {
    for (const value of document.querySelectorAll("[data-clear]")) value.textContent = "····";
  });
  look();
})();
