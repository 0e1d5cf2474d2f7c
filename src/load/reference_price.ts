/**
 * Where an instrument's simulated fair price starts and returns to: 20.00 to 200.00, spread over the instruments, the same in every run.
 */
export function referencePriceOf(instrumentId: number): number {
  return (20 + ((instrumentId * 37) % 181)) * 10_000;
}
