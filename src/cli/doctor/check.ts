// The shape of one finding of doctor.

/** fail: hopwire cannot run. improve: it runs, slower or less evenly than it could. unknown: this machine does not say. */
export type CheckState = 'ok' | 'improve' | 'fail' | 'unknown';

export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly value: string;
  readonly wanted: string;
  readonly why: string;
  /** What to type or do; empty when all is well. */
  readonly command: string;
}
