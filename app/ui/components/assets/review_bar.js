const KEYS = { a: "approve", r: "return", n: "next", u: "undo" };
const SWITCHED_OFF = "congye_review_keys_off"; // in this browser

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const bar = root.bar ?? (root.bar = build(root));
  bar.data = data;
  bar.send = (action, reason = "") => {
    if (bar.sentFor === data.turn) return; // the answer to the last key is still on its way
    bar.sentFor = data.turn;
    dim(bar);
    setTriggerValue("decided", { action, case: data.case, reason });
  };
  if (bar.turn !== data.turn) {
    bar.turn = data.turn;
    show(bar, "");
  }
  label(bar, data);
  window.removeEventListener("keydown", bar.listener, true);
  window.addEventListener("keydown", bar.listener, true); // before Streamlit, which has keys of its own
  return () => window.removeEventListener("keydown", bar.listener, true);
}

function build(root) {
  const bar = { buttons: {}, turn: null, sentFor: null, open: "" };
  const row = element("div", "bar", root.replaceChildren() ?? root);
  for (const name of ["approve", "return", "next", "undo", "keys"]) {
    const button = element("button", name, row);
    button.type = "button";
    button.text = element("span", "", button);
    element("kbd", "", button).textContent = name === "keys" ? "?" : name[0].toUpperCase();
    button.onclick = () => press(bar, name);
    bar.buttons[name] = button;
  }
  bar.reasons = panel(root, "reasons");
  bar.help = panel(root, "help");
  bar.listener = (event) => onKey(bar, event);
  return bar;
}

function panel(root, name) {
  const made = element("section", `panel ${name}`, root);
  made.hidden = true;
  return made;
}

function label(bar, data) {
  const { labels } = data;
  const texts = { approve: labels.approve, return: labels.give_back, next: labels.next, undo: labels.undo, keys: labels.keys };
  for (const [name, button] of Object.entries(bar.buttons)) button.text.textContent = texts[name];
  dim(bar);
  fillReasons(bar, data);
  fillHelp(bar, labels);
}

function dim(bar) {
  const waits = bar.sentFor === bar.data.turn;
  for (const name of ["approve", "return", "next"]) bar.buttons[name].disabled = waits || !bar.data.case;
  bar.buttons.undo.disabled = waits || !bar.data.canUndo;
}

function press(bar, name) {
  if (name === "return") show(bar, bar.open === "reasons" ? "" : "reasons");
  else if (name === "keys") show(bar, bar.open === "help" ? "" : "help");
  else bar.send(name);
}

function show(bar, name) {
  bar.open = name;
  if (name !== "reasons") bar.text?.blur(); // a hidden field may keep the focus a while, and keys would count as typing
  bar.reasons.hidden = name !== "reasons";
  bar.help.hidden = name !== "help";
  bar.buttons.return.setAttribute("aria-expanded", String(name === "reasons"));
  bar.buttons.keys.setAttribute("aria-expanded", String(name === "help"));
}

function fillReasons(bar, data) {
  const said = JSON.stringify([data.reasons, data.labels]);
  if (bar.reasons.said === said) {
    if (bar.text.of !== data.case) Object.assign(bar.text, { of: data.case, value: "" });
    return;
  }
  bar.reasons.said = said;
  bar.reasons.setAttribute("aria-label", data.labels.reasons);
  bar.reasons.replaceChildren();
  element("p", "", bar.reasons).textContent = data.labels.reasons;
  data.reasons.forEach((reason, index) => {
    const button = element("button", "reason", bar.reasons);
    button.type = "button";
    if (index < 9) element("kbd", "", button).textContent = String(index + 1);
    element("span", "", button).textContent = reason;
    button.onclick = () => bar.send("return", reason);
  });
  const line = element("div", "other", bar.reasons);
  bar.text = Object.assign(element("input", "", line), { type: "text", maxLength: 200, autocomplete: "off", of: data.case });
  bar.text.placeholder = data.labels.other_reason;
  bar.text.setAttribute("aria-label", data.labels.other_reason);
  const send = () => bar.text.value.trim() && bar.send("return", bar.text.value);
  bar.text.onkeydown = (event) => {
    if (event.key === "Enter" && !event.isComposing) send();
    if (event.key === "Escape") show(bar, "");
  };
  for (const [text, act] of [[data.labels.send, send], [data.labels.cancel, () => show(bar, "")]]) {
    Object.assign(element("button", "", line), { type: "button", textContent: text, onclick: act });
  }
}

function fillHelp(bar, labels) {
  if (bar.help.said === JSON.stringify(labels)) return;
  bar.help.said = JSON.stringify(labels);
  bar.help.setAttribute("aria-label", labels.keys);
  bar.help.replaceChildren();
  const list = element("dl", "", bar.help);
  for (const [key, text] of [["A", labels.approve], ["R", labels.give_back], ["N", labels.next], ["U", labels.undo], ["?", labels.keys]]) {
    element("kbd", "", element("dt", "", list)).textContent = key;
    element("dd", "", list).textContent = text;
  }
  const line = element("label", "", bar.help);
  const box = Object.assign(element("input", "", line), { type: "checkbox", checked: keysWork() });
  element("span", "", line).textContent = labels.use_keys;
  box.onchange = () => (box.checked ? localStorage.removeItem(SWITCHED_OFF) : localStorage.setItem(SWITCHED_OFF, "1"));
}

function keysWork() {
  return localStorage.getItem(SWITCHED_OFF) === null;
}

function onKey(bar, event) {
  if (!keysWork() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (isTyping(event.composedPath()[0]) || document.querySelector('[role="dialog"]')) return;
  if (bar.open && event.key === "Escape") return take(event, () => show(bar, ""));
  if (event.key === "?") return take(event, () => press(bar, "keys"));
  if (bar.open === "reasons") {
    const reason = bar.data.reasons[Number(event.key) - 1];
    if (reason !== undefined) return take(event, () => bar.send("return", reason));
  }
  const name = KEYS[event.key.toLowerCase()];
  if (!name) return undefined;
  // While reasons are shown, only `r` and the figures mean anything: nobody approves by a slip.
  if (bar.open === "reasons" && name !== "return") return take(event, () => {});
  return take(event, () => bar.buttons[name].disabled || press(bar, name));
}

function take(event, act) {
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  const typed = target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
  return typed || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function element(tag, className, parent) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  parent.append(made);
  return made;
}
