// 看一眼: a button beside every password shows what was typed. Without JavaScript there is none.
(() => {
  "use strict";
  for (const input of document.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "eye";
    button.textContent = "看一眼";
    button.setAttribute("aria-pressed", "false");
    if (input.id) button.setAttribute("aria-controls", input.id);
    const box = document.createElement("div");
    box.className = "with-eye";
    input.before(box);
    box.append(input, button);
    button.addEventListener("click", () => {
      const shows = input.type === "password";
      input.type = shows ? "text" : "password";
      button.textContent = shows ? "藏起来" : "看一眼";
      button.setAttribute("aria-pressed", String(shows));
      input.focus();
    });
    // what stands open on the screen is never sent as plain text the browser would remember
    input.form?.addEventListener("submit", () => { input.type = "password"; });
  }
})();
