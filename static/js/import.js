// The import of a ledger: says at once what is wrong with a file, and which columns stay out.
(() => {
  "use strict";
  const MOST = 40 * 1024 * 1024;

  for (const input of document.querySelectorAll("input[data-ledger]")) {
    const told = input.form.querySelector("[data-chosen]");
    const endings = input.accept.split(",");
    input.addEventListener("change", () => {
      const file = input.files[0];
      told.hidden = !file;
      if (!file) return;
      const isTable = endings.some((ending) => file.name.toLowerCase().endsWith(ending));
      const wrong = !isTable ? "这不是表格文件，请选Excel、WPS或CSV。"
        : file.size > MOST ? "文件超过40 MB，请删掉图片和用不到的工作表。"
        : file.size === 0 ? "这个文件是空的，请重新选。" : "";
      told.classList.toggle("is-wrong", Boolean(wrong));
      told.textContent = wrong || `选好了，${size(file.size)}。`;
    });
  }

  function size(bytes) {
    return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  }

  for (const form of document.querySelectorAll("form[data-mapping]")) {
    const line = form.querySelector("[data-unused]");
    const tell = () => {
      const unused = [];
      for (const select of form.querySelectorAll("select[data-column]")) {
        const row = select.closest("li");
        row.classList.toggle("is-off", !select.value);
        if (!select.value) unused.push(row.querySelector("label").textContent.trim());
      }
      line.hidden = !unused.length;
      line.querySelector("span").textContent = unused.join("、");
    };
    form.addEventListener("change", tell);
    tell();
  }
})();
