// Keeps what a person says of items on this device until the service has it, so that a bad connection loses nothing.
// The forms are those that work without this script; "mark" makes the same tick sent twice count once.

const person = document.querySelector("script[data-person]").dataset.person;
const KEY = `opq-ticks-${person}`;
const RETRY_MS = 10_000;
const box = document.getElementById("ticks-waiting");
const kept = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
const keep = (ticks) => localStorage.setItem(KEY, JSON.stringify(ticks));
const replace = (mark, ...changed) => keep(kept().flatMap((tick) => (tick.mark === mark ? changed : [tick])));
let trouble = "";
let sending = false;

function take(event) {
  const form = event.target.closest("form[data-ticks]");
  if (!form) return;
  event.preventDefault();
  const said = new FormData(form, event.submitter);
  const mark = crypto.getRandomValues(new Uint32Array(4)).join("-");
  said.delete("csrf_token");
  said.set("mark", mark);
  said.set("said_at", new Date().toISOString());
  const address = event.submitter.getAttribute("formaction") ?? form.getAttribute("action");
  const known = kept().find((tick) => tick.address === address && tick.state === "waiting");
  if (known) replace(known.mark);
  keep([...kept(), { mark, address, said: [...said], state: "waiting" }]);
  show();
  send(mark);
}

async function send(fresh) {
  if (sending) return;
  sending = true;
  try {
    for (let tick; (tick = kept().find(({ state }) => state === "waiting")); ) {
      if (!(await sent(tick, fresh))) break;
    }
  } finally {
    sending = false;
    show();
  }
}

async function sent(tick, fresh) {
  const headers = { "X-Requested-With": "ticks", "X-CSRFToken": token() };
  const body = new URLSearchParams(tick.said);
  const answer = await fetch(tick.address, { method: "POST", headers, body, signal: AbortSignal.timeout(15_000) })
    .catch(() => null);
  trouble = !answer || answer.status >= 500 ? "There is no connection; trying again every 10 seconds."
    : answer.redirected ? "You are signed out. What you said is kept on this device: sign in again to send it."
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

function token() {
  return document.querySelector("input[name=csrf_token]").value;
}

// Sends it as the form would have been, so that the service shows both sides and the person chooses.
function decide(tick) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: tick.address, hidden: true });
  for (const [name, value] of [...tick.said, ["csrf_token", token()]]) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}

function show() {
  document.querySelectorAll("[data-waiting]").forEach((tag) => tag.remove());
  const ticks = kept();
  for (const tick of ticks) {
    const words = tick.state === "waiting" ? "Waiting to be sent" : "Not kept: decide";
    const tag = Object.assign(document.createElement("strong"), { textContent: words });
    tag.className = "govuk-tag govuk-tag--yellow";
    tag.dataset.waiting = "";
    document.querySelector(`button[formaction="${CSS.escape(tick.address)}"]`)?.before(tag);
  }
  if (!box) return;
  const waiting = ticks.filter(({ state }) => state === "waiting").length;
  box.hidden = ticks.length === 0;
  box.replaceChildren(waiting ? `${waiting} ${waiting === 1 ? "tick waits" : "ticks wait"} to be sent. ${trouble}` : "");
  for (const tick of ticks.filter(({ state }) => state === "refused")) {
    const line = document.createElement("p");
    const at = new Date(new Map(tick.said).get("said_at")).toLocaleTimeString("en-GB", { timeStyle: "short" });
    line.append(`What you said at ${at} could not be kept. `, button("Look and decide", () => decide(tick)));
    line.append(button("Forget it", () => { replace(tick.mark); show(); }));
    box.append(line);
  }
}

function button(textContent, onclick) {
  return Object.assign(document.createElement("button"), { type: "button", className: "govuk-link", textContent, onclick });
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
document.addEventListener("htmx:after:swap", show);
addEventListener("online", () => send());
setInterval(() => send(), RETRY_MS);
show();
send();
