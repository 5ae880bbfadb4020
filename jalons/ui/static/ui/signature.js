// A pad on which a hand signs: pointer, touch or keyboard. Each writes SVG path data in its hidden field.
"use strict";
(() => {
  const WIDTH = 600;
  const HEIGHT = 200;
  const CLOSEST = 3; // units between two points kept: a signature stays readable and short
  const ARROW = 10;
  const ARROWS = { ArrowLeft: [-ARROW, 0], ArrowRight: [ARROW, 0], ArrowUp: [0, -ARROW], ArrowDown: [0, ARROW] };

  function start(pad) {
    const field = document.getElementById(pad.dataset.signature);
    const surface = pad.querySelector(".signature-pad");
    const svg = pad.querySelector("svg");
    const state = pad.querySelector("[data-state]");
    const pen = { x: WIDTH / 2, y: HEIGHT / 2, down: false };
    const strokes = [...field.value.matchAll(/M([^M]+)/g)].map((found) =>
      found[1].split("L").map((pair) => pair.trim().split(/[ ,]+/).map(Number)),
    );

    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));

    function show() {
      const path = strokes.map((points) => `M${points.map((point) => point.join(" ")).join(" L")}`).join(" ");
      svg.querySelector(".ink").setAttribute("d", path);
      svg.querySelector(".pen").setAttribute("cx", pen.x);
      svg.querySelector(".pen").setAttribute("cy", pen.y);
      svg.querySelector(".pen").classList.toggle("down", pen.down);
      if (field.value === path) return;
      field.value = path;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function tell() {
      const many = strokes.length;
      const text = many > 1 ? `${many} traits tracés.` : many ? "1 trait tracé." : "Rien n’est encore tracé.";
      state.textContent = pen.down ? `Plume posée. ${text}` : text;
    }

    function begin(x, y) {
      strokes.push([[x, y], [within(x + 1, WIDTH), y]]); // a dot is a signature too
      pen.down = true;
    }

    function draw(x, y) {
      const points = strokes.at(-1);
      const [lastX, lastY] = points.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= CLOSEST) points.push([x, y]);
    }

    function lift() {
      pen.down = false;
      show();
      tell();
    }

    function place(event) {
      const box = svg.getBoundingClientRect();
      pen.x = within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH);
      pen.y = within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT);
    }

    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      svg.setPointerCapture(event.pointerId);
      place(event);
      begin(pen.x, pen.y);
      show();
    });
    svg.addEventListener("pointermove", (event) => {
      if (!pen.down || !svg.hasPointerCapture(event.pointerId)) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) {
        place(one);
        draw(pen.x, pen.y);
      }
      show();
    });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => pen.down && lift());

    const undo = () => {
      strokes.pop();
      lift();
    };
    const clear = () => {
      strokes.length = 0;
      lift();
    };

    surface.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const arrow = ARROWS[event.key];
      if (arrow) {
        pen.x = within(pen.x + arrow[0], WIDTH);
        pen.y = within(pen.y + arrow[1], HEIGHT);
        if (pen.down) draw(pen.x, pen.y);
        show();
      } else if (event.key === " ") {
        if (pen.down) lift();
        else {
          begin(pen.x, pen.y);
          show();
          tell();
        }
      } else if (event.key === "Backspace") undo();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    surface.addEventListener("blur", () => pen.down && lift());
    pad.querySelector("[data-undo]").addEventListener("click", undo);
    pad.querySelector("[data-clear]").addEventListener("click", clear);
    show();
    tell();
  }

  document.querySelectorAll("[data-signature]").forEach(start);
  for (const part of document.querySelectorAll("[data-signature-screen]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-signature-without]")) part.hidden = true;
  for (const part of document.querySelectorAll("[data-signature-paper]")) part.open = part.querySelector("[data-open]") !== null;
})();
