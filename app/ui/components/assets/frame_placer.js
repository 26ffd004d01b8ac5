const START = [[0.214, 0.283], [0.881, 0.283], [0.881, 0.492], [0.214, 0.492]]; // where the box lies on a whole sheet
const STEP = 0.004;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = root.view ?? (root.view = build(root));
  if (view.image.source !== data.image) {
    view.image.source = view.image.src = data.image;
    view.corners = START.map((corner) => [...corner]);
  }
  view.image.alt = data.alt;
  view.handles.forEach((handle, index) => handle.setAttribute("aria-label", data.corners[index]));
  view.done.textContent = data.done;
  view.done.onclick = () => setTriggerValue("placed", view.corners);
  draw(view);
}

function build(root) {
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });
  const [place, image, done] = [make("div", "place"), make("img", ""), make("button", "done")];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const polygon = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.append(polygon);
  image.draggable = false;
  done.type = "button";
  const view = { place, image, polygon, done, corners: START.map((corner) => [...corner]) };
  view.handles = view.corners.map((_corner, index) => handleOf(view, index));
  place.append(image, svg, ...view.handles);
  root.replaceChildren(place, done);
  return view;
}

function handleOf(view, index) {
  const handle = Object.assign(document.createElement("button"), { type: "button" });
  const move = (x, y) => {
    view.corners[index] = [x, y].map((at) => Math.min(1, Math.max(0, at)));
    draw(view);
  };
  handle.onpointerdown = (event) => {
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
  };
  handle.onpointermove = (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const place = view.image.getBoundingClientRect();
    move((event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height);
  };
  handle.onkeydown = (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const [x, y] = view.corners[index];
    move(x + arrow[0] * STEP, y + arrow[1] * STEP);
  };
  return handle;
}

function draw(view) {
  view.polygon.setAttribute("points", view.corners.map((corner) => corner.join(",")).join(" "));
  view.handles.forEach((handle, index) => {
    handle.style.left = `${view.corners[index][0] * 100}%`;
    handle.style.top = `${view.corners[index][1] * 100}%`;
  });
}
