let release: () => void = () => {};

/**
 * Waits for Ctrl-C, SIGTERM, the terminal's closing (SIGHUP), or a time limit, whichever comes first. A second Ctrl-C ends the process at
 * once with status 130, unless somebody waits again meanwhile: then it ends that wait. It keeps nothing alive: a role that has ended by
 * itself does not wait for the limit.
 */
export function untilStopped(seconds?: number): Promise<'signal' | 'time'> {
  release();
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(130);
      stopping = true;
      clearTimeout(timer);
      resolve('signal');
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, stop);
    release = () => {
      for (const signal of signals) process.off(signal, stop);
    };
    const timer = setTimeout(() => resolve('time'), Math.min((seconds ?? 2_000_000) * 1000, 2_147_483_647));
    timer.unref();
  });
}
