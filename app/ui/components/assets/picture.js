const STEP = 1.25;
const LEAST = 0.25; // of the fitted size
const MOST = 8;

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".root");
  const view = root.view ?? (root.view = build(root));
  for (const [name, button] of Object.entries(view.buttons)) button.textContent = data.labels[name];
  view.image.alt = data.alt;
  view.frame.setAttribute("aria-label", data.alt);
  if (view.image.source !== data.image) {
    view.image.source = data.image;
    view.image.src = data.image;
    Object.assign(view, { zoom: 1, turn: 0 });
  }
  view.watcher.observe(view.frame);
  return () => view.watcher.disconnect();
}

function draw(view) {
  const { image, frame, stage } = view;
  if (!image.naturalWidth || !frame.clientWidth) return;
  const lying = view.turn % 180 !== 0;
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  const [across, down] = lying ? [height, width] : [width, height];
  // Fitted as if there were no scroll bars: they would change the size that decides about them.
  const fitted = Math.min(frame.offsetWidth / across, frame.offsetHeight / down, 1);
  const scale = fitted * view.zoom;
  const [middleX, middleY] = [0, 1].map((axis) => middleOf(frame, axis));
  stage.style.width = `${across * scale}px`;
  stage.style.height = `${down * scale}px`;
  image.style.width = `${width * scale}px`;
  image.style.height = `${height * scale}px`;
  image.style.transform = `translate(-50%, -50%) rotate(${view.turn}deg)`;
  frame.scrollLeft = middleX * frame.scrollWidth - frame.clientWidth / 2;
  frame.scrollTop = middleY * frame.scrollHeight - frame.clientHeight / 2;
  view.output.textContent = `${Math.round(scale * 100)}% · ${view.turn}°`;
}

function middleOf(frame, axis) {
  return axis === 0
    ? (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth
    : (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight;
}

function build(root) {
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });
  const [viewer, tools, frame, stage] = ["viewer", "tools", "frame", "stage"].map((name) => make("div", name));
  const view = { frame, stage, image: make("img", ""), output: make("output", ""), zoom: 1, turn: 0 };
  const set = (change) => draw(Object.assign(view, change()));
  const acts = {
    zoom_in: () => ({ zoom: Math.min(MOST, view.zoom * STEP) }),
    zoom_out: () => ({ zoom: Math.max(LEAST, view.zoom / STEP) }),
    rotate: () => ({ turn: (view.turn + 90) % 360 }),
    fit: () => ({ zoom: 1 }),
  };
  const keys = { "+": acts.zoom_in, "=": acts.zoom_in, "-": acts.zoom_out, r: acts.rotate, R: acts.rotate, 0: acts.fit };
  view.buttons = Object.fromEntries(
    Object.entries(acts).map(([name, act]) => [name, Object.assign(make("button", ""), { type: "button", onclick: () => set(act) })]),
  );
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  view.image.draggable = false;
  view.image.onload = () => draw(view);
  view.watcher = new ResizeObserver(() => draw(view));
  viewer.onkeydown = (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has a key "r" of its own
    set(keys[event.key]);
  };
  letDrag(frame);
  stage.append(view.image);
  frame.append(stage);
  tools.append(...Object.values(view.buttons), view.output);
  viewer.append(tools, frame);
  root.replaceChildren(viewer);
  return view;
}

// Fingers scroll by themselves.
function letDrag(frame) {
  frame.onpointermove = (event) => {
    if (event.pointerType === "mouse" && event.buttons === 1) frame.scrollBy(-event.movementX, -event.movementY);
  };
}
