// Keeps what a person says of items on this device until the service has it, so that a bad connection loses nothing.
// The forms are those that work without this script; "mark" makes the same tick sent twice count once.

const person = document.querySelector("script[data-person]").dataset.person;
const KEY = `opq-ticks-${person}`;
const box = document.getElementById("ticks-waiting");
const kept = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
const keep = (ticks) => localStorage.setItem(KEY, JSON.stringify(ticks));
const replace = (mark, ...changed) => keep(kept().flatMap((tick) => (tick.mark === mark ? changed : [tick])));
const NO_CONNECTION = "There is no connection; trying again every 10 seconds.";
const SIGNED_OUT = "You are signed out. What you said is kept on this device: sign in again to send it.";
const token = () => document.querySelector("input[name=csrf_token]").value;
let trouble = "";
let sending = false;
let pressed = null;

function take(event) {
  const form = event.target.closest("form[data-ticks]");
  if (!form) return;
  const said = new FormData(form, event.submitter);
  const mark = crypto.getRandomValues(new Uint32Array(4)).join("-");
  said.delete("csrf_token");
  said.set("mark", mark);
  said.set("said_at", new Date().toISOString());
  const address = event.submitter.getAttribute("formaction") ?? form.getAttribute("action");
  const others = kept().filter((tick) => tick.address !== address || tick.state !== "waiting");
  try {
    keep([...others, { mark, address, said: [...said], state: "waiting" }]);
  } catch {
    return; // this device has no room, so the form goes as it does without this script
  }
  event.preventDefault();
  pressed = event.submitter.closest("li")?.id;
  show();
  send(mark);
}

async function send(fresh) {
  if (sending) return;
  sending = true;
  let tick;
  do tick = kept().find(({ state }) => state === "waiting");
  while (tick && (await sent(tick, fresh)));
  sending = false;
  show();
}

async function sent(tick, fresh) {
  const headers = { "X-Requested-With": "ticks", "X-CSRFToken": token() };
  const body = new URLSearchParams(tick.said);
  const answer = await fetch(tick.address, { method: "POST", headers, body, signal: AbortSignal.timeout(15_000) })
    .catch(() => null);
  trouble = !answer || answer.status >= 500 ? NO_CONNECTION
    : answer.redirected ? SIGNED_OUT
    : answer.status === 400 ? "This page is too old to send from. Reload it to send what you said." : "";
  if (trouble) return false;
  if (answer.status !== 204) {
    replace(tick.mark, { ...tick, state: "refused" });
    if (tick.mark === fresh) decide(tick);
    return tick.mark !== fresh;
  }
  replace(tick.mark);
  const list = document.getElementById("list");
  if (list) list.dispatchEvent(new Event("refresh"));
  else if (tick.mark === fresh) location.assign(`${new Map(tick.said).get("then")}`);
  return true;
}

// Sends it as the form would have been, so that the service shows both sides and the person chooses.
function decide(tick) {
  const form = made("form", { method: "post", action: tick.address, hidden: true });
  for (const [name, value] of [...tick.said, ["csrf_token", token()]]) form.append(made("input", { name, value }));
  document.body.append(form);
  form.submit();
}

function show() {
  document.querySelectorAll("[data-waiting]").forEach((tag) => tag.remove());
  const ticks = kept();
  for (const tick of ticks) {
    const words = tick.state === "waiting" ? "Waiting to be sent" : "Not kept: decide";
    const tag = made("strong", { textContent: words, className: "govuk-tag govuk-tag--yellow" });
    tag.dataset.waiting = "";
    document.querySelector(`button[formaction="${CSS.escape(tick.address)}"]`)?.before(tag);
  }
  if (!box) return;
  const waiting = ticks.filter(({ state }) => state === "waiting").length;
  box.hidden = ticks.length === 0 && !trouble;
  box.replaceChildren(waiting ? `${waiting} ${waiting === 1 ? "tick waits" : "ticks wait"} to be sent. ` : "", trouble);
  for (const tick of ticks.filter(({ state }) => state === "refused")) {
    const at = new Date(new Map(tick.said).get("said_at")).toLocaleTimeString("en-GB", { timeStyle: "short" });
    const look = made("button", { type: "button", textContent: "Look and decide", onclick: () => decide(tick) });
    const forget = () => { replace(tick.mark); show(); };
    const line = made("p", { textContent: `What you said at ${at} could not be kept. ` });
    line.append(look, made("button", { type: "button", textContent: "Forget it", onclick: forget }));
    box.append(line);
  }
}

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

// Only a list may take the place of a list: no page to sign in, and no fault.
function refuseOthers(event) {
  const answer = event.detail.ctx.response.raw;
  if (answer.ok && !answer.redirected) return;
  event.preventDefault();
  trouble = answer.redirected ? SIGNED_OUT : NO_CONNECTION;
  show();
}

// The button that was pressed is gone with a list that is fresh, so the keyboard stays with its item.
function refreshed() {
  trouble = "";
  show();
  if (document.activeElement === document.body) document.getElementById(pressed)?.querySelector("a").focus();
  pressed = null;
}

function leave(event) {
  if (event.defaultPrevented || !event.target.action.endsWith("/sign-out")) return;
  const count = kept().length;
  if (count && !confirm(`${count} of your ticks are not sent yet. Sign out and lose them?`)) event.preventDefault();
  else localStorage.removeItem(KEY);
}

const settled = document.querySelector("[data-settles]")?.dataset.settles;
keep(kept().filter((tick) => tick.state === "waiting" || tick.address.split("?")[0] !== settled));
document.addEventListener("submit", take);
document.addEventListener("submit", leave);
document.addEventListener("htmx:before:swap", refuseOthers);
document.addEventListener("htmx:after:swap", refreshed);
addEventListener("online", () => send());
setInterval(() => send(), 10_000);
show();
send();
