/** "recorded" -> 1, "max" -> 0, "10x" -> 10, "0.5x" -> 0.5; undefined for anything else. */
export function parsePace(text: string): number | undefined {
  if (text === 'recorded') return 1;
  if (text === 'max') return 0;
  const match = /^(\d+(?:\.\d+)?)x$/.exec(text);
  const speed = match === null ? Number.NaN : Number(match[1]);
  return speed > 0 && speed <= 1_000_000 ? speed : undefined;
}
