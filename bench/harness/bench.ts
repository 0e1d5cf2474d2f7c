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

  constructor(smoke: boolean, file: string | undefined) {
    this.smoke = smoke;
    this.file = file;
  }

  size(small: number, full: number): number {
    return this.smoke ? small : full;
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
    this.cases.push({
      case: name,
      operations,
      ns_per_operation: { best: at(0), middle: at(Math.floor(rounds / 2)), worst: at(rounds - 1) },
      heap_bytes_per_operation: Number((heapGrowth / operations).toFixed(3)),
      result_hash: [...hashes].join(' / '),
      valid: hashes.size === 1,
    });
  }
}
