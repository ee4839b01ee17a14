// A page that is opened as a file may start no worker, and the search is one: here an iframe stands in for it.
// (The theme looks for the name "iframe-worker" before it would load a script of this kind from elsewhere.)
class IframeWorker extends EventTarget {
  constructor(url) {
    super();
    this.iframe = document.createElement("iframe");
    this.iframe.hidden = true;
    document.body.append(this.iframe);
    this.inside = this.iframe.contentWindow;
    window.addEventListener("message", (event) => this.receive(event));
    this.inside.document.open();
    this.inside.document.write(page(url));
    this.inside.document.close();
    // Only now: a document that is opened forgets who listens.
    this.loaded = new Promise((resolve) => this.inside.addEventListener("load", resolve));
  }

  receive(event) {
    if (event.source !== this.inside) return;
    const message = new MessageEvent("message", { data: event.data });
    this.dispatchEvent(message);
    this.onmessage?.(message);
  }

  postMessage(data) {
    this.loaded.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) })));
  }

  terminate() {
    this.iframe.remove();
  }
}

// Inside, `postMessage` speaks to the page, and `importScripts` loads scripts one after the other.
function page(url) {
  const speak = "postMessage = (data, to) => parent.postMessage(data, to || '*')";
  const load = `importScripts = (...urls) => urls.reduce((before, url) => before.then(() => new Promise((done) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = done;
    document.body.append(script);
  })), Promise.resolve())`;
  return `<html><body><script>${speak}; ${load}<\/script><script src="${url}"><\/script></body></html>`;
}

if (location.protocol === "file:") window.Worker = IframeWorker;
