/** A binary heap: gives out first what is due first. */
export class Heap<T extends { readonly due: number }> {
  readonly #items: T[] = [];

  /** What is due first. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    let place = this.#items.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (!parent || parent.due <= item.due) break;
      this.#items[place] = parent;
      place = above;
    }
    this.#items[place] = item;
  }

  /** Takes the first out. */
  pop(): void {
    const last = this.#items.pop();
    if (last && this.#items.length > 0) this.#sink(last);
  }

  #sink(item: T): void {
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const below = this.#due(left + 1) < this.#due(left) ? left + 1 : left;
      const child = this.#items[below];
      if (!child || child.due >= item.due) break;
      this.#items[place] = child;
      place = below;
    }
    this.#items[place] = item;
  }

  #due(place: number): number {
    return this.#items[place]?.due ?? Infinity;
  }
}
