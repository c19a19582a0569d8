const LINE_END = /\r\n|\r|\n/;

/** Takes a stream of server-sent events apart. Types and ids are left out: frames carry their own, signed. */
export class EventParser {
  readonly #limit: number;
  readonly #decoder = new TextDecoder();
  #data: string[] = [];
  #size = 0;
  #line = '';
  #afterReturn = false;

  /** `limit`: characters of an event at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The data of the events that these bytes complete. Throws `RangeError` when one is too large. */
  push(bytes: Uint8Array): string[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    // A line end of two characters may be cut in the middle.
    if (this.#afterReturn && text.startsWith('\n')) text = text.slice(1);
    this.#afterReturn = text.endsWith('\r');

    const [first = '', ...more] = text.split(LINE_END);
    this.#line += first;
    const events: string[] = [];
    for (const next of more) {
      this.#end(events);
      this.#line = next;
    }
    this.#bound(this.#size + this.#line.length);
    return events;
  }

  #end(events: string[]): void {
    const line = this.#line;
    if (line === '') {
      if (this.#data.length > 0) events.push(this.#data.join('\n'));
      this.#data = [];
      this.#size = 0;
    } else if (line.startsWith('data:')) {
      this.#bound((this.#size += line.length));
      this.#data.push(line.slice(line.startsWith(' ', 5) ? 6 : 5));
    }
  }

  #bound(size: number): void {
    if (size > this.#limit) throw new RangeError(`an event is larger than ${this.#limit} characters`);
  }
}
