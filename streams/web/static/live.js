// Stay up to date: listen for alerts, load this same address again when one comes, and take over what changed.
// The state of the connection is always in sight: live, reconnecting, or stale since when.
import { announce, countNew } from "./announce.js";
import { initTimeline } from "./timeline.js";

const STALE_AFTER_MS = 5000;
const AGAIN_MS = 1500;
const LOOK_EVERY_MS = 20000;
const place = document.querySelector("[data-connection]");
const words = document.querySelector("[data-connection-words]");
let source = null;
let lastId = "";
let lastLive = new Date();
let staleTimer = 0;
let againTimer = 0;
let refreshing = null;
let isWanted = false;

// what the server sent, before any script touched it
const seen = new WeakMap();
const cardsSeen = new Map();
const newsIn = new Set();
for (const region of document.querySelectorAll("[data-region]")) seen.set(region, region.innerHTML);
for (const card of document.querySelectorAll("[data-cards] > [data-key]")) cardsSeen.set(card.dataset.key, card.outerHTML);

export function initLive() {
  setState("reconnecting", "connecting");
  connect();
  setInterval(look, LOOK_EVERY_MS);
  addEventListener("online", reconnect);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) reconnect(); });
}

function connect() {
  source?.close();
  const query = lastId ? `?last_event_id=${encodeURIComponent(lastId)}` : "";
  source = new EventSource(`/v1/alerts/stream${query}`);
  source.addEventListener("open", onOpen);
  source.addEventListener("alert", onAlert);
  source.addEventListener("reset", () => refresh());
  source.addEventListener("error", onError);
}

function reconnect() {
  clearTimeout(againTimer);
  connect();
}

function onOpen() {
  clearTimeout(staleTimer);
  staleTimer = 0;
  lastLive = new Date();
  setState("live", "live");
  refresh(); // whatever came while nobody listened
}

function onError() {
  if (place.dataset.connection === "live") lastLive = new Date();
  if (!staleTimer) {
    setState("reconnecting", "reconnecting");
    staleTimer = setTimeout(() => {
      setState("stale", `stale since ${clock(lastLive)}`);
      load().catch(() => {}); // a login that has ended leads to the login page
    }, STALE_AFTER_MS);
  }
  source.close(); // the browser's own patience differs; ours is one for all
  clearTimeout(againTimer);
  againTimer = setTimeout(connect, AGAIN_MS);
}

async function look() {
  // a connection can be dead without a word: ask the server now and then
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (answer.ok && source.readyState !== EventSource.OPEN) reconnect();
    if (answer.ok && source.readyState === EventSource.OPEN) lastLive = new Date();
  } catch {
    if (source.readyState === EventSource.OPEN) onError();
  }
}

async function onAlert(event) {
  lastId = event.lastEventId;
  let alert;
  try {
    alert = JSON.parse(event.data);
  } catch {
    return;
  }
  await untilStored(alert);
  if (alert.status === "live" && alert.watch_id !== document.body.dataset.watch) tellOfOther(alert.watch_id);
  refresh();
}

// an alert of another watch: its name in the choice of watches says so
function tellOfOther(watchId) {
  if (!newsIn.has(watchId)) {
    const chip = document.querySelector(`[data-chip="${CSS.escape(watchId)}"]`);
    if (chip) announce(`New alert of ${chip.textContent}`);
  }
  newsIn.add(watchId);
  markChips();
}

function markChips() {
  for (const chip of document.querySelectorAll("[data-chip]")) chip.classList.toggle("has-news", newsIn.has(chip.dataset.chip));
}

// the page comes from the store, which is some milliseconds behind the stream
async function untilStored(alert) {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const answer = await fetch(`/alerts/${encodeURIComponent(alert.alert_id)}/revision`, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || (await answer.text()) === alert.revision) return;
    await new Promise((resolve) => { setTimeout(resolve, 60); });
  }
}

// one at a time; what is asked for meanwhile is done once, afterwards
async function refresh() {
  if (refreshing) {
    isWanted = true;
    return;
  }
  refreshing = load().catch(() => {});
  await refreshing;
  await new Promise((resolve) => { setTimeout(resolve, 250); });
  refreshing = null;
  if (isWanted) {
    isWanted = false;
    refresh();
  }
}

async function load() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.redirected && new URL(answer.url).pathname === "/login") {
    location.href = answer.url;
    return;
  }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of document.querySelectorAll("[data-region]")) {
    const fresh = page.querySelector(`[data-region="${region.dataset.region}"]`);
    if (!fresh) continue;
    if (region.hasAttribute("data-cards")) takeCards(region, fresh);
    else takeRegion(region, fresh);
  }
  markChips();
}

function takeRegion(region, fresh) {
  if (seen.get(region) === fresh.innerHTML) return;
  const active = region.contains(document.activeElement) ? document.activeElement : null;
  if (active?.matches("input, select, textarea")) return; // somebody is in the middle of it: next time
  seen.set(region, fresh.innerHTML);
  const open = [...region.querySelectorAll("details[open][id]")].map((each) => each.id);
  region.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  for (const id of open) region.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  initTimeline(region);
  if (active?.id) region.querySelector(`#${CSS.escape(active.id)}`)?.focus({ preventScroll: true });
}

// card by card, so that an open menu or a half-written reason stays where it is
function takeCards(region, fresh) {
  const old = new Map([...region.querySelectorAll(":scope > [data-key]")].map((card) => [card.dataset.key, card]));
  const arrived = [];
  const next = [...fresh.querySelectorAll(":scope > [data-key]")].map((card) => {
    const key = card.dataset.key;
    const known = old.get(key);
    const html = card.outerHTML;
    if (known && (cardsSeen.get(key) === html || isBusy(known))) return known;
    const isNews = card.classList.contains("card") && cardsSeen.has(key) === false;
    cardsSeen.set(key, html);
    const taken = document.importNode(card, true);
    if (known?.querySelector(".more")) taken.querySelector(".more").open = known.querySelector(".more").open;
    if (known?.classList.contains("is-new") || isNews) taken.classList.add("is-new");
    if (isNews) arrived.push(card.dataset.headline);
    return taken;
  });
  const active = region.contains(document.activeElement) ? document.activeElement : null;
  if (next.some((card, number) => card !== region.children[number]) || next.length !== region.children.length) {
    region.replaceChildren(...next);
    active?.focus({ preventScroll: true });
  }
  if (arrived.length) {
    countNew(arrived.length);
    announce(arrived.length === 1 ? `New alert. ${arrived[0]}` : `${arrived.length} new alerts. ${arrived[0]}`);
  }
}

function isBusy(card) {
  return card.querySelector(".menu[open]") !== null || (card.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"));
}

function setState(state, text) {
  place.dataset.connection = state;
  words.textContent = text;
}

function clock(at) {
  return `${String(at.getUTCHours()).padStart(2, "0")}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
}
