/** Plans by what they depend on, as long as they have no more calls together than is allowed, some hundred bytes each. */
export class RememberedPlans<Plan> {
  readonly #plans = new Map<string, Plan>();
  readonly #callsOf: (plan: Plan) => number;
  readonly #mostCalls: number;
  #calls = 0;

  constructor(callsOf: (plan: Plan) => number, mostCalls: number) {
    this.#callsOf = callsOf;
    this.#mostCalls = mostCalls;
  }

  /** Of all plans that are remembered now. */
  get calls(): number {
    return this.#calls;
  }

  /** The same object for the same key, for a while. */
  of(key: string, make: () => Plan | undefined): Plan | undefined {
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = make();
    if (plan === undefined) return undefined;
    const calls = this.#callsOf(plan);
    if (calls > this.#mostCalls) return plan;
    if (this.#calls + calls > this.#mostCalls) {
      this.#plans.clear();
      this.#calls = 0;
    }
    this.#plans.set(key, plan);
    this.#calls += calls;
    return plan;
  }
}
