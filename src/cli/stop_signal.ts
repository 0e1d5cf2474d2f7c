/**
 * Ctrl-C and SIGTERM for verbs that end by themselves: the first one asks for an orderly end, the second one ends the process at once with
 * status 130. The returned function puts everything back, so that nothing keeps the process alive.
 */
export function onStopSignal(stop: () => void): () => void {
  let asked = false;
  const handler = (): void => {
    if (asked) process.exit(130);
    asked = true;
    stop();
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return () => {
    process.off('SIGINT', handler);
    process.off('SIGTERM', handler);
  };
}
