// The stance timeline: one stop for the keyboard, arrows from point to point, the evidence beside the point.
// Touch shows the evidence first and follows the link in it; mouse and keyboard follow the point's own link.
let pinned = null;

export function initTimeline(root = document) {
  const line = root.querySelector("[data-timeline]");
  if (!line) return;
  const points = [...line.querySelectorAll("[data-point]")].sort(inTime);
  const tip = line.querySelector("[data-tip]");
  let pointer = "mouse";
  points.forEach((point, number) => {
    // the newest is where one begins
    point.setAttribute("tabindex", number === points.length - 1 ? "0" : "-1");
    point.setAttribute("aria-describedby", "timeline-help");
    point.addEventListener("pointerdown", (event) => { pointer = event.pointerType; });
    point.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") show(point, tip, line); });
    point.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && document.activeElement !== point) hide(tip); });
    point.addEventListener("focus", () => show(point, tip, line));
    point.addEventListener("blur", () => setTimeout(() => { if (!tip.contains(document.activeElement) && pinned === point && !line.contains(document.activeElement)) hide(tip); }, 0));
    point.addEventListener("click", (event) => {
      if (pointer === "touch" && event.detail) {
        event.preventDefault();
        show(point, tip, line, true);
      }
    });
    point.addEventListener("keydown", (event) => move(event, points, number, tip));
  });
  document.addEventListener("pointerdown", (event) => { if (!line.contains(event.target)) hide(tip); });
}

function inTime(one, other) {
  const [a, b] = [one.dataset.at, other.dataset.at];
  return a < b ? -1 : a > b ? 1 : one.id < other.id ? -1 : 1;
}

function move(event, points, number, tip) {
  const to = { ArrowRight: number + 1, ArrowDown: number + 1, ArrowLeft: number - 1, ArrowUp: number - 1, Home: 0, End: points.length - 1 }[event.key];
  if (event.key === "Escape") hide(tip);
  if (to === undefined) return;
  event.preventDefault();
  const target = points[Math.min(Math.max(to, 0), points.length - 1)];
  for (const point of points) point.setAttribute("tabindex", point === target ? "0" : "-1");
  target.focus();
}

function show(point, tip, line, withLink = false) {
  pinned?.classList.remove("is-shown");
  pinned = point;
  point.classList.add("is-shown");
  const said = point.dataset;
  const parts = [
    part("p", "", [strong(said.holder), ` ${said.lane.toLowerCase()}, ${said.when}`]),
    part("p", "", [said.position]),
    part("p", "quote", [said.evidence]),
  ];
  if (said.change) parts.push(part("p", "", [strong(said.change)]));
  if (said.objection) parts.push(part("p", "", [said.objection]));
  if (said.condition) parts.push(part("p", "dim", [`Condition: ${said.condition}`]));
  parts.push(part("p", "dim", [[said.status, said.reach].filter(Boolean).join(", ")]));
  if (withLink) {
    const link = part("a", "", ["Open the alert"]);
    link.href = point.href.baseVal;
    parts.push(link);
  }
  tip.replaceChildren(...parts);
  tip.hidden = false;
  place(point, tip, line);
}

function place(point, tip, line) {
  const around = line.getBoundingClientRect();
  const at = point.querySelector(".reach").getBoundingClientRect();
  const left = Math.min(Math.max(at.left + at.width / 2 - around.left - tip.offsetWidth / 2, 0), Math.max(around.width - tip.offsetWidth, 0));
  const isRoomAbove = at.top > tip.offsetHeight + 16;
  tip.style.left = `${left}px`;
  tip.style.top = `${isRoomAbove ? at.top - around.top - tip.offsetHeight - 6 : at.bottom - around.top + 6}px`;
}

function hide(tip) {
  pinned?.classList.remove("is-shown");
  pinned = null;
  tip.hidden = true;
}

function part(name, className, children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function strong(text) {
  return part("strong", "", [text]);
}
