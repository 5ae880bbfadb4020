"""Somebody who has a keyboard and no mouse: goes from one element to the next, and must always see where they are."""

from __future__ import annotations

from typing import Any

MOST_TABS = 220
FOCUS = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));  // the page scrolls to it first
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const text = (node) => (node ? node.innerText || node.textContent || "" : "");
  const labelled = (one.getAttribute("aria-labelledby") || "").split(" ").map((id) => text(document.getElementById(id)));
  const labels = [...(one.labels || [])].map(text);
  const named = one.getAttribute("aria-label") || labelled.join(" ").trim() || labels.join(" ") || text(one) || one.value || "";
  const shown = one.labels && one.labels.length && one.getBoundingClientRect().width <= 1 ? one.labels[0] : one;
  const box = shown.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 40), 1), innerWidth - 2);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 1), innerHeight - 2);
  const top = document.elementFromPoint(x, y);
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const style = getComputedStyle(one);
  const around = getComputedStyle(shown);
  const outlined = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0;
  const ringed = [style, around].some((s) => outlined(s) || s.boxShadow !== "none");
  return {
    name: named.replace(/\\s+/g, " ").trim(),
    kind: one.type || one.getAttribute("role") || one.tagName.toLowerCase(),
    sized: box.width > 1 && box.height > 1,
    inside,
    box: [box.left, box.top, box.width, box.height].map(Math.round).join(" "),
    covered: !(top && (shown.contains(top) || top.contains(shown))),
    ringed,
  };
}"""


class Keyboard:
    """Keys only. After each Tab the focus must be somewhere, large enough, on the screen, not covered, and ringed."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type a text where the focus is."""
        self.page.keyboard.type(text)

    def reach(self, name: str, kind: str | None = None) -> None:
        """Press Tab until the element called so (its name begins with it) has the focus."""
        passed: list[str] = []
        for _ in range(MOST_TABS):
            self.press("Tab")
            found = self.page.evaluate(FOCUS)
            if found is None:
                continue  # the browser's own bar, before the page begins again
            self._must_be_seen(found)
            passed.append(found["name"])
            if found["name"].startswith(name) and kind in (None, found["kind"]):
                return
        raise AssertionError(f"« {name} » is not reached with Tab; seen: {list(dict.fromkeys(passed))}")

    def fill(self, label: str, text: str) -> None:
        """Go to a field, replace what it says."""
        self.reach(label)
        self.press("Control+a")
        self.write(text)

    def choose(self, label: str, option: str) -> None:
        """Go to a list and choose an option by the first letters of its text."""
        self.reach(label)
        self.write(option)

    def tick(self, label: str) -> None:
        """Go to a box and tick it."""
        self.reach(label)
        self.press("Space")

    def pick(self, option: str) -> None:
        """Go to the group of radio buttons that holds ``option``, and take it with the arrows."""
        for _ in range(MOST_TABS):
            self.press("Tab")
            found = self.page.evaluate(FOCUS)
            for _ in range(30 if found and found["kind"] == "radio" else 0):
                self._must_be_seen(found)
                if found["name"].startswith(option):
                    self.press("Space")
                    self.page.wait_for_load_state("networkidle")  # what the choice makes appear has appeared
                    return
                self.press("ArrowDown")
                found = self.page.evaluate(FOCUS)
        raise AssertionError(f"the choice « {option} » is not reached with Tab and the arrows")

    def activate(self, name: str) -> None:
        """Go to a button or a link and press Enter."""
        self.reach(name)
        self.press("Enter")

    def expect(self, text: str) -> None:
        """Wait for a text of the page."""
        self.page.get_by_text(text).first.wait_for()

    def _must_be_seen(self, found: dict[str, Any]) -> None:
        where = f"« {found['name'] or '?'} » ({found['kind']}) at {self.page.url}"
        assert found["sized"], f"the focus is on something too small to be seen: {where}"
        assert found["inside"], f"the focus is out of the screen: {where} {found['box']}"
        assert not found["covered"], f"the focus is hidden under something: {where}"
        assert found["ringed"], f"nothing shows the focus: {where}"
