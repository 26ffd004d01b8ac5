export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const parts = root.parts ?? (root.parts = build(root));
  parts.image.src = data.picture;
  parts.image.alt = data.alt;
  parts.refresh.textContent = data.refresh;
  parts.listen.textContent = data.listen;
  parts.refresh.onclick = () => setTriggerValue("refresh", true);
  // The sound comes when it is asked for; from then on it is here.
  parts.listen.onclick = () => (data.sound ? replay(parts.sound) : setTriggerValue("listen", true));
  parts.sound.setAttribute("aria-label", data.listen);
  hear(parts.sound, data.sound);
  return () => parts.sound.pause();
}

function hear(sound, source) {
  sound.hidden = !source;
  if (sound.source === source) return;
  sound.source = source;
  if (source) {
    sound.src = source;
    replay(sound);
  } else {
    sound.pause();
    sound.removeAttribute("src");
  }
}

function replay(sound) {
  sound.currentTime = 0;
  // A browser may refuse to play without a click on the player itself, which is shown for that.
  sound.play().catch(() => {});
}

function build(root) {
  const line = Object.assign(document.createElement("div"), { className: "captcha" });
  const image = document.createElement("img");
  const [refresh, listen] = [1, 2].map(() => Object.assign(document.createElement("button"), { type: "button" }));
  const sound = Object.assign(document.createElement("audio"), { controls: true, hidden: true });
  line.append(image, refresh, listen, sound);
  root.replaceChildren(line);
  return { image, refresh, listen, sound };
}
