// A board that could not be renewed must not stand there as if it were true.
const LONGEST = 60_000;

let renewed = Date.now();

function refuseOthers(event) {
  const answer = event.detail.ctx.response.raw;
  if (answer.ok && !answer.redirected) return;
  event.preventDefault();
  if (answer.redirected) location.reload(); // signed out: the page itself leads to signing in
}

function look() {
  document.getElementById("stale").hidden = Date.now() - renewed < LONGEST;
}

document.addEventListener("htmx:before:swap", refuseOthers);
document.addEventListener("htmx:after:swap", () => {
  renewed = Date.now();
  look();
});
setInterval(look, 5_000);
