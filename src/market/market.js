// The market with a script: adding without leaving the page, the basket's number, more cards below. Everything works without.
const say = (form, text, bad) => {
  let line = form.parentNode.querySelector(".says");
  if (!line) {
    line = document.createElement("p");
    line.className = "says small";
    line.setAttribute("role", "status");
    form.after(line);
  }
  line.classList.toggle("error", !!bad);
  line.textContent = text;
};

const basket = document.querySelector("[data-basket]");
const count = (n) => {
  if (!basket) return;
  let badge = basket.querySelector("[data-count]");
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "badge ok";
    badge.dataset.count = "";
    basket.append(" ", badge);
  }
  badge.textContent = n;
  badge.hidden = !n;
};

if (basket && !basket.querySelector("[data-count]"))
  fetch("/cart.json", { headers: { Accept: "application/json" } })
    .then((r) => (r.ok ? r.json() : null))
    .then((b) => b && b.count && count(b.count))
    .catch(() => {});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-add]")) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    const reply = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const body = await reply.json();
    if (!reply.ok) throw new Error(body.detail || body.title);
    count(body.count);
    say(form, basket ? basket.dataset.added : "✓");
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return form.submit(); // no network or no JSON: the browser's own way
    say(form, error.message, true);
  } finally {
    button.disabled = false;
  }
});

// Steppers: the number field is there for everybody, the buttons only where they can work.
for (const button of document.querySelectorAll(".stepper [data-step]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = button.parentNode.querySelector("input");
    button.dataset.step > 0 ? field.stepUp() : field.stepDown();
  });
}

document.addEventListener("click", async (event) => {
  const print = event.target.closest("[data-print]");
  if (print) return window.print();
  const more = event.target.closest("[data-more]");
  const list = document.querySelector("[data-goods]");
  if (!more || !list || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  more.setAttribute("aria-busy", "true");
  try {
    const page = new DOMParser().parseFromString(await (await fetch(more.href)).text(), "text/html");
    const first = list.children.length;
    list.append(...page.querySelectorAll("[data-goods] > li"));
    const drawings = page.querySelector("svg.icons") || page.querySelector("body > svg");
    if (drawings) document.body.append(drawings);
    list.children[first]?.querySelector("a")?.focus({ preventScroll: true });
    const next = page.querySelector("[data-more]");
    next ? more.replaceWith(next) : more.remove();
  } catch {
    location.href = more.href;
  }
});
