// A number pad for thumbs, and a scale's label that is read by a scanner sends itself.
const form = document.querySelector("[data-weigh]");
const field = form && form.querySelector("#weight");
const pad = form && form.querySelector("[data-pad]");

if (pad && matchMedia("(pointer: coarse)").matches) {
  pad.hidden = false;
  field.inputMode = "none"; // the pad is the keyboard
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    const text = key.textContent;
    if ("back" in key.dataset) field.value = field.value.slice(0, -1);
    else if (text !== "." || !field.value.includes(".")) field.value += text;
  });
}
if (field)
  field.addEventListener("input", () => {
    if (/^2\d{12}$/.test(field.value)) form.requestSubmit();
  });
