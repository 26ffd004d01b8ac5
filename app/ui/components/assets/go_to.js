// The address holds a ticket that is good once: go there once, however often Streamlit calls.
const gone = new Set();

export default function ({ data }) {
  const own = /^\/(?!\/)[!-\[\]-~]*$/.test(data.url) && new URL(data.url, location.href).origin === location.origin;
  if (!own || gone.has(data.url)) return;
  gone.add(data.url);
  window.location.assign(data.url);
}
