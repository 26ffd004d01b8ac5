const LEAST_STEP = 0.0015; // of the pad's width; nearer points tell nothing

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const pad = root.pad ?? (root.pad = build(root));
  pad.canvas.setAttribute("aria-label", data.label);
  pad.hint.textContent = data.hint;
  pad.clear.textContent = data.clear;
  pad.save.textContent = data.save;
  pad.clear.onclick = () => Object.assign(pad, { strokes: [] }) && draw(pad);
  pad.save.onclick = () => {
    pad.save.disabled = true;
    setTriggerValue("signed", pad.strokes);
    setTimeout(() => draw(pad), 1500);
  };
  pad.watcher.observe(pad.frame);
  return () => pad.watcher.disconnect();
}

function build(root) {
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });
  const [frame, canvas, hint, acts] = [make("div", "pad"), make("canvas", ""), make("div", "hint"), make("div", "acts")];
  const [clear, save] = ["clear", "save"].map((name) => Object.assign(make("button", name), { type: "button" }));
  const pad = { frame, canvas, hint, clear, save, strokes: [], pen: null };
  canvas.setAttribute("role", "img");
  canvas.onpointerdown = (event) => {
    if (pad.pen !== null || event.button > 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    pad.pen = event.pointerId;
    pad.strokes.push([]);
    add(pad, [event]);
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId !== pad.pen) return;
    const between = event.getCoalescedEvents?.() ?? [];
    add(pad, between.length ? between : [event]);
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId === pad.pen) pad.pen = null;
  };
  pad.watcher = new ResizeObserver(() => draw(pad));
  frame.append(canvas, hint);
  acts.append(clear, save);
  root.replaceChildren(frame, acts);
  return pad;
}

function add(pad, events) {
  const place = pad.canvas.getBoundingClientRect();
  const stroke = pad.strokes.at(-1);
  for (const event of events) {
    const point = [(event.clientX - place.left) / place.width, (event.clientY - place.top) / place.width].map((at) => Math.min(1, Math.max(0, at)));
    const last = stroke.at(-1);
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < LEAST_STEP) continue;
    stroke.push([...point, event.pressure > 0 ? Math.min(1, event.pressure) : 0.5]);
  }
  draw(pad);
}

function draw(pad) {
  const { canvas, strokes } = pad;
  const width = canvas.clientWidth;
  if (!width) return;
  const density = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * density)) {
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(canvas.clientHeight * density);
  }
  const ink = canvas.getContext("2d");
  const scale = width * density;
  ink.clearRect(0, 0, canvas.width, canvas.height);
  Object.assign(ink, { lineCap: "round", lineJoin: "round", strokeStyle: "#141418", fillStyle: "#141418" });
  for (const stroke of strokes) trace(ink, stroke, scale);
  pad.hint.hidden = strokes.length > 0;
  pad.hint.style.display = strokes.length ? "none" : "";
  pad.save.disabled = pad.clear.disabled = strokes.length === 0;
}

// Curves from middle to middle of the points, as the server draws them.
function trace(ink, stroke, scale) {
  const widthOf = (point) => (0.9 / 140) * (0.6 + 0.8 * point[2]) * scale;
  let [from, before] = [stroke[0], stroke[0]];
  if (stroke.length === 1) {
    ink.beginPath();
    ink.arc(from[0] * scale, from[1] * scale, widthOf(from) / 2, 0, 2 * Math.PI);
    ink.fill();
  }
  for (const point of stroke.slice(1)) {
    const to = [(before[0] + point[0]) / 2, (before[1] + point[1]) / 2];
    ink.beginPath();
    ink.lineWidth = widthOf(point);
    ink.moveTo(from[0] * scale, from[1] * scale);
    ink.quadraticCurveTo(before[0] * scale, before[1] * scale, to[0] * scale, to[1] * scale);
    if (point === stroke.at(-1)) ink.lineTo(point[0] * scale, point[1] * scale);
    ink.stroke();
    [from, before] = [to, point];
  }
}
