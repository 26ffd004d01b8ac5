// Streamlit calls this again with new data after a rerun; buttons stay, so that the focus does.
const CARDS_UP_TO = 640; // px
const LEAST_COLUMN = 76; // px: with less for each column, cards read better
const LONG = /\p{N}{9}|[^\s\p{Script=Han}]{17}/u; // what has to be broken anywhere; other words stay whole
const STILL = 4; // px: a pointer that moves no further has not moved

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  root.buttons = buttonsFor(data, root.buttons ?? new Map());
  const focused = parentElement.activeElement;
  const frame = JSON.stringify({ ...data, rows: [] });
  const table = root.frame === frame ? root.firstElementChild : tableOf(data);
  fill(table.tBodies[0], data, root.buttons);
  if (root.frame !== frame) root.replaceChildren(table);
  root.frame = frame;
  if (focused?.isConnected) focused.focus({ preventScroll: true });

  root.onpointerdown = ({ target, clientX, clientY }) => {
    root.pressed = { button: target.closest("button"), clientX, clientY };
  };
  root.onclick = (event) => {
    const button = event.target.closest("button") ?? movedAway(root.pressed, event);
    if (!button || event.detail > 1) return; // a double click means one click
    root.clicked = button;
    setTriggerValue("clicked", { action: button.action, row: button.row });
  };
  takeFocusBack(root);
  fit(root, data);
  return () => root.watcher.disconnect();
}

// Rows that stay are left where they are: buttons that are taken out and put back between the two halves of a click would
// swallow the click, and the whole table would be laid out anew.
function fill(body, data, buttons) {
  const former = new Map([...body.rows].map((line) => [line.shape, line]));
  const lines = data.rows.map((row, index) => {
    const shape = JSON.stringify([row.id, row.actions]);
    const line = former.get(shape) ?? rowOf(data, row, buttons);
    line.shape = shape;
    rewrite(line, data, row, index);
    return line;
  });
  if (lines.length === 0) lines.push(emptyRow(data));
  const stay = new Set(lines);
  for (const line of former.values()) if (!stay.has(line)) line.remove();
  lines.forEach((line, at) => {
    if (body.rows[at] !== line) body.insertBefore(line, body.rows[at] ?? null);
  });
}

function rewrite(line, data, row, index) {
  const values = [...line.querySelectorAll(".value")];
  if (data.numberLabel) write(values.shift(), "position", String(index + 1));
  values.forEach((value, at) => write(value, data.columns[at].kind, row.cells[at]));
}

// The page may move between the two halves of a click, as when a dialog shuts; what was pressed is what was meant.
function movedAway(pressed, { clientX, clientY }) {
  return pressed && Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) <= STILL ? pressed.button : null;
}

// A dialog that closes gives the focus back to what had it; through the shadow root it sees only the button's host, which
// takes none. A negative tabindex there would take the buttons out of the keyboard's way.
function takeFocusBack(root) {
  root.getRootNode().host.focus = (options) => root.clicked?.focus(options);
}

function fit(root, data) {
  const least = Math.max(CARDS_UP_TO, (data.columns.length + 1) * LEAST_COLUMN);
  const choose = () => {
    // A table that is wider than its place, as with long words in its head, would be cut off.
    root.classList.remove("cards");
    const wide = root.firstElementChild.offsetWidth > root.clientWidth;
    root.classList.toggle("cards", wide || root.clientWidth <= least);
  };
  root.watcher?.disconnect();
  root.watcher = new ResizeObserver(choose);
  root.watcher.observe(root);
  choose();
}

function buttonsFor(data, former) {
  const buttons = new Map();
  for (const row of data.rows) {
    for (const action of data.actions.filter(({ key }) => row.actions.includes(key))) {
      const id = JSON.stringify([row.id, action.key]);
      const button = former.get(id) ?? element("button", "");
      button.type = "button";
      button.className = action.danger ? "danger" : "";
      button.action = action.key;
      button.row = row.id;
      if (button.textContent !== action.label) button.textContent = action.label;
      button.setAttribute("aria-label", `${action.label} ${row.cells[0]}`);
      buttons.set(id, button);
    }
  }
  return buttons;
}

// The roles are named because browsers forget them when a stylesheet shows rows as blocks.
function tableOf(data) {
  const table = element("table", "", "table");
  table.setAttribute("aria-label", data.label);
  table.append(headOf(data), element("tbody", "", "rowgroup"));
  return table;
}

function headOf(data) {
  const line = element("tr", "", "row");
  const total = data.columns.reduce((sum, column) => sum + column.weight, 0);
  if (data.numberLabel) line.append(headingOf("position", data.numberLabel));
  for (const column of data.columns) {
    const heading = headingOf(column.kind, column.label);
    heading.style.width = `${(100 * column.weight) / total}%`;
    line.append(heading);
  }
  if (data.actions.length) line.append(headingOf("actions", data.actionsLabel));
  const head = element("thead", "", "rowgroup");
  head.append(line);
  return head;
}

function headingOf(kind, text) {
  const heading = element("th", kind, "columnheader");
  heading.scope = "col";
  heading.textContent = text;
  return heading;
}

function rowOf(data, row, buttons) {
  const line = element("tr", "", "row");
  if (data.numberLabel) line.append(cellOf("td", "position", data.numberLabel));
  data.columns.forEach((column, at) => {
    const cell = cellOf(at === 0 ? "th" : "td", column.kind, column.label);
    if (at === 0) cell.scope = "row";
    line.append(cell);
  });
  if (data.actions.length) line.append(actionsOf(row, buttons));
  return line;
}

function cellOf(tag, kind, label) {
  const cell = element(tag, kind, tag === "th" ? "rowheader" : "cell");
  cell.dataset.label = label;
  cell.append(element("span", "value"));
  return cell;
}

function write(value, kind, text) {
  if (value.textContent !== text) value.replaceChildren(...(text && kind === "date" ? datesOf(text) : [text]));
  value.classList.toggle("long", LONG.test(text));
}

// A range may be broken between its dates, a date nowhere: not after its hyphens either.
function datesOf(text) {
  return text.split(/(\s+)/).map((part, at) => {
    if (at % 2) return part;
    const whole = element("span", "whole");
    whole.textContent = part;
    return whole;
  });
}

function actionsOf(row, buttons) {
  const cell = element("td", "actions", "cell");
  const group = element("div", "buttons");
  group.style.setProperty("--across", Math.min(3, Math.max(1, row.actions.length)));
  group.append(...row.actions.map((action) => buttons.get(JSON.stringify([row.id, action]))));
  cell.append(group);
  return cell;
}

function emptyRow(data) {
  const line = element("tr", "", "row");
  const cell = element("td", "empty", "cell");
  cell.colSpan = data.columns.length + (data.numberLabel ? 1 : 0) + (data.actions.length ? 1 : 0);
  cell.textContent = data.empty;
  line.append(cell);
  return line;
}

function element(tag, className, role) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (role) made.setAttribute("role", role);
  return made;
}
