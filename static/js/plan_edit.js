// 改平面图: draw the houses on the plan (Leaflet with plain coordinates, Geoman for drawing).
// What is drawn goes into the form of numbers, which works without any of this.
(() => {
  "use strict";
  const root = document.querySelector("[data-plan-edit]");
  const source = document.getElementById("edit-data");
  if (!root || !source || !window.L) return;
  const L = window.L;
  const data = JSON.parse(source.textContent);
  const find = (selector) => root.querySelector(selector);
  const canvas = find("[data-canvas]");
  const form = find("[data-outlines-form]");
  const which = find("[data-which]");
  const hint = find("[data-hint]");
  const undo = find("[data-undo-line]");
  const houses = new Map(data.houses.map((house) => [String(house.key), house]));
  const layers = new Map();
  const history = [];
  let mode = "";
  let saved = false;

  canvas.hidden = false;
  find("[data-tools]").hidden = false;
  const bounds = [[0, 0], [data.height, data.width]];
  const map = L.map(canvas, { crs: L.CRS.Simple, minZoom: -4, maxZoom: 3, zoomSnap: 0.05, wheelPxPerZoomLevel: 120, attributionControl: false, zoomControl: false });
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  map.pm.setLang("zh");
  map.pm.setGlobalOptions({ allowSelfIntersection: false, snappable: true, snapDistance: 12, tooltips: false });
  const base = find("[data-base]");
  if (canvas.dataset.picture) {
    base.remove();
    L.imageOverlay(canvas.dataset.picture, bounds, { alt: "" }).addTo(map);
  } else L.svgOverlay(base, bounds).addTo(map);
  const numbers = find("[data-numbers]");
  numbers.open = "faulty" in numbers.dataset;
  map.fitBounds(bounds);
  map.setMaxBounds(L.latLngBounds(bounds).pad(0.25));

  // ----- points of the plan (y downwards) and of Leaflet (upwards)
  const up = ([x, y]) => [data.height - y, x];
  const down = (at) => [Math.round(at.lng), Math.round(data.height - at.lat)];
  const pointsOf = (layer) => layer.getLatLngs()[0].map(down);
  const boxOf = (points) => {
    const xs = points.map((point) => point[0]);
    const ys = points.map((point) => point[1]);
    const x = Math.min(...xs);
    const y = Math.min(...ys);
    return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
  };
  const cornersOf = ([x, y, w, h]) => [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];

  function outlines() {
    return Object.fromEntries([...layers].filter(([, layer]) => !layer.isOwn).map(([key, layer]) => [key, pointsOf(layer)]));
  }

  function put(key, points, isOwn = false) {
    layers.get(key)?.remove();
    const layer = L.polygon(points.map(up), { className: isOwn ? "edit-house is-own" : "edit-house" });
    layer.key = key;
    layer.isOwn = isOwn;
    layer.bindTooltip(houses.get(key).name, { permanent: true, direction: "center", className: "edit-name", interactive: false });
    layer.addTo(map);
    layers.set(key, layer);
    layer.on("click", () => {
      which.value = key;
      if (mode === "remove") change(() => erase(key));
    });
    layer.on("pm:dragstart pm:markerdragstart", remember);
    layer.on("pm:edit pm:dragend", () => {
      layer.isOwn = false;
      layer.getElement()?.classList.remove("is-own");
      layer.getTooltip()?.setLatLng(layer.getCenter());
      written();
    });
    return layer;
  }

  function erase(key) {
    layers.get(key)?.remove();
    layers.delete(key);
    const own = houses.get(key).own;
    if (own) put(key, cornersOf(own), true);
  }

  function drawAll(told) {
    for (const layer of layers.values()) layer.remove();
    layers.clear();
    for (const [key, house] of houses) {
      if (told[key]) put(key, told[key]);
      else if (house.own) put(key, cornersOf(house.own), true);
    }
    setMode(mode);
    written();
  }

  // ----- one step back
  function remember() {
    const now = JSON.stringify(outlines());
    if (history.at(-1) !== now) history.push(now);
    if (history.length > 100) history.shift();
    undo.disabled = false;
  }

  function change(act) {
    remember();
    act();
    setMode(mode);
    written();
  }

  undo.addEventListener("click", () => {
    const before = history.pop();
    undo.disabled = !history.length;
    if (before) drawAll(JSON.parse(before));
  });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.closest("input, textarea")) {
      event.preventDefault();
      undo.click();
    }
    if (event.key === "Escape") setMode("");
  });

  // ----- the form follows what is drawn
  function written() {
    const told = outlines();
    form.elements.outlines.value = JSON.stringify(told);
    for (const row of form.querySelectorAll("tr[data-b]")) {
      const box = told[row.dataset.b] ? boxOf(told[row.dataset.b]) : ["", "", "", ""];
      row.querySelectorAll("input").forEach((input, n) => {
        if (input !== document.activeElement) input.value = box[n];
      });
    }
    list();
  }

  form.addEventListener("change", (event) => {
    const row = event.target.closest("tr[data-b]");
    if (!row) return;
    const box = [...row.querySelectorAll("input")].map((input) => input.value.trim());
    if (box.every(Boolean)) change(() => put(row.dataset.b, cornersOf(box.map(Number))));
    else if (box.every((value) => !value)) change(() => erase(row.dataset.b));
  });
  form.addEventListener("submit", () => {
    saved = true;
  });
  addEventListener("beforeunload", (event) => {
    if (history.length && !saved) event.preventDefault();
  });

  // ----- which house is drawn next
  function list() {
    const now = which.value;
    const told = outlines();
    which.replaceChildren(...[...houses].map(([key, house]) => {
      const option = document.createElement("option");
      option.value = key;
      option.textContent = house.name + (told[key] ? "（画了）" : "");
      return option;
    }));
    if (houses.has(now)) which.value = now;
  }

  function onward() {
    const told = outlines();
    const keys = [...houses.keys()];
    const at = keys.indexOf(which.value);
    const next = [...keys.slice(at + 1), ...keys.slice(0, at)].find((key) => !told[key]);
    if (next) which.value = next;
  }

  // ----- modes: one at a time
  const HINTS = {
    "": "先选楼，再选画法。点一下楼也能选中它。",
    Rectangle: "点楼的一个角，再点对角。",
    Polygon: "一角一角点，点回第一个角就画好了。",
    drag: "按住一栋楼拖到对的地方。",
    edit: "拉白点改形状；点一下白点之间的小点能加一个角。",
    remove: "点哪栋，就擦掉哪栋。",
  };

  function setMode(wanted) {
    map.pm.disableDraw();
    if (map.pm.globalEditModeEnabled()) map.pm.disableGlobalEditMode();
    if (map.pm.globalDragModeEnabled()) map.pm.disableGlobalDragMode();
    mode = wanted;
    if (mode === "Rectangle" || mode === "Polygon") map.pm.enableDraw(mode, { tooltips: false, templineStyle: { className: "edit-line" }, hintlineStyle: { className: "edit-line" }, pathOptions: { className: "edit-house" } });
    if (mode === "edit") map.pm.enableGlobalEditMode({ allowSelfIntersection: false });
    if (mode === "drag") map.pm.enableGlobalDragMode();
    canvas.classList.toggle("is-removing", mode === "remove");
    hint.textContent = HINTS[mode];
    for (const button of root.querySelectorAll("[data-draw], [data-mode]")) {
      const on = (button.dataset.draw || button.dataset.mode) === mode;
      button.classList.toggle("is-on", on);
      button.setAttribute("aria-pressed", on);
    }
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draw], [data-mode]");
    if (!button) return;
    const wanted = button.dataset.draw || button.dataset.mode;
    setMode(wanted === mode ? "" : wanted);
  });

  map.on("pm:create", ({ layer, shape }) => {
    const points = pointsOf(layer);
    const [, , w, h] = boxOf(points);
    layer.remove();
    const key = which.value;
    if (w < 12 || h < 12) {
      hint.textContent = "画得太小了，再画大一点。";
    } else {
      change(() => put(key, points));
      onward();
    }
    setTimeout(() => setMode(shape)); // Geoman stops drawing after this event
  });

  const first = Object.fromEntries([...houses].filter(([, house]) => house.points).map(([key, house]) => [key, house.points]));
  let before = first;
  try {
    const refused = form.elements.outlines.value;
    if (refused) before = JSON.parse(refused);
  } catch {
    before = first;
  }
  list();
  drawAll(before);
  which.value = [...houses.keys()].find((key) => !before[key]) || which.value;
  setMode("");
  map.invalidateSize();
  map.fitBounds(bounds);
  root.dataset.ready = "true";
})();
