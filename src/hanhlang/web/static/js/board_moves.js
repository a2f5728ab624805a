// Moving a meeting on the day board, by keys or by the pointer: each tentative place gets its verdict, nothing is put before one says so.
"use strict";

const MOVABLE = ["bilateral", "business"];
const DRAG_FROM = 6, JUDGE_AFTER = 90; // px before a press is a drag; ms without a step before a place is judged

class BoardMoves extends BoardRows {
  readyToMove() {
    this.bar = this.querySelector("[data-move]");
    if (!this.bar) return;
    this.verdict = this.bar.querySelector("[data-verdict]");
    this.against = this.bar.querySelector("[data-against]");
    this.terms = this.bar.querySelector("[data-terms]");
    this.putButton = this.bar.querySelector("[data-put]");
    this.roomButton = this.bar.querySelector("[data-room]");
    this.bar.querySelector("[data-back]").addEventListener("click", () => this.endMove());
    this.bar.addEventListener("submit", (event) => this.onPut(event));
    this.frame.addEventListener("pointerdown", (event) => this.onPress(event));
    this.frame.addEventListener("pointermove", (event) => this.onDrag(event));
    for (const end of ["pointerup", "pointercancel"]) this.frame.addEventListener(end, (event) => this.onDrop(event));
    this.frame.addEventListener("click", (event) => this.afterDrag(event), true);
  }

  canMove(node) {
    if (!this.bar || !node?.item?.[K.link] || !MOVABLE.includes(KINDS[node.item[K.kind]])) return false;
    return !(node.item[K.states] & (1 << STATES.indexOf("leaving")));
  }

  asked(more = {}) {
    const { plan, day } = this.bar.elements;
    return new URLSearchParams({ plan: plan.value, day: day.value, meeting: this.moving.number, ...more });
  }

  // Takes a meeting up; hours and places come from the server.
  async startMove(node) {
    if (!this.canMove(node)) {
      this.said.textContent = this.bar?.dataset.cannot ?? "";
      return false;
    }
    const { item } = node;
    const moving = { number: item[K.link], item, row: node.closest("[data-row]").dataset.row, start: item[K.start], back: { ...this.focusOn } };
    this.moving = moving;
    try {
      const answer = await fetch(`${this.bar.dataset.begin}?${this.asked()}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      Object.assign(moving, await answer.json());
      if (!moving.starts.length) throw new Error("no hours");
    } catch {
      this.moving = null;
      this.said.textContent = this.bar.dataset.cannot;
      return false;
    }
    if (this.moving !== moving) return false;
    moving.start ??= this.nearest(item[K.start]);
    moving.place ??= moving.places[0][0];
    moving.from = { start: moving.start, place: moving.place };
    this.bar.hidden = false;
    this.classList.add("moving");
    this.showStep(this.bar.dataset.how);
    return true;
  }

  nearest(minute) {
    return this.moving.starts.reduce((best, start) => (Math.abs(start - minute) < Math.abs(best - minute) ? start : best));
  }

  placeName() {
    return this.moving.places.find(([key]) => key === this.moving.place)?.[1] ?? "";
  }

  where() {
    const { start, minutes } = this.moving;
    return `${clock(start)}–${clock(start + minutes)}, ${this.placeName()}`;
  }

  // Arrows: the next hour the meeting may begin at, or the next place it may use.
  stepMove(key) {
    const moving = this.moving;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const later = key === "ArrowRight";
      const found = moving.starts.filter((start) => (later ? start > moving.start : start < moving.start));
      if (found.length) moving.start = later ? found[0] : found.at(-1);
    } else {
      const at = moving.places.findIndex(([place]) => place === moving.place) + (key === "ArrowDown" ? 1 : -1);
      if (at >= 0 && at < moving.places.length) moving.place = moving.places[at][0];
    }
    this.showStep();
  }

  showStep(how = "") {
    this.putButton.setAttribute("aria-disabled", "true");
    this.roomButton.hidden = true;
    this.verdict.className = "verdict";
    this.verdict.textContent = `${this.where()}. ${how || this.bar.dataset.judging}`;
    this.against.replaceChildren();
    this.terms.replaceChildren();
    this.drawWould();
    this.reveal(this.moving.start, this.moving.start + this.moving.minutes);
    clearTimeout(this.judging);
    this.judged = null;
    if (how) this.said.textContent = `${this.where()}. ${how}`;
    if (this.moving.start !== this.moving.from.start || this.moving.place !== this.moving.from.place) {
      this.judging = setTimeout(() => this.judge(), JUDGE_AFTER);
    }
  }

  async judge() {
    const moving = this.moving;
    if (!moving) return;
    const { start, place } = moving;
    this.judgeAsking?.abort();
    this.judgeAsking = new AbortController();
    try {
      const query = this.asked({ start, place });
      const answer = await fetch(`${this.bar.dataset.judge}?${query}`, { cache: "no-store", signal: this.judgeAsking.signal });
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      const told = await answer.json();
      if (this.moving === moving && moving.start === start && moving.place === place) this.showVerdict(told);
    } catch (fault) {
      if (fault.name !== "AbortError") this.verdict.textContent = this.said.textContent = this.dataset.lost;
    }
  }

  showVerdict(told) {
    this.judged = told;
    this.verdict.textContent = told.fits ? told.sentence : told.where ?? told.sentence;
    this.verdict.className = `verdict ${told.fits ? "fits" : "breaks"}`;
    this.against.replaceChildren(...(told.fits ? [] : told.against).map((text) => make("li", "", text)));
    const rows = told.lines?.map(([word, amount, cost]) => {
      const row = make("li");
      row.append(make("span", "", word), make("span", "f", amount), make("b", "f", cost));
      return row;
    });
    this.terms.replaceChildren(...(rows ?? []));
    this.putButton.setAttribute("aria-disabled", String(!told.fits));
    this.roomButton.hidden = !told.room;
    this.said.textContent = told.room ? `${told.sentence} ${this.bar.dataset.roomKey}` : told.sentence;
    this.drawWould();
  }

  // The place it would have: in the places' rows where the place is, else in the row it was taken from.
  drawWould() {
    this.would?.remove();
    this.would = null;
    if (!this.moving?.starts) return;
    const row = this.nodes.get(this.nodes.has(`r-${this.moving.place}`) ? `r-${this.moving.place}` : this.moving.row);
    if (!row) return;
    const state = this.judged ? (this.judged.fits ? "fits" : "clash") : "";
    this.would = this.put(make("div", `block would ${state}`), this.moving.start, this.moving.start + this.moving.minutes, 0);
    this.would.setAttribute("aria-hidden", "true");
    row.querySelector(".lane").append(this.would);
  }

  putMove(isRoom = false) {
    if (!this.judged || (isRoom ? !this.judged.room : !this.judged.fits)) {
      this.said.textContent = this.judged?.sentence ?? this.bar.dataset.judging;
      return;
    }
    const { meeting, start, place } = this.bar.elements;
    [meeting.value, start.value, place.value] = [this.moving.number, this.moving.start, this.moving.place];
    this.bar.requestSubmit(isRoom ? this.roomButton : this.putButton);
  }

  onPut(event) {
    const isRoom = event.submitter === this.roomButton;
    if (this.judged && (isRoom ? this.judged.room : this.judged.fits)) {
      const { meeting, start, place } = this.bar.elements;
      [meeting.value, start.value, place.value] = [this.moving.number, this.moving.start, this.moving.place];
      return;
    }
    event.preventDefault();
    this.said.textContent = this.judged?.sentence ?? this.bar.dataset.judging;
  }

  endMove() {
    if (!this.moving) return;
    const { back } = this.moving;
    clearTimeout(this.judging);
    this.judgeAsking?.abort();
    this.moving = this.judged = null;
    this.bar.hidden = true;
    this.classList.remove("moving");
    this.drawWould();
    this.said.textContent = this.bar.dataset.returned;
    (this.cell(back.row, back.item) ?? this.stop)?.focus({ preventScroll: true });
  }

  // Returns whether a key belonged to a move.
  onMoveKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    if (!this.moving) {
      if (event.key.toLowerCase() === "m" && document.activeElement?.item) this.startMove(document.activeElement);
      else if (event.key.toLowerCase() === "l" && this.canMove(document.activeElement)) {
        location.assign(`${this.data.meeting.replace("/0/", `/${document.activeElement.item[K.link]}/`)}#lock`);
      } else return false;
      return true;
    }
    if (!this.moving.starts) return true;
    if (event.key.startsWith("Arrow")) this.stepMove(event.key);
    else if (event.key === "Enter") this.putMove();
    else if (event.key.toLowerCase() === "r") this.putMove(true);
    else if (event.key === "Escape") this.endMove();
    else return false;
    return true;
  }

  // By the pointer

  onPress(event) {
    const node = event.target.closest(".block");
    this.press = event.button === 0 && !this.moving && this.canMove(node) ? { node, x: event.clientX, y: event.clientY, id: event.pointerId } : null;
  }

  async onDrag(event) {
    const press = this.press;
    if (!press) return;
    if (!press.isDrag) {
      if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < DRAG_FROM) return;
      press.isDrag = true;
      press.grip = press.x - press.node.getBoundingClientRect().left;
      this.frame.setPointerCapture(press.id);
      press.ready = this.startMove(press.node);
    }
    event.preventDefault();
    if (!(await press.ready) || !this.moving) return;
    this.follow(event.clientX - press.grip, event.clientY);
  }

  follow(x, y) {
    const left = this.body.getBoundingClientRect().left + this.label();
    const start = this.nearest((x - left) / this.perMinute + this.data.axis[0]);
    const row = document.elementsFromPoint(x + 4, y).map((node) => node.closest?.("[data-row]")).find(Boolean)?.dataset.row ?? "";
    const place = row.startsWith("r-") ? row.slice(2) : "";
    const isOffered = this.moving.places.some(([key]) => key === place);
    if (start === this.moving.start && (!isOffered || place === this.moving.place)) return;
    this.moving.start = start;
    if (isOffered) this.moving.place = place;
    this.showStep();
  }

  onDrop() {
    if (this.press?.isDrag) this.dropped = performance.now();
    this.press = null;
  }

  // The click that ends a drag opens nothing.
  afterDrag(event) {
    if (this.moving || performance.now() - (this.dropped ?? -1e9) < 300) {
      event.preventDefault();
      event.stopPropagation();
    }
  }
}
