import { Fifo } from './fifo.ts';

/** Runs items one after another in the order in which they came. `work` must not reject. */
export class SerialQueue<Item> {
  readonly #work: (item: Item, queue: Fifo<Item>) => Promise<void>;
  readonly #items = new Fifo<Item>();
  #running: Promise<void> | null = null;

  /** `work` may take further items off the queue it is given, to do them together with its own. */
  constructor(work: (item: Item, queue: Fifo<Item>) => Promise<void>) {
    this.#work = work;
  }

  /** Several are all in the queue before the first one starts. */
  push(...items: readonly Item[]): void {
    for (const item of items) this.#items.push(item);
    this.#running ??= this.#run();
  }

  /** Takes off everything that did not start. */
  clear(): Item[] {
    return this.#items.clear();
  }

  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** Resolves when nothing waits or runs. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) await this.#work(item, this.#items);
    this.#running = null;
  }
}
