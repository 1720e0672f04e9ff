// How the explorer is put into a page, and into a notebook by anywidget.

import { Explorer } from "./explorer.js";

// Put the explorer into an element; return it once the first description has come.
export async function mount(root, host) {
  return new Explorer(root, await host.ask("schema", {}), host);
}

// For anywidget: the same explorer, with messages in place of HTTP.
export default {
  async render({ model, el }) {
    const waiting = new Map();
    const answered = (content, buffers) => {
      const promise = waiting.get(content.id);
      if (!promise) return;
      waiting.delete(content.id);
      if (content.fault) promise.reject(new Error(content.fault.error));
      else promise.resolve(buffers?.length ? alone(buffers[0]) : content.answer);
    };
    model.on("msg:custom", answered);
    let closed = false;
    const ask = (kind, body) => new Promise((resolve, reject) => {
      if (closed) return;
      const id = crypto.randomUUID();
      waiting.set(id, { resolve, reject });
      model.send({ id, kind, body });
    });
    let changed = () => {};
    const moved = () => changed();
    model.on("change:state", moved);
    const explorer = await mount(el, {
      ask,
      read: () => model.get("state"),
      write: (text) => { model.set("state", text); model.save_changes(); },
      listen: (listener) => { changed = listener; },
      link: (text) => `#${text}`,
    });
    return () => {
      closed = true;
      model.off("msg:custom", answered);
      model.off("change:state", moved);
      explorer.close();
    };
  },
};

function alone(view) {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}
