// A reader in a process of its own: looks at the Books region of a feed for as long as it runs, and checks of every row that reads as good
// that it is a book the lossless file has been at some moment. Started by feed_chaos.test.ts; prints one JSON line.
//   node tools/e2e/feed_observer.mjs FILE REGION
import { existsSync, readFileSync } from 'node:fs';
import { BookViews } from '../../dist/books/book_view.js';
import { openRegion } from '../../dist/native/region.js';

const DEPTH = 10;
const [, , file, path] = process.argv;

/** Levels of one side from the best: sorted prices and what stands at each. */
class Side {
  prices = [];
  levels = new Map();
  constructor(sign) {
    this.sign = sign;
  }
  change(price, shares, orders) {
    let level = this.levels.get(price);
    if (level === undefined) {
      let low = 0;
      for (let high = this.prices.length; low < high; ) {
        const middle = (low + high) >> 1;
        if (this.sign * this.prices[middle] < this.sign * price) low = middle + 1;
        else high = middle;
      }
      this.prices.splice(low, 0, price);
      level = { shares: 0, orders: 0 };
      this.levels.set(price, level);
    }
    level.shares += shares;
    level.orders += orders;
    if (level.orders !== 0) return;
    this.levels.delete(price);
    this.prices.splice(this.prices.indexOf(price), 1);
  }
  text() {
    return this.prices
      .slice(0, DEPTH)
      .map((price) => `${price}:${this.levels.get(price).shares}:${this.levels.get(price).orders}`)
      .join(' ');
  }
}

/** Every book the file makes, by locate: what its best levels and its count of orders were after each message. */
function historyOf(bytes) {
  const orders = new Map();
  const books = new Map();
  const history = new Map();
  const bookOf = (locate) => {
    let book = books.get(locate);
    if (book === undefined) {
      book = { B: new Side(-1), S: new Side(1), orders: 0 };
      books.set(locate, book);
      history.set(locate, new Set(['0||']));
    }
    return book;
  };
  const remember = (locate) => {
    const book = books.get(locate);
    history.get(locate).add(`${book.orders}|${book.B.text()}|${book.S.text()}`);
  };
  const put = (reference, locate, side, price, shares) => {
    orders.set(reference, { locate, side, price, shares });
    const book = bookOf(locate);
    book[side].change(price, shares, 1);
    book.orders += 1;
  };
  const take = (reference, shares) => {
    const order = orders.get(reference);
    if (order === undefined) return undefined;
    const whole = shares >= order.shares;
    const book = bookOf(order.locate);
    book[order.side].change(order.price, -Math.min(shares, order.shares), whole ? -1 : 0);
    order.shares -= shares;
    if (whole) {
      book.orders -= 1;
      orders.delete(reference);
    }
    return order;
  };
  for (let at = 0; at + 2 < bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    const m = bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at));
    const type = String.fromCharCode(m[0]);
    if (!'AFECXDU'.includes(type)) continue;
    const reference = m.readBigUInt64BE(11);
    let locate = m.readUInt16BE(1);
    if (type === 'A' || type === 'F') {
      put(reference, locate, String.fromCharCode(m[19]), m.readUInt32BE(32), m.readUInt32BE(20));
    } else if (type === 'U') {
      const order = take(reference, Number.POSITIVE_INFINITY);
      if (order === undefined) continue;
      locate = order.locate;
      put(m.readBigUInt64BE(19), locate, order.side, m.readUInt32BE(31), m.readUInt32BE(27));
    } else {
      const order = take(reference, type === 'D' ? Number.POSITIVE_INFINITY : m.readUInt32BE(19));
      if (order === undefined) continue;
      locate = order.locate;
    }
    remember(locate);
  }
  return history;
}

const sideText = (side, count) => {
  const levels = [];
  for (let i = 0; i < count; i++) levels.push(`${side.price[i]}:${side.quantity[i]}:${side.orders[i]}`);
  return levels.join(' ');
};

const history = historyOf(readFileSync(file));
process.stdout.write('ready\n');
const pause = new Int32Array(new SharedArrayBuffer(4));
const sleep = (milliseconds) => Atomics.wait(pause, 0, 0, milliseconds);

/** The feed is started beside this, and its region has a size before it has a header. */
function openWhenThere() {
  for (let wait = 0; ; wait++) {
    try {
      if (existsSync(path)) return new BookViews(openRegion(path).buffer);
    } catch (error) {
      if (wait > 3_000) throw error;
    }
    if (wait > 6_000) throw new Error(`${path} never came`);
    sleep(10);
  }
}

const views = openWhenThere();
const seen = { good: 0, stale: 0, contended: 0, wrong: 0, first_wrong: '', states: 0 };
const different = new Set();
for (let pass = 0; ; pass++) {
  for (const [locate, books] of history) {
    let text = '';
    let usable = false;
    let stale = false;
    const outcome = views.read(locate, (book) => {
      stale = book.stale;
      usable = book.known && !stale;
      if (!usable) return;
      text = `${book.orderCount}|${sideText(book.bid, book.bidLevels)}|${sideText(book.ask, book.askLevels)}`;
    });
    if (outcome !== 'ok') seen.contended += 1;
    else if (stale) seen.stale += 1;
    else if (usable) {
      seen.good += 1;
      if (different.size < 1_000_000) different.add(`${locate} ${text}`);
      if (books.has(text)) continue;
      seen.wrong += 1;
      if (seen.first_wrong === '') seen.first_wrong = `locate ${locate}: ${text}`;
    }
  }
  if (pass % 16 !== 0) continue;
  if (views.health().state === 'closed' || views.health().state === 'dead') break;
  sleep(0.2);
}
seen.states = different.size;
process.stdout.write(`${JSON.stringify(seen)}\n`);
