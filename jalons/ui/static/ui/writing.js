// What is typed: checked by the guard before it is saved, and kept every few seconds where a form asks for it.
// Without this script forms still post, and one sent too late is kept by the server all the same.
"use strict";
(() => {
  const GUARD_AFTER = 600; // ms without a key: the sentence is there, the hand rests
  const KEEP_AFTER = 1500;
  const RETRY_AFTER = 10000;
  const guardAt = document.querySelector("meta[name=jalons-guard]")?.content;
  const token = (form) => form?.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

  function post(address, fields, form, keepalive) {
    const headers = { "X-CSRFToken": token(form), "X-Requested-With": "fetch" };
    return fetch(address, { method: "POST", body: new URLSearchParams(fields), headers, keepalive: Boolean(keepalive), credentials: "same-origin" });
  }

  // The guard: warns beside the field, never stops anybody.
  const checked = new WeakMap();
  const waiting = new WeakMap();

  function placeOf(field) {
    const id = `${field.id || field.name}_guard`;
    let place = document.getElementById(id);
    if (!place) {
      place = document.createElement("div");
      place.id = id;
      place.className = "guard";
      place.setAttribute("role", "status");
      field.insertAdjacentElement("afterend", place);
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
    }
    return place;
  }

  async function check(field) {
    const text = field.value.trim();
    if (!guardAt || checked.get(field) === text) return;
    if (text.length < 3 && !checked.get(field)) return;
    checked.set(field, text);
    let remarks = [];
    try {
      const answer = text.length < 3 ? null : await post(guardAt, { text }, field.form);
      if (answer && !answer.ok) return;
      remarks = answer ? (await answer.json()).remarks : [];
    } catch {
      checked.delete(field); // no connection: asked again at the next key
      return;
    }
    if (checked.get(field) !== text) return; // something else was typed meanwhile
    const shown = remarks.map((remark) => {
      const line = document.createElement("p");
      line.textContent = remark.words;
      return line;
    });
    if (shown.length || document.getElementById(`${field.id || field.name}_guard`)) placeOf(field).replaceChildren(...shown);
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-guard]:not([data-guard=off])")) return;
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => check(field), GUARD_AFTER));
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("[data-guard]:not([data-guard=off])")) check(event.target);
  });

  // Drafts: the form says where, the answer says which draft and which step this page now knows.
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const text = form.querySelector("[name=text]");
    const status = form.querySelector("[data-draft-status]");
    let kept = text.value;
    let timer = 0;
    let busy = false;
    let hidden = false; // the page was hidden while a request ran: what was typed since goes as soon as it is answered
    const say = (words) => { if (status.textContent !== words) status.textContent = words; };

    async function keep(leaving) {
      clearTimeout(timer);
      if (text.value === kept) return;
      if (busy) {
        hidden ||= leaving;
        return;
      }
      busy = true;
      const sent = text.value;
      const fields = Object.fromEntries(["text", "written_on", "key", "step", "seen", "note"].map((name) => [name, form.elements[name]?.value ?? ""]));
      try {
        const answer = await post(form.dataset.draft, fields, form, leaving);
        if (answer.status === 401) {
          say("Votre session est terminée. Enregistrez : après la connexion, votre texte vous attend.");
          return;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        const now = await answer.json();
        kept = sent;
        form.elements.key.value = now.key;
        form.elements.step.value = now.step;
        say([now.at ? `Brouillon gardé à ${now.at}.` : "", now.others].filter(Boolean).join(" "));
      } catch {
        say("Brouillon pas encore gardé : pas de réponse. Votre texte reste ici, nouvel essai dans dix secondes.");
        timer = setTimeout(() => keep(false), RETRY_AFTER);
        return;
      } finally {
        busy = false;
      }
      const leave = hidden;
      hidden = false;
      if (text.value !== sent && !sending) timer = setTimeout(() => keep(leave), leave ? 0 : KEEP_AFTER);
    }

    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => keep(false), KEEP_AFTER);
    });
    let sending = false;
    form.addEventListener("submit", () => { sending = true; clearTimeout(timer); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && !sending) keep(true);
    });
  }
})();
