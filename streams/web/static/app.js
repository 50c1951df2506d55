// What the pages do beyond what the server renders. Everything here also works without it, by forms and links.
import { initDeeds } from "./deeds.js";
import { initLint } from "./lint.js";
import { initLive } from "./live.js";
import { initTheme } from "./theme.js";
import { initTimeline } from "./timeline.js";
import { initView } from "./view.js";

initTheme();
initDeeds();
initTimeline();
initView();
initLint();
if (document.body.hasAttribute("data-live")) initLive();
