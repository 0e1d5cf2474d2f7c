// The frame of a TypeScript benchmark, the twin of bench.hpp: X.bench.ts exports an async function `bench(context)` that calls `measure`.
//
//   export async function bench(context: BenchContext): Promise<void> {
//     const operations = context.size(10_000, 10_000_000);
//     context.measure('read the best bid', operations, () => { ...; return hash; });
//   }
//
// Best, middle and worst round; the same result hash in every round or the measurement is void; heap growth per operation beside it.

export interface BenchCase {
  readonly case: string;
  readonly operations: number;
  /** Of a repeated body. */
  readonly ns_per_operation?: { readonly best: number; readonly middle: number; readonly worst: number };
  /** Of single events: "p50", "p99", "p99.9", "p99.99", "max". */
  readonly percentiles_ns?: Readonly<Record<string, number>>;
  /** Numbers that describe the work: sizes, counts, a ratio to the case before. */
  readonly facts?: Readonly<Record<string, number>>;
  readonly allocations_per_operation?: number;
  /** Growth of the JavaScript heap over the last round; needs --expose-gc, which bench/run.ts gives. */
  readonly heap_bytes_per_operation?: number;
  readonly result_hash: string;
  readonly valid: boolean;
}

export class BenchContext {
  readonly smoke: boolean;
  /** The --file argument. */
  readonly file: string | undefined;
  readonly cases: BenchCase[] = [];
  readonly #tell: (line: BenchCase) => void;

  /** @param tell is given each case as it is measured */
  constructor(smoke: boolean, file: string | undefined, tell: (line: BenchCase) => void = () => {}) {
    this.smoke = smoke;
    this.file = file;
    this.#tell = tell;
  }

  #measured(line: BenchCase): void {
    this.cases.push(line);
    this.#tell(line);
  }

  size(small: number, full: number): number {
    return this.smoke ? small : full;
  }

  /**
   * Measures several bodies in turns, A B C A B C: the only way to compare on a machine whose speed changes by the minute. Each case but
   * the first carries the ratio of its time to the first's, middle of the rounds' ratios. Bodies of one group must come to the same result.
   */
  measureInTurns(bodies: readonly { name: string; operations: number; body: () => string | number }[]): void {
    const rounds = this.smoke ? 2 : 41;
    const taken = bodies.map(() => ({ nanoseconds: [] as number[], hashes: new Set<string>() }));
    // No collection is forced between rounds: a full one takes back some of what V8 has optimised.
    for (let round = 0; round < rounds; round++) {
      for (const [at, { operations, body }] of bodies.entries()) {
        const started = process.hrtime.bigint();
        const hash = body();
        taken[at]?.nanoseconds.push(Number(process.hrtime.bigint() - started) / operations);
        taken[at]?.hashes.add(String(hash));
      }
    }
    const first = taken[0]?.nanoseconds ?? [];
    for (const [at, { name, operations }] of bodies.entries()) {
      const { nanoseconds = [], hashes = new Set<string>() } = taken[at] ?? {};
      const middleOf = (values: readonly number[]): number =>
        [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
      const ratio = middleOf(nanoseconds.map((ns, round) => ns / (first[round] ?? ns)));
      const rounded = (value: number): number => Number(value.toFixed(2));
      const times = { best: Math.min(...nanoseconds), middle: middleOf(nanoseconds), worst: Math.max(...nanoseconds) };
      this.#measured({
        case: name,
        operations,
        ns_per_operation: { best: rounded(times.best), middle: rounded(times.middle), worst: rounded(times.worst) },
        ...(at === 0 ? {} : { facts: { ratio: rounded(ratio) } }),
        result_hash: [...hashes].join(' / '),
        valid: hashes.size === 1,
      });
    }
  }

  /** Measures body, which does `operations` operations and returns a hash of what came out. */
  measure(name: string, operations: number, body: () => string | number | bigint): void {
    const rounds = this.smoke ? 2 : 9;
    const nanoseconds: number[] = [];
    const hashes = new Set<string>();
    let heapGrowth = 0;
    for (let round = 0; round < rounds; round++) {
      globalThis.gc?.();
      const heapBefore = process.memoryUsage().heapUsed;
      const started = process.hrtime.bigint();
      const hash = body();
      nanoseconds.push(Number(process.hrtime.bigint() - started) / operations);
      heapGrowth = Math.max(0, process.memoryUsage().heapUsed - heapBefore);
      hashes.add(typeof hash === 'string' ? hash : BigInt(hash).toString(16));
    }
    nanoseconds.sort((a, b) => a - b);
    const at = (index: number): number => Number((nanoseconds[index] as number).toFixed(2));
    this.#measured({
      case: name,
      operations,
      ns_per_operation: { best: at(0), middle: at(Math.floor(rounds / 2)), worst: at(rounds - 1) },
      heap_bytes_per_operation: Number((heapGrowth / operations).toFixed(3)),
      result_hash: [...hashes].join(' / '),
      valid: hashes.size === 1,
    });
  }
}
