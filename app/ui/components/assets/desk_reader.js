export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const button = root.button ?? (root.button = build(root));
  const wait = (waiting) => {
    button.disabled = waiting;
    button.textContent = waiting ? data.waiting : data.label;
  };
  button.onclick = () => {
    wait(true);
    setTriggerValue("wanted", true);
  };
  if (!data.challenge) {
    if (!button.disabled) wait(false);
    return;
  }
  // Each challenge is put to the agent once, however often the page draws this anew.
  if (root.asked === data.challenge) return;
  root.asked = data.challenge;
  wait(true);
  ask(data).then((answer) => {
    wait(false);
    setTriggerValue("answer", answer);
  });
}

async function ask({ port, challenge, seconds }) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/read`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ challenge, seconds }),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout((seconds + 10) * 1000),
    });
    return response.ok ? await response.json() : { error: "agent_refuses" };
  } catch {
    // Not there, not allowed by the browser, or paired with another server: a page is not told which.
    return { error: "agent_missing" };
  }
}

function build(root) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  root.replaceChildren(button);
  return button;
}
