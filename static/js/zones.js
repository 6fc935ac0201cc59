// 画责任区: corners are set by clicking on the plan. The words beside it are what is sent; without
// this script they are written by hand, with the numbers of the grid.
(() => {
  "use strict";
  const plan = document.querySelector("[data-zone]");
  const words = document.querySelector("[data-corners]");
  if (!plan || !words) return;
  const zone = plan.querySelector(".zone");
  const handles = plan.querySelector("[data-handles]");
  const said = document.querySelector("[data-said]");
  const most = Number(plan.dataset.most);
  const { width, height } = plan.viewBox.baseVal;
  let points = [];
  let held = -1;
  let moved = false;

  function read() {
    points = words.value.split("\n").map((line) => line.trim().split(/[\s,，]+/).map(Number)).filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
  }

  function draw() {
    zone.setAttribute("points", points.map((point) => point.join(",")).join(" "));
    handles.replaceChildren(...points.map(([x, y], n) => {
      const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      dot.setAttribute("class", "handle");
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      dot.setAttribute("r", width / 90);
      dot.dataset.n = n;
      return dot;
    }));
    said.textContent = points.length ? `${points.length}个角` + (points.length < 3 ? "，至少要3个" : "") : "";
  }

  function write() {
    words.value = points.map((point) => point.join(" ")).join("\n");
    draw();
  }

  function at(event) {
    const box = plan.getScreenCTM().inverse();
    const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(box);
    const inside = (value, limit) => Math.min(limit, Math.max(0, Math.round(value)));
    return [inside(spot.x, width), inside(spot.y, height)];
  }

  plan.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    moved = false;
    held = event.target.dataset.n ? Number(event.target.dataset.n) : -1;
    if (held < 0) {
      if (points.length >= most) {
        said.textContent = `最多${most}个角`;
        return;
      }
      points.push(at(event));
      held = points.length - 1;
      moved = true;
      write();
    }
    plan.setPointerCapture(event.pointerId);
  });
  plan.addEventListener("pointermove", (event) => {
    if (held < 0) return;
    const spot = at(event);
    const [x, y] = points[held];
    if (!moved && Math.hypot(spot[0] - x, spot[1] - y) < width / 150) return;
    moved = true;
    points[held] = spot;
    write();
  });
  plan.addEventListener("pointerup", () => {
    if (held >= 0 && !moved) points.splice(held, 1); // pressed and not moved: it goes
    held = -1;
    write();
  });
  plan.addEventListener("pointercancel", () => {
    held = -1;
  });
  words.addEventListener("input", () => {
    read();
    draw();
  });
  document.querySelector("[data-undo]").addEventListener("click", () => {
    points.pop();
    write();
  });
  document.querySelector("[data-clear]").addEventListener("click", () => {
    points = [];
    write();
  });
  for (const hidden of document.querySelectorAll("[data-tools], [data-how]")) hidden.hidden = false;
  plan.dataset.ready = "";
  read();
  draw();
})();
