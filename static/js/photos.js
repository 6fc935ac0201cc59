// Photos before sending. A [data-photos] holds one <input type=file multiple>; this shows the
// chosen pictures, lets one be taken away, keeps at most data-most (6; with 1 another photo takes
// its place), shrinks what is larger than 2560 px, and remembers them in this browser for a
// form[data-draft]. Without JavaScript the file input alone works.
(() => {
  "use strict";
  const LONGEST = 2560;
  const DB = "tongxin-photos";

  // ----- remembering (IndexedDB); any failure only means that nothing is remembered
  const open = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open(DB, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  async function db(mode, act) {
    try {
      const base = await open();
      return await new Promise((resolve, reject) => {
        const asked = act(base.transaction("drafts", mode).objectStore("drafts"));
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    } catch { return null; }
  }
  const forget = (key) => db("readwrite", (store) => store.delete(key));
  document.addEventListener("tongxin:forget", (event) => forget(event.detail));
  for (const done of document.querySelectorAll("[data-draft-done]")) forget(done.dataset.draftDone);

  async function shrink(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !window.createImageBitmap) return file;
    try {
      const image = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = LONGEST / Math.max(image.width, image.height);
      if (scale >= 1 && file.size < 3e6) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * Math.min(scale, 1));
      canvas.height = Math.round(image.height * Math.min(scale, 1));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
    } catch { return file; }
  }

  const sprite = document.querySelector("use")?.getAttribute("href")?.split("#")[0] || "";
  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  }

  function setUp(box) {
    const input = box.querySelector("input[type=file]");
    if (!input || !window.DataTransfer || box.dataset.photosOn) return;
    box.dataset.photosOn = "1";
    const most = Number(box.dataset.most || 6);
    const one = most === 1;
    const key = input.form?.dataset.draft;
    let chosen = [];
    const grid = document.createElement("div");
    grid.className = "shots";
    const note = document.createElement("p");
    note.className = "shots-note";
    note.setAttribute("role", "status");
    const add = document.createElement("label");
    add.className = "add-shot";
    const words = document.createElement("span");
    add.append(icon("camera"), words);
    input.classList.add("unseen");
    input.before(grid);
    grid.after(note);
    add.append(input);

    function show(message = "") {
      for (const old of grid.querySelectorAll("img")) URL.revokeObjectURL(old.src);
      grid.replaceChildren();
      chosen.forEach((file, index) => {
        const figure = document.createElement("figure");
        const image = document.createElement("img");
        image.src = URL.createObjectURL(file);
        image.alt = `第 ${index + 1} 张照片`;
        const away = document.createElement("button");
        away.type = "button";
        away.setAttribute("aria-label", `去掉第 ${index + 1} 张`);
        away.append(icon("x"));
        away.addEventListener("click", () => { chosen.splice(index, 1); commit(); input.focus(); });
        figure.append(image, away);
        grid.append(figure);
      });
      words.textContent = !chosen.length ? "拍照或选照片" : one ? "换一张" : "再拍一张";
      if (one || chosen.length < most) grid.append(add);
      else { add.remove(); box.append(input); }
      note.textContent = message || (chosen.length >= most && !one ? `最多 ${most} 张，已经够了。` : "");
    }
    function commit(message) {
      const carry = new DataTransfer();
      for (const file of chosen) carry.items.add(file);
      input.files = carry.files;
      show(message);
      if (key) chosen.length ? db("readwrite", (store) => store.put(chosen, key)) : forget(key);
    }
    input.addEventListener("change", async () => {
      const fresh = [...input.files].filter((file) => !chosen.includes(file));
      const images = fresh.filter((file) => /^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || /\.(heic|heif)$/i.test(file.name));
      note.textContent = images.length ? "正在收照片……" : "";
      // Where one photo is asked for, the new one takes the place of the old one.
      const room = images.slice(0, one ? 1 : most - chosen.length);
      const taken = [];
      for (const file of room) taken.push(await shrink(file));
      chosen = one && taken.length ? taken : [...chosen, ...taken];
      commit(images.length < fresh.length ? "有的文件不是照片（只收 JPG、PNG、WebP），没有收。" : room.length < images.length ? `最多 ${most} 张，多的没有收。` : "");
    });
    input.form?.addEventListener("reset", () => { chosen = []; commit(); });
    show();
    if (key && !document.querySelector(`[data-draft-done="${key}"]`))
      db("readonly", (store) => store.get(key)).then((kept) => {
        if (Array.isArray(kept) && kept.length && !chosen.length) { chosen = kept.slice(0, most); commit("上次选的照片也留着。"); }
      });
  }

  // Forms of acts come with the page, or when an act is unfolded.
  const setUpAll = (root) => { for (const box of root.querySelectorAll("[data-photos]")) setUp(box); };
  setUpAll(document);
  document.addEventListener("htmx:load", (event) => setUpAll(event.detail.elt));
})();
