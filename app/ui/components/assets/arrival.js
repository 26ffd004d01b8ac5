// Says once that the browser shows what was drawn.
export default function ({ parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  if (root.told) return;
  root.told = true;
  setTriggerValue("arrived", true);
}
