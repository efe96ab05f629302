export interface QueueItem {
  readonly id: string;
  readonly seq: number;
  readonly user: string;
  readonly priority: number;
  readonly classKey: string;
  readonly queuedAtMs: number;
}

/** The items of one user with one priority and one class, oldest first. */
interface Lane {
  readonly user: string;
  readonly priority: number;
  items: QueueItem[];
  head: number;
}

export interface PickOptions {
  /** Only lanes for which this holds. */
  readonly allows?: (classKey: string, priority: number) => boolean;
}

/**
 * Highest priority first; inside a priority the user who has had least, by what was charged; then the oldest. Waiting
 * raises the priority by one every `agingMs`, so that nothing starves. A pick looks only at the heads of lanes
 * (class × priority × user): its cost does not grow with the number of items.
 */
export class FairQueue {
  readonly #agingMs: number;
  readonly #classes = new Map<string, Map<string, Lane>>();
  readonly #items = new Map<string, QueueItem>();
  readonly #perUser = new Map<string, number>();
  readonly #charged = new Map<string, number>();
  #floor = 0;

  constructor(agingMs: number) {
    this.#agingMs = agingMs;
  }

  get size(): number {
    return this.#items.size;
  }

  classKeys(): Iterable<string> {
    return this.#classes.keys();
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  add(item: QueueItem): void {
    this.#items.set(item.id, item);
    const waiting = this.#perUser.get(item.user) ?? 0;
    // Who comes back after a pause has saved up no claim for the time they did not want anything.
    if (waiting === 0) this.#charged.set(item.user, Math.max(this.#charged.get(item.user) ?? 0, this.#floor));
    this.#perUser.set(item.user, waiting + 1);
    insertBySeq(this.#lane(item), item);
  }

  remove(id: string): QueueItem | undefined {
    const item = this.#items.get(id);
    if (item === undefined) return undefined;
    this.#items.delete(id);
    this.#perUser.set(item.user, this.#perUser.get(item.user)! - 1);
    // The lane drops it when it comes to its head.
    this.#trim(item.classKey, laneKey(item));
    return item;
  }

  /** Takes the next item of these classes out of the queue. */
  pick(
    classKeys: Iterable<string>,
    nowMs: number,
    { allows = () => true }: PickOptions = {},
  ): QueueItem | undefined {
    let best: { item: QueueItem; effective: number; charged: number } | undefined;
    for (const classKey of classKeys) {
      for (const lane of this.#classes.get(classKey)?.values() ?? []) {
        if (!allows(classKey, lane.priority)) continue;
        const item = lane.items[lane.head]!;
        const effective = lane.priority + Math.floor((nowMs - item.queuedAtMs) / this.#agingMs);
        const charged = this.#charged.get(lane.user)!;
        if (best === undefined || goesBefore({ item, effective, charged }, best)) {
          best = { item, effective, charged };
        }
      }
    }
    if (best === undefined) return undefined;
    this.#floor = Math.max(this.#floor, best.charged);
    this.remove(best.item.id);
    return best.item;
  }

  /** Counts `amount` (of any one unit) as had by the user; negative gives back. */
  charge(user: string, amount: number): void {
    this.#charged.set(user, (this.#charged.get(user) ?? this.#floor) + amount);
  }

  /** How many items of the same class go before this one by priority and age alone. */
  ahead(id: string): number {
    const item = this.#items.get(id);
    if (item === undefined) return 0;
    let count = 0;
    for (const lane of this.#classes.get(item.classKey)?.values() ?? []) {
      if (lane.priority < item.priority) continue;
      const end = lane.priority > item.priority ? lane.items.length : lowerBound(lane, item.seq);
      count += Math.max(0, end - lane.head);
    }
    return count;
  }

  #lane(item: QueueItem): Lane {
    const lanes = this.#classes.get(item.classKey) ?? new Map<string, Lane>();
    this.#classes.set(item.classKey, lanes);
    const key = laneKey(item);
    const lane = lanes.get(key) ?? { user: item.user, priority: item.priority, items: [], head: 0 };
    lanes.set(key, lane);
    return lane;
  }

  #trim(classKey: string, key: string): void {
    const lanes = this.#classes.get(classKey);
    const lane = lanes?.get(key);
    if (lanes === undefined || lane === undefined) return;
    while (
      lane.head < lane.items.length &&
      this.#items.get(lane.items[lane.head]!.id) !== lane.items[lane.head]
    ) {
      lane.head++;
    }
    if (lane.head === lane.items.length) {
      lanes.delete(key);
      if (lanes.size === 0) this.#classes.delete(classKey);
    } else if (lane.head > 1024 && lane.head * 2 > lane.items.length) {
      lane.items = lane.items.slice(lane.head);
      lane.head = 0;
    }
  }
}

function laneKey({ priority, user }: QueueItem): string {
  return `${priority} ${user}`;
}

function goesBefore(
  a: { item: QueueItem; effective: number; charged: number },
  b: { item: QueueItem; effective: number; charged: number },
): boolean {
  if (a.effective !== b.effective) return a.effective > b.effective;
  if (a.charged !== b.charged) return a.charged < b.charged;
  return a.item.seq < b.item.seq;
}

function insertBySeq(lane: Lane, item: QueueItem): void {
  const last = lane.items.at(-1);
  if (last === undefined || last.seq < item.seq) lane.items.push(item);
  else lane.items.splice(lowerBound(lane, item.seq), 0, item);
}

/** Index of the first item whose number is not below `seq`. */
function lowerBound(lane: Lane, seq: number): number {
  let low = lane.head;
  let high = lane.items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lane.items[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
