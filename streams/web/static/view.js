// The view's own controls: a choice is taken at once, a menu closes when one goes elsewhere, the link can be copied.
import { announce } from "./announce.js";

export function initView() {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches(".filters:not(.wide) select, .filters:not(.wide) input[type=checkbox]")) field.form.requestSubmit();
  });
  // an empty field says nothing, so it need not stand in the address
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[method=get] :disabled")) field.disabled = false;
  });
  document.addEventListener("pointerdown", (event) => closeMenus(event.target.closest?.(".menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.(".menu[open]");
    closeMenus(null);
    menu?.querySelector("summary").focus();
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("[data-share]");
    if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
      link.textContent = "Link copied";
      announce("Link copied");
    } catch {
      location.href = link.href;
    }
  });
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (menu !== except) menu.open = false;
}
