// The big sign of the window: what became of the card, seen from two metres and heard without looking.
const TONES = { good: [[880, 0, 0.12], [1320, 0.13, 0.2]], warn: [[660, 0, 0.25]], bad: [[220, 0, 0.22], [180, 0.26, 0.4]] };
const MARKS = { good: "✓", warn: "!", bad: "✕", wait: "…" };
const LOUDNESS = 0.25;

let audio;
let lastHeard; // a rerun draws the same sign again: it is heard once

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".root");
  const sign = root.sign ?? (root.sign = build(root));
  sign.box.className = `sign ${data.kind}`;
  sign.box.setAttribute("role", data.kind === "bad" ? "alert" : "status");
  for (const [part, text] of [["mark", MARKS[data.kind]], ["title", data.title], ["text", data.text]]) {
    if (sign[part].textContent !== text) sign[part].textContent = text;
  }
  if (data.id !== lastHeard) {
    lastHeard = data.id;
    if (data.sound && TONES[data.kind]) play(TONES[data.kind]);
  }
}

function play(tones) {
  audio ??= new AudioContext();
  audio.resume();
  for (const [pitch, start, end] of tones) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + start;
    const to = audio.currentTime + end;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(LOUDNESS, from);
    volume.gain.exponentialRampToValueAtTime(0.001, to);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(to);
  }
}

function build(root) {
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });
  const [box, mark, words, title, text] = ["sign", "mark", "words", "title", "text"].map((name) => make("div", name));
  mark.setAttribute("aria-hidden", "true");
  words.append(title, text);
  box.append(mark, words);
  root.replaceChildren(box);
  return { box, mark, title, text };
}
