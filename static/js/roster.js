// Filling a roster: one person keeps one building or entrance. Whoever is chosen a second time
// changes places with whoever stood there; without this script the server says which two it is.
(() => {
  "use strict";
  const form = document.querySelector("form[data-swap]");
  if (!form) return;
  const selects = [...form.querySelectorAll("[data-posts] select")];
  const before = new Map(selects.map((select) => [select, select.value]));
  function offer(select, option) {
    if (!option || [...select.options].some((one) => one.value === option.value)) return;
    select.add(option.cloneNode(true));
  }
  form.addEventListener("change", (event) => {
    const here = event.target;
    if (!before.has(here)) return;
    const other = here.value && selects.find((one) => one !== here && one.value === here.value);
    if (other) {
      const old = before.get(here);
      offer(other, [...here.options].find((one) => one.value === old));
      other.value = old;
      before.set(other, old);
      other.closest(".ro-row").classList.add("is-swapped");
    }
    before.set(here, here.value);
  });
})();
