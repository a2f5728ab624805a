// A row of the day board from its data; web/desk/board/drawing.py says what stands where in it.
// Words come with the data; positions are set as properties, which the content security policy allows.
"use strict";

const CODE_FROM = 21, CODE_EASY = 30, NAME_FROM = 45, PLACE_FROM = 110, LETTER = 7; // px a block needs for a code, one not set tight, a name, its place beside; px of a letter
const K = { key: 0, kind: 1, start: 2, end: 3, place: 4, site: 5, states: 6, first: 7, second: 8, title: 9, hatch: 10, wasStart: 11, wasEnd: 12, was: 13, link: 14 };
const R = { key: 0, name: 1, second: 2, flag: 3, count: 4, lanes: 5, group: 6, unplaced: 7, blocks: 8, ghosts: 9, ways: 10, gaps: 11 };
const KINDS = ["bilateral", "business", "session", "hold", "closed", "busy"];
const STATES = ["locked", "held", "moved", "new", "leaving", "illustrative", "person", "road", "place", "away", "late"];
const CLASH = STATES.slice(6);
const WAYS = ["stay", "road", "tight", "before"];
const SVG = "http://www.w3.org/2000/svg";

const clock = (minute) => {
  const held = Math.min(Math.max(minute, 0), 1440);
  return `${String(Math.floor(held / 60)).padStart(2, "0")}:${String(held % 60).padStart(2, "0")}`;
};

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

class BoardRows extends HTMLElement {
  // What a row shows, as text: equal texts need no new drawing.
  signature(row) {
    const { items, parties, places, flags } = this.data;
    const shown = (index) => items[index].map((part, n) => (n === K.first || n === K.second ? parties[part] : n === K.place ? places[part] : part));
    const blocks = row[R.blocks].map((part, n) => (n % 3 ? part : shown(part)));
    return JSON.stringify([row.slice(0, R.blocks), flags[row[R.flag]], blocks, row[R.ghosts].map(shown), row[R.ways], row[R.gaps]]);
  }

  drawGroup(line) {
    const node = make("div", "group");
    node.setAttribute("role", "row");
    const name = make("span", "", line.name);
    name.setAttribute("role", "rowheader");
    node.append(name);
    return node;
  }

  drawRow(line) {
    const { row } = line, node = make("div", "row"), { words, flags } = this.data;
    node.setAttribute("role", "row");
    node.dataset.row = row[R.key];
    node.style.setProperty("--height", `${line.height}px`);
    const label = make("div", "label");
    label.setAttribute("role", "rowheader");
    label.tabIndex = -1;
    label.dataset.item = "";
    if (row[R.flag] >= 0) {
      const flag = make("img", "flag");
      Object.assign(flag, { src: flags[row[R.flag]], alt: "", width: 24, height: 18 });
      label.append(flag);
    } else if (flags.length) label.append(make("span", "flag none"));
    const name = make("span", "name", row[R.name]);
    const second = row[R.group] ? "" : row[R.second];
    if (second) name.append(make("span", "about", second));
    const told = [row[R.name], second, words.meetings.replace("{}", row[R.count])];
    if (row[R.unplaced]) told.push(words.unplaced.replace("{}", row[R.unplaced]));
    label.title = told.filter(Boolean).join(", ");
    label.setAttribute("aria-label", label.title);
    label.append(name, make("span", "count f", String(row[R.count] || "")));
    if (row[R.unplaced]) label.append(make("span", "left", ""));
    node.append(label, this.drawLane(row, line));
    return node;
  }

  drawLane(row, line) {
    const lane = make("div", "lane"), parts = [];
    lane.append(this.drawWays(row, line));
    for (let n = 0; n < row[R.gaps].length; n += 2) {
      const [start, end] = row[R.gaps].slice(n, n + 2);
      const gap = this.put(make("span", "gap"), start, end, 0);
      gap.textContent = this.data.words.free.replace("{}", clock(end - start));
      parts.push(gap);
    }
    for (let n = 0; n < row[R.ways].length; n += 5) {
      const [kind, from, to, origin, destination] = row[R.ways].slice(n, n + 5);
      if (WAYS[kind] !== "road" && WAYS[kind] !== "tight") continue;
      const leave = this.put(make("span", `leave f ${destination < origin ? "up" : "down"}`), from, to, 0);
      leave.textContent = clock(from);
      parts.push(leave);
    }
    for (const index of row[R.ghosts]) {
      const item = this.data.items[index];
      parts.push(this.put(make("span", "ghost"), item[K.wasStart], item[K.wasEnd], 0));
    }
    for (let n = 0; n < row[R.blocks].length; n += 3) parts.push(this.drawBlock(...row[R.blocks].slice(n, n + 3)));
    lane.append(...parts);
    return lane;
  }

  put(node, start, end, lane) {
    const [first, last] = this.data.axis;
    node.style.setProperty("--s", Math.max(start, first) - first);
    node.style.setProperty("--d", Math.min(end, last) - Math.max(start, first));
    if (lane) node.style.setProperty("--lane", lane);
    return node;
  }

  drawBlock(index, lane, meets) {
    const item = this.data.items[index];
    const node = make("div", `block ${KINDS[item[K.kind]]}`);
    const states = STATES.filter((_, bit) => item[K.states] & (1 << bit));
    for (const state of states) node.classList.add(CLASH.includes(state) ? "clash" : state);
    if (item[K.link]) node.classList.add("opens");
    if (item[K.hatch]) node.append(make("i", `hatch ${item[K.hatch]}`));
    const [start, end] = this.data.axis;
    const width = (Math.min(item[K.end], end) - Math.max(item[K.start], start)) * this.perMinute;
    const hasCode = this.names(item, meets)[0]?.[0];
    if (width >= (hasCode ? CODE_FROM : NAME_FROM) && KINDS[item[K.kind]] !== "busy") {
      const text = make("span", "", this.short(item, meets, width));
      if (states.includes("illustrative")) text.className = "illustrative";
      if (width < CODE_EASY) text.classList.add("tight");
      text.setAttribute("aria-hidden", "true");
      node.append(text);
    }
    node.setAttribute("role", "gridcell");
    node.tabIndex = -1;
    node.dataset.item = item[K.key];
    // The name comes from the content, so that who speaks to the machine may say what is seen.
    node.append(make("span", "unseen", this.told(item, meets).join(", ")));
    node.item = item;
    node.meets = meets;
    return this.put(node, item[K.start], item[K.end], lane);
  }

  drawWays(row, line) {
    const [start, end] = this.data.axis, last = Math.max(1, this.data.sites.length - 1);
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "road");
    svg.setAttribute("viewBox", `0 0 ${end - start} ${line.height}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const high = (site) => 4 + ((line.height - 9) * (this.data.sites.length > 1 ? site : 1)) / last;
    for (let n = 0; n < row[R.ways].length; n += 5) {
      const [kind, from, to, origin, destination] = row[R.ways].slice(n, n + 5);
      if (to <= start || from >= end) continue;
      const path = document.createElementNS(SVG, "line");
      const slope = (high(destination) - high(origin)) / Math.max(1, to - from);
      const [x1, x2] = [Math.max(from, start), Math.min(to, end)];
      path.setAttribute("class", WAYS[kind]);
      path.setAttribute("x1", x1 - start);
      path.setAttribute("x2", x2 - start);
      path.setAttribute("y1", high(origin) + slope * (x1 - from));
      path.setAttribute("y2", high(origin) + slope * (x2 - from));
      svg.append(path);
    }
    return svg;
  }

  // Words of an item

  names(item, meets) {
    const sides = [item[K.first], item[K.second]].filter((side) => side >= 0).map((side) => this.data.parties[side]);
    return meets < 2 && sides.length > 1 ? [sides[meets]] : sides;
  }

  short(item, meets, width) {
    const sides = this.names(item, meets), named = sides.map(([code, name]) => (code && width < 240 ? code : name));
    const both = named.join(" – ");
    if (named.length > 1 && both.length * LETTER > width) return `${named[0]} +`;
    const place = sides.length && meets < 2 && item[K.place] >= 0 ? this.data.places[item[K.place]][0] : "";
    return (place && width >= PLACE_FROM ? `${both}, ${place}` : both) || item[K.title] || this.data.words.kinds[item[K.kind]];
  }

  told(item, meets) {
    const { words, places, sites } = this.data;
    const name = this.names(item, meets).map(([code, whole]) => (code ? `${whole} (${code})` : whole)).join(" – ") || item[K.title];
    const kind = words.kinds[item[K.kind]];
    const told = [name || kind, `${clock(item[K.start])}–${clock(item[K.end])}`];
    if (item[K.place] >= 0) told.push(places[item[K.place]][0]);
    if (item[K.site] >= 0) told.push(sites[item[K.site]]);
    if (name) told.push(kind);
    words.states.forEach((state, bit) => item[K.states] & (1 << bit) && told.push(state));
    if (item[K.was]) told.push(words.was.replace("{}", item[K.was]));
    return told;
  }
}
