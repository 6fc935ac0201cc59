// Keyboard of the working pages: / search, j k rows (arrows too in what was found), Enter open, x choose, u undo, ? all keys.
(() => {
  "use strict";
  const ARROWS = { ArrowDown: 1, ArrowUp: -1 }; // where the list says data-arrows
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => (row.checkVisibility ? row.checkVisibility() : row.offsetParent !== null));
  const current = () => document.querySelector("[data-rows] .is-cur");

  function move(step) {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(current());
    const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
    for (const row of list) row.classList.toggle("is-cur", row === next);
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a[href]")?.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-rows] [data-row]");
    if (row) for (const other of rows()) other.classList.toggle("is-cur", other === row);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog");
    if (event.key === "Escape" && event.target.matches("[data-search]")) return event.target.blur();
    if (ARROWS[event.key] && document.querySelector("[data-arrows]") && (!typing || event.target.matches("[data-search]"))) {
      move(ARROWS[event.key]);
      return event.preventDefault();
    }
    if (typing) return;
    if (event.key === "/") {
      const box = document.querySelector("[data-search]");
      if (!box) return;
      box.focus();
      box.select();
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter" && event.target === document.body) {
      const link = current()?.querySelector("a[href]");
      if (!link) return;
      link.click();
    } else if (event.key === "x") {
      const box = current()?.querySelector("input[type=checkbox]");
      if (!box) return;
      box.click();
    } else if (event.key === "u") {
      const undo = document.querySelector("[data-undo]");
      if (!undo) return;
      undo.click();
    } else if (event.key === "?") document.getElementById("keys")?.showModal();
    else return;
    event.preventDefault();
  });
})();
