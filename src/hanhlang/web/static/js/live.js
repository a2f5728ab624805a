// An element with data-live="plan:vidw-2025 run:vidw-2025" hears the event "live" when one of these audiences has changed;
// hx-trigger="live" then fetches its fragment again. data-live-at holds the versions it was drawn with.
//
// One stream serves a whole browser: the tab that holds the lock listens and tells the others. Without a stream, for whatever
// reason, every tab asks for itself every 15 seconds while it is looked at.
"use strict";

(() => {
  const ASK_EVERY = 15000;
  const SILENT_AFTER = 25000; // the stream beats every 10 seconds
  const COME_BACK_AFTER = 5000;
  const NAME = "hanhlang-live";

  const seen = new Map(); // audience: version on this page
  const stale = new Set(); // audiences that changed and were not told to the page yet
  let heardAt = -Infinity;

  const elements = () => document.querySelectorAll("[data-live]");
  const names = (element) => element.dataset.live.split(" ").filter(Boolean);

  function look() {
    for (const element of elements()) {
      const versions = (element.dataset.liveAt || "").split(" ");
      names(element).forEach((name, place) => {
        const version = Number(versions[place] || NaN);
        if (version > (seen.get(name) ?? -1)) seen.set(name, version);
      });
    }
  }

  function tell() {
    // A page nobody looks at waits until somebody does.
    if (document.hidden || !stale.size) return;
    for (const element of elements()) {
      if (!names(element).some((name) => stale.has(name))) continue;
      const spread = Number(element.dataset.liveSpread || 0) * 1000;
      // Many pages change at one publishing: those of delegates come one after the other.
      setTimeout(() => element.dispatchEvent(new CustomEvent("live")), Math.random() * spread);
    }
    stale.clear();
  }

  function hear(versions) {
    heardAt = performance.now();
    for (const [name, version] of Object.entries(versions)) {
      const known = seen.get(name);
      seen.set(name, version);
      if (known !== undefined && known !== version) stale.add(name);
    }
    tell();
  }

  function ask() {
    if (performance.now() - heardAt < SILENT_AFTER) return;
    for (const element of elements()) names(element).forEach((name) => stale.add(name));
    tell();
  }

  function address(wanted) {
    const port = document.querySelector('meta[name="live-port"]')?.content;
    const origin = port ? `${location.protocol}//${location.hostname}:${port}` : "";
    return `${origin}/live/?${new URLSearchParams([...wanted].sort().map((name) => ["a", name]))}`;
  }

  function lead(channel) {
    const wanted = new Set();
    const served = new Map(); // audience: version, as the stream said last
    let stream = null;
    let timer = 0;

    function open() {
      timer = 0;
      stream?.close();
      served.clear();
      stream = new EventSource(address(wanted), { withCredentials: true });
      stream.addEventListener("versions", (event) => pass(JSON.parse(event.data)));
      stream.addEventListener("beat", () => pass({}));
      stream.onerror = () => {
        // The browser comes back by itself after a broken line, but not after a refusal.
        if (stream.readyState === EventSource.CLOSED) reopen(COME_BACK_AFTER);
      };
    }

    function reopen(after) {
      if (!timer) timer = setTimeout(open, after);
    }

    function pass(versions) {
      for (const [name, version] of Object.entries(versions)) served.set(name, version);
      hear(versions);
      channel.postMessage({ kind: "versions", versions });
    }

    function want(asked) {
      const isNew = asked.some((name) => !wanted.has(name));
      asked.forEach((name) => wanted.add(name));
      if (isNew) reopen(50);
      // Whoever has signed in since may follow more than when the stream was opened.
      else if (asked.some((name) => !served.has(name))) reopen(COME_BACK_AFTER);
      else channel.postMessage({ kind: "versions", versions: Object.fromEntries(served) });
    }

    channel.onmessage = ({ data }) => data.kind === "want" && want(data.names);
    channel.postMessage({ kind: "who" });
    want(mine());
  }

  function mine() {
    return [...new Set([...elements()].flatMap(names))];
  }

  function follow(channel) {
    const say = () => channel.postMessage({ kind: "want", names: mine() });
    channel.onmessage = ({ data }) => {
      if (data.kind === "versions") hear(data.versions);
      if (data.kind === "who") say();
    };
    say();
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!mine().length) return;
    look();
    document.addEventListener("htmx:after:swap", look);
    document.addEventListener("visibilitychange", tell);
    setInterval(ask, ASK_EVERY);
    if (!navigator.locks || !window.BroadcastChannel || !window.EventSource) return;
    const channel = new BroadcastChannel(NAME);
    follow(channel);
    navigator.locks.request(NAME, () => {
      lead(channel);
      // Held until the tab goes; then another one leads.
      return new Promise(() => {});
    });
  });
})();
