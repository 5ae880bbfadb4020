// The keyboard, selection and dialogs. Pages work without it: forms post, links lead.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr, [data-rows-list] > [data-row]")];
  let at = -1;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("at");
    at = Math.max(0, Math.min(all.length - 1, at + step));
    const row = all[at];
    row.classList.add("at");
    row.scrollIntoView({ block: "nearest" });
    (row.querySelector("a, button") ?? row).focus({ preventScroll: true });
  }

  function countSelected() {
    const boxes = [...document.querySelectorAll("input[data-select]")];
    const chosen = boxes.filter((box) => box.checked).length;
    const all = document.querySelector("input[data-select-all]");
    if (all) {
      all.checked = boxes.length > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    for (const place of document.querySelectorAll("[data-selected-count]")) {
      place.textContent = chosen > 1 ? `${chosen} lignes choisies` : chosen ? "1 ligne choisie" : "Aucune ligne choisie";
    }
  }

  const keys = {
    "/": () => document.querySelector("input[data-search]")?.focus(),
    j: () => move(1),
    k: () => move(-1),
    " ": () => {
      const box = rows()[at]?.querySelector("input[data-select]");
      if (!box) return false;
      box.checked = !box.checked;
      countSelected();
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      for (const open of document.querySelectorAll("details.menu[open]")) open.open = false;
      return;
    }
    if (typing(event.target) && event.target.type !== "checkbox") return;
    const own = rows()[at]?.querySelector(`[data-key="${CSS.escape(event.key)}"]`) ?? document.querySelector(`[data-page-key="${CSS.escape(event.key)}"]`);
    if (own) {
      event.preventDefault();
      own.click();
      return;
    }
    if (event.key === "Enter" && at >= 0 && event.target === document.body) rows()[at]?.querySelector("a")?.click();
    if (event.key === " " && event.target.closest("button, summary, a")) {
      if (!rows()[at]?.contains(event.target) || !rows()[at].querySelector("input[data-select]")) return;
    }
    if (keys[event.key] && keys[event.key]() !== false) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-select-all]")) {
      for (const box of document.querySelectorAll("input[data-select]")) box.checked = event.target.checked;
    }
    if (event.target.matches("input[data-select], input[data-select-all]")) countSelected();
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    if (event.target.closest("[data-print]")) window.print();
  });

  // Leaving a form with unsaved words asks first.
  let changed = false;
  document.addEventListener("input", (event) => { if (event.target.closest("form[data-keep]")) changed = true; });
  document.addEventListener("submit", (event) => {
    if ((event.submitter?.formTarget || event.target.target) !== "_blank") changed = false; // a preview leaves the form as it is
  });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  document.querySelector("[data-focus], .has-error input, .has-error textarea, .has-error select")?.focus();
  countSelected();
})();
