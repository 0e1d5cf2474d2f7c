// Numbers as a trader reads them. Prices are integers in 1e-4 units everywhere; they become decimal strings only here, by integer
// arithmetic.

/** 1234500 -> "123.4500" */
export function formatPrice(price: number): string {
  const magnitude = Math.abs(price);
  const whole = Math.floor(magnitude / 10_000);
  const fraction = String(magnitude % 10_000).padStart(4, '0');
  return `${price < 0 ? '-' : ''}${whole}.${fraction}`;
}

/** "123.45" -> 1234500; undefined when it is not a price or finer than 1e-4. */
export function parsePrice(text: string): number | undefined {
  const match = /^(\d{1,6})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0'));
}

/** 1234567 -> "1,234,567" */
export function formatCount(count: number | bigint): string {
  return String(count).replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');
}

/** 950 -> "950 ns", 12_340 -> "12.34 us", 5_000_000 -> "5.00 ms", 2_500_000_000 -> "2.50 s" */
export function formatNanoseconds(nanoseconds: number): string {
  if (nanoseconds < 1_000) return `${Math.round(nanoseconds)} ns`;
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1_000).toFixed(2)} us`;
  if (nanoseconds < 1_000_000_000) return `${(nanoseconds / 1_000_000).toFixed(2)} ms`;
  return `${(nanoseconds / 1_000_000_000).toFixed(2)} s`;
}

/** Nanoseconds since midnight -> "09:30:00.123456789" */
export function formatTimeOfDay(nanoseconds: number): string {
  const fraction = nanoseconds % 1_000_000_000;
  const total = Math.floor(nanoseconds / 1_000_000_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
  return `${clock}.${String(fraction).padStart(9, '0')}`;
}

/** "09:30", "09:30:01" or "09:30:01.5" -> nanoseconds since midnight; undefined when it is no time of day. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return (hours * 3600 + minutes * 60 + seconds) * 1_000_000_000 + Number((match[4] ?? '').padEnd(9, '0'));
}
