// How far this browser's clock is ahead of the server's, kept per countdown: measured when it is first heard of, so
// that neither reruns nor a second mount move the end.
const ahead = new Map();
const SPOKEN_AT = [0, 10, 30, 60, Infinity]; // seconds left: a voice each second would drown everything else

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const face = root.face ?? (root.face = build(root));
  const id = `${data.id} ${data.ends}`;
  if (!ahead.has(id)) ahead.set(id, Date.now() - data.now);
  const left = (end) => end + ahead.get(id) - Date.now();

  let asked = false;
  face.button.onclick = () => {
    asked = true;
    setTriggerValue("resend", true);
    show();
  };
  const show = () => {
    tell(face, data, left(data.ends));
    offer(face.button, data.button, left(data.resend), asked);
    if (left(data.ends) <= 0 && left(data.resend) <= 0) clearInterval(root.timer);
  };
  clearInterval(root.timer);
  root.timer = setInterval(show, 200);
  show();
  return () => clearInterval(root.timer);
}

function tell(face, data, milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  face.bar.style.transform = `scaleX(${Math.min(1, Math.max(0, milliseconds / data.length))})`;
  face.line.classList.toggle("over", seconds === 0);
  const [before, after] = data.runningText.split("{seconds}");
  const parts = seconds ? [before, String(seconds), after] : [data.doneText, "", ""];
  const texts = [face.before, face.seconds, face.after];
  texts.forEach((text, at) => text.textContent !== parts[at] && (text.textContent = parts[at]));
  const step = SPOKEN_AT.find((limit) => seconds <= limit);
  const said = `${data.ends} ${step}`;
  if (face.voice.said !== said) {
    face.voice.said = said;
    face.voice.textContent = parts.join("");
  }
}

function offer(button, label, milliseconds, asked) {
  const seconds = Math.ceil(milliseconds / 1000);
  const text = seconds > 0 ? `${label} (${seconds})` : label;
  if (button.textContent !== text) button.textContent = text;
  button.disabled = asked || seconds > 0;
}

function build(root) {
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });
  const line = make("div", "countdown");
  const [side, text, track, bar] = ["face", "text", "track", "bar"].map((name) => make("div", name));
  const [before, seconds, after] = [make("span", ""), make("b", ""), make("span", "")];
  const voice = make("div", "unseen");
  const button = Object.assign(make("button", ""), { type: "button" });
  text.setAttribute("role", "timer");
  voice.setAttribute("aria-live", "polite");
  text.append(before, seconds, after);
  track.append(bar);
  side.append(text, track, voice);
  line.append(side, button);
  root.replaceChildren(line);
  return { line, bar, before, seconds, after, voice, button };
}
