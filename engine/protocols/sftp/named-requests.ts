/** What a request is about: the cleaned paths that it names, and whether it may change something there. */
export type Subject = { readonly paths: readonly string[]; readonly changes: boolean };

/** The end of what was sent on a handle before. */
type Close = { readonly subject: Subject; readonly since: number; isDone: boolean };
type Entry<Item> = { readonly item: Item; readonly subject: Subject; readonly closes: readonly Close[]; since: number };

/** What takes longer than this, because a rule is asked for instance, is overtaken by what has nothing to do with it. */
const SLOW_MS = 100;
/** Requests looked at for one that may overtake. */
const MOST_LOOKED_AT = 64;

/**
 * Carries out requests that name paths, one after another in the order in which they came, after every CLOSE sent before them and after the
 * writes to the files that they name; but one that takes its time holds up only what is about the same path, or about a folder above or below that one of the two may change.
 * `work` must not reject.
 */
export class NamedRequests<Item> {
  readonly #work: (item: Item) => Promise<void>;
  readonly #closes = new Set<Close>();
  readonly #running = new Set<Entry<Item>>();
  #waiting: Entry<Item>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #whenSettled: (() => void)[] = [];

  constructor(work: (item: Item) => Promise<void>) {
    this.#work = work;
  }

  /** `writes`: those sent before it to files that it names. */
  push(item: Item, subject: Subject, writes: readonly Promise<void>[] = []): void {
    const own = writes.map((done) => this.#await({ subject, since: performance.now(), isDone: false }, done));
    this.#waiting.push({ item, subject, closes: [...this.#closes, ...own], since: 0 });
    this.#pump();
  }

  /** A handle of this file is being closed until `closed` resolves. */
  closing(path: string, closed: Promise<void>): void {
    const close: Close = { subject: { paths: [path], changes: true }, since: performance.now(), isDone: false };
    this.#closes.add(this.#await(close, closed));
  }

  #await(close: Close, done: Promise<void>): Close {
    void done.then(() => {
      close.isDone = true;
      this.#closes.delete(close);
      this.#pump();
    });
    return close;
  }

  /** Takes off everything that did not start. */
  clear(): Item[] {
    const items = this.#waiting.map(({ item }) => item);
    this.#waiting = [];
    this.#pump();
    return items;
  }

  /** Resolves when nothing waits or runs. */
  settled(): Promise<void> {
    if (this.#waiting.length === 0 && this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenSettled.push(resolve));
  }

  #pump(): void {
    const held: Entry<Item>[] = [];
    for (const entry of this.#waiting.slice(0, MOST_LOOKED_AT)) {
      const before = [...this.#running, ...entry.closes.filter(({ isDone }) => !isDone)];
      if (before.some((other) => !isSlow(other))) break;
      if ([...before, ...held].some((other) => concerns(other.subject, entry.subject))) held.push(entry);
      else this.#start(entry);
    }
    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#pump(), SLOW_MS);
    else if (this.#running.size === 0) for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  #start(entry: Entry<Item>): void {
    this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    entry.since = performance.now();
    this.#running.add(entry);
    void this.#work(entry.item).then(() => {
      this.#running.delete(entry);
      this.#pump();
    });
  }
}

function isSlow({ since }: { readonly since: number }): boolean {
  return performance.now() - since >= SLOW_MS;
}

function concerns(earlier: Subject, later: Subject): boolean {
  return earlier.paths.some((one) =>
    later.paths.some((other) => one === other || (earlier.changes && isBelow(other, one)) || (later.changes && isBelow(one, other))),
  );
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
