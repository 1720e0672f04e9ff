// The explorer as a page: questions over HTTP, the state in the address.

import { mount } from "./explorer.js";

async function ask(kind, body) {
  const reply = await fetch(`ask/${kind}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }).catch(() => { throw new Error("the explorer has ended; start triangle explore again"); });
  if (!reply.ok) throw new Error((await reply.json()).error);
  return reply.headers.get("Content-Type").startsWith("application/json") ? reply.json() : reply.arrayBuffer();
}

mount(document.querySelector("main"), {
  ask,
  read: () => location.hash,
  write: (text) => history.replaceState(null, "", text ? `#${text}` : location.pathname),
  listen: (changed) => addEventListener("hashchange", changed),
  link: (text) => `${location.origin}${location.pathname}#${text}`,
});
