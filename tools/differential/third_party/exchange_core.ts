// exchange-core's cucumber features in our words: clients are sessions, symbols are rows, a move is a replace to another price with the
// same total. What is about balances is not ours (a venue for shares holds no client money) and is passed over; an order that they refuse
// for lack of funds is not sent. Everything else is checked: trades with price and quantity, books by price, each client's open orders.

import type { Player } from './player.js';

interface Feature {
  readonly scenario: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly text: string;
  readonly table: readonly (readonly string[])[];
}

const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Scenarios with their background in front; an outline once for each of its examples. */
export function parseFeatures(text: string): Feature[] {
  const blocks: { kind: string; name: string; lines: string[] }[] = [];
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const start = /^(Background|Scenario Outline|Scenario|Examples):\s*(.*)$/.exec(line);
    if (start !== null) blocks.push({ kind: start[1] as string, name: start[2] as string, lines: [] });
    else if (line !== '' && !line.startsWith('@')) blocks.at(-1)?.lines.push(line);
  }
  const background = blocks.filter(({ kind }) => kind === 'Background').flatMap(({ lines }) => lines);
  return blocks.flatMap((block, index) => {
    if (!block.kind.startsWith('Scenario')) return [];
    const next = blocks[index + 1];
    const [names = [], ...rows] = next?.kind === 'Examples' ? next.lines.map(cells) : [];
    const fill = (values: readonly string[]) => (line: string) =>
      names.reduce((filled, name, at) => filled.replaceAll(`<${name}>`, values[at] ?? ''), line);
    return (rows.length === 0 ? [[]] : rows).map((values) => ({
      scenario: [block.name, ...values].join(' '),
      steps: stepsOf([...background, ...block.lines.map(fill(values))]),
    }));
  });
}

function stepsOf(lines: readonly string[]): Step[] {
  const steps: { text: string; table: string[][] }[] = [];
  for (const line of lines) {
    if (line.startsWith('|')) steps.at(-1)?.table.push(cells(line));
    else steps.push({ text: line.replace(/^(?:Given|When|Then|And) /, ''), table: [] });
  }
  return steps;
}

const rowOf: Readonly<Record<string, number>> = { EUR_USD: 1, ETH_XBT: 2 };
const sessions = ['Alice', 'Bob', 'Charlie'];
const placed = /^A client (\w+) places an (ASK|BID) order (\d+) at (\d+)@(\d+) \(type: (GTC|IOC), symbol: (\w+)/;
const moved = /^A client (\w+) moves a price to (\d+) of the order (\d+)$/;
const canceled = /^A client (\w+) cancels the remaining size (\d+) of the order (\d+)$/;
const matched = /^The order (\d+) is (fully|partially) matched\. LastPx: (\d+), LastQty: (\d+)/;
const notOurs = /balance|could not (?:place|move)/;

/** Plays a command, or says what a statement should and does hold; undefined when it is neither ours nor theirs to check. */
export function playExchangeCore(
  player: Player,
  { text, table }: Step,
): { should: unknown; does: unknown } | 'played' | undefined {
  if (notOurs.test(text)) return undefined;
  if (playCommand(player, text)) return 'played';
  const trade = matched.exec(text);
  if (trade !== null) {
    const [, id, extent, price, quantity] = trade;
    const executed = player.events.filter(({ kind }) => kind === 'executed');
    const does = executed.map((event) => [
      event.clOrdId,
      event.leaves === 0 ? 'fully' : 'partially',
      event.price,
      event.quantity,
    ]);
    return { should: [[Number(id), extent, Number(price), Number(quantity)]], does };
  }
  if (text === 'No trade events') return { should: [], does: player.events.filter(({ kind }) => kind === 'executed') };
  const book = /^An (\w+) order book is:$/.exec(text);
  if (book !== null) return { should: bookIn(table), does: player.levels(rowOf[book[1] as string]).map(summed) };
  const orders = /^A client (\w+) (?:orders:|does not have active orders)$/.exec(text);
  if (orders === null) throw new Error(`not understood: ${text}`);
  const does = player
    .ordersOf(sessions.indexOf(orders[1] as string))
    .map((order) => [order.clOrdId, order.price, order.executed + order.leaves, order.executed, order.side]);
  const should = table.slice(1).map((row) => [...row.slice(0, 4).map(Number), row[5] === 'BID' ? 'buy' : 'sell']);
  return { should, does };
}

function playCommand(player: Player, text: string): boolean {
  const order = placed.exec(text);
  if (order !== null) {
    const [, client, side, id, price, quantity, type, symbol] = order;
    const who = `s${sessions.indexOf(client as string)} #${rowOf[symbol as string]}`;
    const term = type === 'IOC' ? ' ioc' : '';
    player.run(`${who} new ${id} ${side === 'BID' ? 'buy' : 'sell'} ${quantity} @ ${price}${term}`);
    return true;
  }
  const [, client, number, id] = moved.exec(text) ?? canceled.exec(text) ?? [];
  if (client === undefined) return false;
  const session = sessions.indexOf(client);
  const named = player.find(session, Number(id));
  const who = `s${session} #${named?.locate}`;
  const total = (named?.executed ?? 0) + (named?.leaves ?? 0);
  player.run(
    text.includes('moves')
      ? `${who} replace ${id} ${id} ${total} @ ${number}`
      : `${who} cancel ${9000 + Number(id)} ${id}`,
  );
  return true;
}

/** Their columns are bid, price, ask; some tables begin with a line that says so. */
function bookIn(table: readonly (readonly string[])[]): string[] {
  return table
    .filter((row) => row[1] !== 'price')
    .map(([bid, price, ask]) => (bid === '' ? `ask ${price}: ${ask}` : `bid ${price}: ${bid}`));
}

const summed = (level: string): string => {
  const [name, orders = ''] = level.split(': ');
  return `${name}: ${orders.split(', ').reduce((sum, quantity) => sum + Number(quantity), 0)}`;
};
