// The day board: rows on a time axis, drawn only as far as they are seen; the page's list says the same without it.
// What a row looks like stands in board_rows.js, how a meeting is moved in board_moves.js.
"use strict";

(() => {
  const ROW = 37, LANE = 25, GROUP = 30, OVERSCAN = 240;
  const ZOOMS = [0, 110, 170, 260, 480]; // px an hour; 0 fits the day into the frame
  const WIDE = matchMedia("(min-width: 720px)");

  class DayBoard extends BoardMoves {
    connectedCallback() {
      this.frame = this.querySelector("[data-frame]");
      this.hours = this.querySelector("[data-hours]");
      this.body = this.querySelector("[data-body]");
      this.detail = this.querySelector("[data-detail]");
      this.found = this.querySelector("[data-found]");
      this.said = this.querySelector("[data-said]");
      this.form = document.getElementById("board-filter");
      this.list = document.getElementById("board-list");
      this.nodes = new Map();
      this.zoom = 0;
      this.focusOn = { row: "", item: "" };
      this.readyToMove();
      this.frame.addEventListener("scroll", () => this.drawSoon(), { passive: true });
      this.frame.addEventListener("keydown", (event) => this.onKey(event));
      this.frame.addEventListener("focusin", (event) => this.onFocus(event));
      this.frame.addEventListener("click", (event) => this.onClick(event));
      this.frame.addEventListener("pointerover", (event) => this.onPoint(event));
      this.addEventListener("click", (event) => this.onTool(event));
      this.addEventListener("live", () => (this.hidden ? this.renewList() : this.load()));
      this.form.addEventListener("input", () => this.filterSoon());
      this.form.addEventListener("keydown", (event) => this.onSearchKey(event));
      this.form.addEventListener("submit", (event) => this.onSubmit(event));
      WIDE.addEventListener("change", () => this.choose());
      new ResizeObserver(() => this.lay()).observe(this.frame);
      setInterval(() => this.drawNow(), 5000);
      this.choose();
    }

    // On a narrow screen the list stands alone.
    choose() {
      this.hidden = !WIDE.matches;
      this.list.hidden = WIDE.matches;
      if (WIDE.matches) this.load();
    }

    // Data

    address() {
      const asked = new URLSearchParams(new FormData(this.form));
      for (const [name, value] of [...asked]) if (!value) asked.delete(name);
      return asked;
    }

    filterSoon() {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => {
        history.replaceState(null, "", `?${this.address()}`);
        if (!this.hidden) this.load();
      }, 120);
    }

    async load() {
      if (this.hidden) return;
      const query = this.address().toString();
      this.asking?.abort();
      this.asking = new AbortController();
      try {
        const known = query === this.query && this.etag ? { "If-None-Match": this.etag } : {};
        const answer = await fetch(`${this.dataset.source}?${query}`, { headers: known, cache: "no-store", signal: this.asking.signal });
        if (answer.status !== 304 && (!answer.ok || answer.redirected)) throw new Error(String(answer.status));
        this.second = Number(answer.headers.get("Hanhlang-Second"));
        this.secondAt = performance.now();
        if (answer.status === 200) this.take(await answer.json(), query === this.query);
        this.etag = answer.headers.get("ETag");
        this.query = query;
        this.removeAttribute("data-old");
        this.drawNow();
      } catch (fault) {
        if (fault.name === "AbortError") return;
        this.setAttribute("data-old", "");
        this.found.textContent = this.dataset.lost;
      }
    }

    // On a phone the list follows too, but never under the reader's finger.
    async renewList() {
      try {
        const answer = await fetch(location.href, { cache: "no-store" });
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board-list");
        if (!answer.ok || !fresh || fresh.innerHTML === this.list.innerHTML || this.list.contains(document.activeElement)) return;
        this.list.replaceChildren(...document.importNode(fresh, true).childNodes);
      } catch {
        // The next change asks again.
      }
    }

    take(data, isSame) {
      const before = isSame && this.data ? this.signatures() : null;
      this.data = data;
      this.byKey = new Map(data.rows.map((row, index) => [row[R.key], index]));
      this.found.textContent = data.rows.length ? data.words.found : data.words.none;
      if (before) {
        const now = this.signatures();
        let changed = 0;
        for (const [key, sign] of now) if (before.get(key) !== sign) changed += 1;
        for (const key of before.keys()) if (!now.has(key)) changed += 1;
        if (changed) this.said.textContent = data.words.changed.replace("{}", changed);
      }
      this.lay();
      if (!isSame) this.scrollToNow();
    }

    signatures() {
      return new Map(this.data.rows.map((row) => [row[R.key], this.signature(row)]));
    }

    // Drawing

    // Every line's place; then what is seen of them.
    lay() {
      if (!this.data || this.hidden) return;
      this.lines = [];
      let top = 0, group = null;
      const letters = Math.floor((this.label() - 84) / 6.6);
      for (const row of this.data.rows) {
        if (row[R.group] && row[R.group] !== group) {
          group = row[R.group];
          this.lines.push({ top, height: GROUP, name: group, key: `g-${group}` });
          top += GROUP;
        }
        const height = this.height(row, letters);
        this.lines.push({ top, height, row, key: row[R.key] });
        top += height;
      }
      const [start, end] = this.data.axis;
      this.style.setProperty("--above", `${this.frame.getBoundingClientRect().top + scrollY}px`);
      const room = this.room() - 12;
      this.perMinute = (ZOOMS[this.zoom] || Math.max(40, (room * 60) / (end - start))) / 60;
      this.style.setProperty("--px", `${this.perMinute}px`);
      this.style.setProperty("--axis", `${end - start}`);
      this.body.style.height = `${top}px`;
      this.frame.setAttribute("aria-rowcount", this.lines.length);
      this.drawHours();
      this.draw();
      this.drawNow();
    }

    // The width of the names, and of what is left for the day.
    label() {
      return parseFloat(getComputedStyle(this.hours).paddingInlineStart);
    }

    room() {
      return this.frame.clientWidth - this.label();
    }

    // A long name wraps: it is never cut.
    height(row, letters) {
      const names = [row[R.name], row[R.group] ? "" : row[R.second]];
      const lines = names.reduce((sum, name) => sum + Math.ceil(name.length / letters), 0);
      return Math.max(ROW + (row[R.lanes] - 1) * LANE, 5 + 16 * lines);
    }

    drawHours() {
      const [start, end] = this.data.axis;
      const step = this.perMinute * 60 >= 240 ? 15 : this.perMinute * 60 >= 150 ? 30 : 60;
      const shown = [], rules = [];
      for (let minute = Math.ceil(start / step) * step; minute <= end; minute += step) {
        const hour = make("span", minute % 60 ? "part f" : "f", minute % 60 ? clock(minute) : clock(minute).slice(0, 2));
        hour.style.setProperty("--s", minute - start);
        shown.push(hour);
        const rule = make("i");
        rule.style.setProperty("--s", minute - start);
        rules.push(rule);
      }
      this.rules ??= this.body.appendChild(make("div", "rules"));
      this.rules.replaceChildren(...rules);
      this.hours.replaceChildren(...shown, this.point ??= make("b", "now-label f"));
    }

    drawNow() {
      if (!this.data) return;
      const minute = Math.floor((this.second + (performance.now() - this.secondAt) / 1000) / 60);
      const [start, end] = this.data.axis;
      const isOn = minute >= start && minute <= end;
      this.line ??= this.body.appendChild(make("div", "now-line"));
      this.line.hidden = this.point.hidden = !isOn;
      this.style.setProperty("--now", minute - start);
      this.point.textContent = clock(minute);
      // An hour the present one would half cover is not written.
      for (const hour of this.hours.querySelectorAll("span")) {
        const away = Math.abs(Number(hour.style.getPropertyValue("--s")) - (minute - start)) * this.perMinute;
        hour.style.visibility = isOn && away < 36 ? "hidden" : "";
      }
    }

    drawSoon() {
      if (this.isDue) return;
      this.isDue = true;
      requestAnimationFrame(() => {
        this.isDue = false;
        this.draw();
      });
    }

    // Throws all away and draws again what is seen; for measuring, and when the look of every block changes.
    redraw() {
      for (const node of this.nodes.values()) node.remove();
      this.nodes.clear();
      this.lay();
    }

    draw() {
      const from = this.frame.scrollTop - OVERSCAN, to = this.frame.scrollTop + this.frame.clientHeight + OVERSCAN;
      const wanted = new Set();
      const holder = document.activeElement?.closest?.("[data-row]");
      const held = this.frame.contains(document.activeElement) ? holder?.dataset.row : "";
      let low = 0, high = this.lines.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.lines[middle].top + this.lines[middle].height < from) low = middle + 1;
        else high = middle;
      }
      for (let index = low; index < this.lines.length && this.lines[index].top < to; index += 1) wanted.add(index);
      // What has focus stays, wherever the frame was scrolled; and something must be there to take it.
      const pinned = this.lines.findIndex((line) => line.key === (held || this.focusOn.row));
      if (pinned >= 0) wanted.add(pinned);
      const target = this.moving?.place ? this.lines.findIndex((line) => line.key === `r-${this.moving.place}`) : -1;
      if (target >= 0) wanted.add(target);
      const kept = new Set();
      for (const index of wanted) {
        const line = this.lines[index];
        kept.add(line.key);
        this.place(line, index);
      }
      for (const [key, node] of this.nodes) {
        if (!kept.has(key)) {
          node.remove();
          this.nodes.delete(key);
        }
      }
      if (held && !kept.has(held)) this.frame.focus({ preventScroll: true });
      this.drawWould();
      this.mark();
    }

    place(line, index) {
      const sign = line.row ? `${this.perMinute} ${this.data.axis} ${this.signature(line.row)}` : line.name;
      let node = this.nodes.get(line.key);
      if (!node || node.sign !== sign) {
        const fresh = line.row ? this.drawRow(line) : this.drawGroup(line);
        fresh.sign = sign;
        const focused = node?.contains(document.activeElement) ? document.activeElement.dataset.item ?? "" : null;
        if (node) node.replaceWith(fresh);
        else this.body.append(fresh);
        this.nodes.set(line.key, fresh);
        node = fresh;
        if (focused !== null) (this.cell(line.key, focused) ?? node.firstElementChild).focus({ preventScroll: true });
      }
      node.style.setProperty("--top", `${line.top}px`);
      node.setAttribute("aria-rowindex", index + 1);
    }

    show(node) {
      const [name, hours, ...rest] = node?.item ? this.told(node.item, node.meets) : node?.title ? [node.title] : [];
      this.hint ??= this.detail.textContent;
      this.detail.replaceChildren(name ? "" : this.hint);
      if (name) this.detail.append(make("b", "", name));
      if (hours) this.detail.append(make("span", "f", hours), make("span", "", rest.join(" · ")));
    }

    // One tab stop: the focused block, else the first row's name. Both sides of the chosen meeting light up.
    mark() {
      const { row, item } = this.focusOn;
      let stop = row && this.nodes.has(row) ? this.cell(row, item) ?? this.cell(row, "") : null;
      const first = this.lines.find((line) => line.row);
      if (!stop && first) {
        if (!this.nodes.has(first.key)) this.place(first, this.lines.indexOf(first));
        stop = this.cell(first.key, "");
      }
      if (this.stop && this.stop !== stop) this.stop.tabIndex = -1;
      this.stop = stop;
      if (stop) stop.tabIndex = 0;
      for (const node of this.body.querySelectorAll(".same")) node.classList.remove("same");
      if (item) for (const node of this.body.querySelectorAll(`[data-item="${CSS.escape(item)}"]`)) node.classList.add("same");
    }

    cell(row, item) {
      return this.nodes.get(row)?.querySelector(`[data-item="${CSS.escape(item)}"]`) ?? null;
    }

    // Moving about

    onFocus(event) {
      const node = event.target.closest("[data-item]");
      if (!node) return;
      this.focusOn = { row: node.closest("[data-row]").dataset.row, item: node.dataset.item };
      if (node.item) this.at = (node.item[K.start] + node.item[K.end]) / 2;
      this.mark();
      this.show(node);
    }

    onPoint(event) {
      const node = event.target.closest("[data-item]");
      if (node) this.show(node);
    }

    onClick(event) {
      const node = event.target.closest(".block");
      if (node) this.open(node, event.ctrlKey || event.metaKey);
    }

    open(node, isApart) {
      const link = node.item[K.link];
      if (!link) return;
      const address = this.data[KINDS[node.item[K.kind]] === "session" ? "session" : "meeting"].replace("/0/", `/${link}/`);
      if (isApart) window.open(address, "_blank", "noopener");
      else location.assign(address);
    }

    onKey(event) {
      if (event.altKey || event.metaKey || !this.data?.rows.length) return;
      if (this.onMoveKey(event)) {
        event.preventDefault();
        return;
      }
      const steps = {
        ArrowLeft: () => this.along(-1), ArrowRight: () => this.along(1), ArrowUp: () => this.down(-1), ArrowDown: () => this.down(1),
        Home: () => (event.ctrlKey ? this.go(0, null) : this.edge(0)), End: () => (event.ctrlKey ? this.go(this.data.rows.length - 1, null) : this.edge(-1)),
        PageUp: () => this.down(-this.pageful()), PageDown: () => this.down(this.pageful()),
        Enter: () => document.activeElement.item && this.open(document.activeElement, event.ctrlKey),
        "/": () => this.form.elements.q.focus(), "+": () => this.zoomTo(this.zoom + 1), "=": () => this.zoomTo(this.zoom + 1),
        "-": () => this.zoomTo(this.zoom - 1), 0: () => this.zoomTo(0), n: () => this.scrollToNow(true), "?": () => this.showKeys(),
      };
      const step = steps[event.key];
      if (!step || (event.ctrlKey && !["Home", "End", "Enter"].includes(event.key))) return;
      event.preventDefault();
      step();
    }

    onSearchKey(event) {
      if (event.key !== "Escape" || event.target !== this.form.elements.q) return;
      event.preventDefault();
      this.stop?.focus();
    }

    onSubmit(event) {
      if (this.hidden) return;
      event.preventDefault();
      clearTimeout(this.waiting);
      history.replaceState(null, "", `?${this.address()}`);
      this.load().then(() => this.stop?.focus());
    }

    cells(index) {
      const row = this.data.rows[index], found = [];
      for (let n = 0; n < row[R.blocks].length; n += 3) found.push(this.data.items[row[R.blocks][n]]);
      return found;
    }

    here() {
      return this.byKey.get(this.focusOn.row) ?? 0;
    }

    along(step) {
      const items = this.cells(this.here());
      const place = items.findIndex((item) => item[K.key] === this.focusOn.item) + step;
      if (place >= -1 && place < items.length) this.go(this.here(), place < 0 ? null : items[place]);
    }

    edge(place) {
      this.go(this.here(), this.cells(this.here()).at(place) ?? null);
    }

    // The nearest in time, so that a column of the day can be read downwards.
    down(step) {
      const index = Math.min(Math.max(this.here() + step, 0), this.data.rows.length - 1);
      if (index === this.here()) return;
      const away = (item) => Math.abs((item[K.start] + item[K.end]) / 2 - this.at);
      const nearest = this.focusOn.item ? this.cells(index).reduce((best, item) => (best && away(best) <= away(item) ? best : item), null) : null;
      this.go(index, nearest, true);
    }

    pageful() {
      return Math.max(1, Math.floor(this.frame.clientHeight / ROW) - 2);
    }

    go(index, item, keepsTime = false) {
      const row = this.data.rows[index], line = this.lines.findIndex((one) => one.key === row[R.key]);
      const { top, height } = this.lines[line], head = this.hours.offsetHeight, at = this.at;
      this.focusOn = { row: row[R.key], item: item ? item[K.key] : "" };
      if (top < this.frame.scrollTop) this.frame.scrollTop = top;
      else if (top + height + head > this.frame.scrollTop + this.frame.clientHeight) this.frame.scrollTop = top + height + head - this.frame.clientHeight;
      if (item) this.reveal(item[K.start], item[K.end]);
      this.draw();
      (this.cell(row[R.key], this.focusOn.item) ?? this.cell(row[R.key], "")).focus({ preventScroll: true });
      if (keepsTime && at !== undefined) this.at = at;
    }

    // Scrolls sideways until a span stands right of the names.
    reveal(start, end) {
      const from = (start - this.data.axis[0]) * this.perMinute, to = (end - this.data.axis[0]) * this.perMinute;
      const room = this.room();
      if (from < this.frame.scrollLeft) this.frame.scrollLeft = Math.max(0, from - 12);
      else if (to > this.frame.scrollLeft + room) this.frame.scrollLeft = Math.min(from, to - room + 12);
    }

    onTool(event) {
      const tool = event.target.closest("[data-tool]")?.dataset.tool;
      if (tool === "in") this.zoomTo(this.zoom + 1);
      if (tool === "out") this.zoomTo(this.zoom - 1);
      if (tool === "now") this.scrollToNow(true);
    }

    zoomTo(level) {
      if (!this.data) return;
      const half = this.room() / 2;
      const chosen = this.stop?.item && document.activeElement === this.stop ? this.stop.item[K.start] - this.data.axis[0] : null;
      const middle = chosen ?? (this.frame.scrollLeft + half) / this.perMinute;
      this.zoom = Math.min(Math.max(level, 0), ZOOMS.length - 1);
      this.lay();
      this.frame.scrollLeft = middle * this.perMinute - half;
      for (const [tool, isEnd] of [["in", this.zoom === ZOOMS.length - 1], ["out", this.zoom === 0]]) {
        this.querySelector(`[data-tool="${tool}"]`).setAttribute("aria-disabled", String(isEnd));
      }
    }

    scrollToNow(isAsked = false) {
      const minute = this.second / 60, [start, end] = this.data.axis;
      if (minute < start || minute > end) return;
      if (isAsked || this.zoom) this.frame.scrollLeft = (minute - start) * this.perMinute - this.room() / 3;
    }

    showKeys() {
      const keys = this.querySelector("details");
      keys.open = true;
      keys.querySelector("summary").focus();
    }
  }

  customElements.define("day-board", DayBoard);
})();
