// 民情图: recolour the plan, move the red circle, load the panel; without it every step is a link.
(() => {
  "use strict";
  const map = document.querySelector("[data-map]");
  const source = document.getElementById("plan-data");
  if (!map || !source) return;
  const data = JSON.parse(source.textContent);
  const all = (selector, root = map) => [...root.querySelectorAll(selector)];
  const sprite = (map.querySelector(".kf use")?.getAttribute("href") || "").split("#")[0];
  const steps = map.querySelector("[data-ramp-steps]");
  let on = data.on;
  let per = data.per ? 1 : 0;
  let colour = data.layers[on].colour;
  const doors = all("a.m-go");
  const doorOf = (house) => doors.find((one) => one.dataset.go === house.dataset.b);
  const houseOf = (door) => map.querySelector(`.m-b[data-b="${door.dataset.go}"]`);
  let building = map.querySelector(".m-b.is-chosen")?.dataset.b || "";

  function address(more = {}) {
    const query = new URLSearchParams({ kind: on });
    if (per) query.set("per", "100");
    if (building) query.set("building", building);
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    return `?${query}`;
  }

  function recolour() {
    const layer = data.layers[on];
    const shown = layer.by[per];
    map.classList.replace(`c-${colour}`, `c-${layer.colour}`);
    colour = layer.colour;
    for (const house of all(".m-b")) {
      const key = house.dataset.b;
      const number = shown.n[key] || "0";
      house.dataset.s = shown.s[key] || 0;
      const count = house.querySelector(".m-cnt");
      count.textContent = number;
      count.classList.toggle("is-long", number.length > 3);
      const sign = house.querySelector(".m-plqk");
      sign.classList.toggle("icon", !layer.icon.startsWith("k-"));
      sign.firstElementChild.setAttribute("href", `${sprite}#${layer.icon}`);
      const no = house.querySelector(".m-no").firstChild.textContent;
      doorOf(house).setAttribute("aria-label", `${no} 栋，${layer.name} ${number}${per ? "" : ` ${layer.unit}`}${house.dataset.said}`);
      for (const small of all(".m-kd", house)) small.classList.toggle("is-on", small.dataset.k === on);
    }
    for (const chip of all(".kf")) mark(chip, chip.dataset.layer === on);
    for (const mode of all("[data-per]")) mark(mode, Number(mode.dataset.per) === per);
    map.querySelector("[data-ramp-name]").textContent = layer.name;
    steps.replaceChildren(...shown.ramp.map(([step, words]) => {
      const part = document.createElement("span");
      const box = document.createElement("i");
      part.className = "rs";
      box.dataset.s = step;
      part.append(box, words);
      return part;
    }));
    if (!shown.ramp.length) steps.textContent = "还没有";
    relink();
    speak();
  }

  function mark(link, yes) {
    link.classList.toggle("is-on", yes);
    if (yes) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }

  function relink() {
    const query = new URLSearchParams(address());
    for (const link of all("a.kf, a.m-go, a[data-per]")) {
      const own = new URLSearchParams(query);
      if (link.dataset.layer) own.set("kind", link.dataset.layer);
      if (link.dataset.go) own.set("building", link.dataset.go);
      if (link.dataset.per) own.delete("per");
      if (link.dataset.per === "1") own.set("per", "100");
      link.setAttribute("href", `?${own}`);
    }
    for (const link of all("[data-keep-kind]")) link.setAttribute("href", `${link.getAttribute("href").split("?")[0]}?kind=${encodeURIComponent(on)}`);
  }

  // The panel's words for the kind that is now shown.
  function speak() {
    const words = document.getElementById("plan-sentences");
    const place = map.querySelector("[data-sentence]");
    for (const row of all(".kt tr[data-k]")) row.classList.toggle("is-on", row.dataset.k === on);
    const said = words && place && JSON.parse(words.textContent)[on];
    if (!said) return;
    const figure = document.createElement("b");
    figure.textContent = said[1];
    place.replaceChildren(said[0], ...(said[1] ? [figure] : []), said[2]);
    const parts = map.querySelector("[data-parts]");
    const made = data.layers[on].parts;
    if (parts) parts.textContent = made ? `全小区${made}。` : "";
  }

  function circle(house) {
    for (const other of all(".m-b")) {
      other.classList.toggle("is-chosen", other === house);
      const link = doorOf(other);
      if (other === house) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    map.querySelector("[data-ring-mark]")?.setAttribute("transform", house.dataset.ring);
  }

  async function loadPanel(url) {
    const panel = document.getElementById("plan-panel");
    panel.classList.add("is-loading");
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const fresh = document.createElement("template");
      fresh.innerHTML = await answer.text();
      panel.replaceWith(fresh.content);
      window.htmx?.process(document.getElementById("plan-panel"));
      relink();
      speak();
    } catch {
      location.assign(url);
    }
  }

  map.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const chip = event.target.closest("a.kf");
    const mode = event.target.closest("a[data-per]");
    const door = event.target.closest("a.m-go");
    const house = door && houseOf(door);
    const list = event.target.closest("a[data-list]");
    if (!chip && !mode && !house && !list) return;
    event.preventDefault();
    if (chip) on = chip.dataset.layer;
    if (mode) per = Number(mode.dataset.per);
    if (chip || mode) {
      recolour();
      history.replaceState(null, "", address());
    } else if (house) {
      building = house.dataset.b;
      circle(house);
      history.replaceState(null, "", address());
      loadPanel(address());
    } else loadPanel(address(list.getAttribute("href").includes("list=") ? { list: "building" } : {}));
  });

  // ----- arrows walk from house to house; Tab goes by number
  function next(here, way) {
    const middle = (door) => {
      const box = door.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(here);
    let best = null;
    let least = Infinity;
    for (const door of doors) {
      const [left, top] = middle(door);
      const along = (left - x) * way[0] + (top - y) * way[1];
      const across = Math.abs((left - x) * way[1]) + Math.abs((top - y) * way[0]);
      if (door === here || along < 4 || across > along * 2) continue;
      const far = along + across * (way[0] ? 3 : 1); // along the row, or to the next row
      if (far < least) [best, least] = [door, far];
    }
    return best;
  }

  map.addEventListener("keydown", (event) => {
    const here = event.target.closest("a.m-go");
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!here || !way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    next(here, way)?.focus();
  });

  for (const door of doors) {
    const house = houseOf(door);
    door.addEventListener("pointerenter", () => house.classList.add("is-over"));
    door.addEventListener("pointerleave", () => house.classList.remove("is-over"));
  }

  const print = map.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  map.dataset.ready = "true";
})();
