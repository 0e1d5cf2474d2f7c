// `hopwire admin`: what a venue's operator does while it runs - halts and auctions, rules of instruments, limits, kills, the trading day.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OperatorRequest } from '../../operator/requests.js';
import type { LimitFlags } from '../admin/limits.js';
import { operatorVerb } from '../admin/operator_verb.js';
import type { AdminFlags, AdminWork } from '../admin/run.js';
import { basisPoints, dayNumber, duration, haltReason, limit, money, price, signedNumber } from '../admin/values.js';
import { wholeNumber } from '../number_options.js';
import { registerShow } from './admin_show.js';

const instrumentsHelp = 'symbol or id, several with commas between, or all';
const ids = wholeNumber(0, 0xffff_ffff);
const quantity = wholeNumber(0, 0xffff_ffff);

type Requests = (idsOf: (instruments: string) => number[]) => OperatorRequest[];

async function run(flags: AdminFlags, work: AdminWork): Promise<void> {
  const { runAdmin } = await import('../admin/run.js');
  process.exitCode = await runAdmin(flags, work);
}

async function ask(flags: AdminFlags, make: Requests): Promise<void> {
  const { requests, runAdmin } = await import('../admin/run.js');
  process.exitCode = await runAdmin(
    flags,
    requests((names) => make((instruments) => names.idsOf(instruments))),
  );
}

/** A request for each of the instruments. */
async function askEach(
  flags: AdminFlags,
  instruments: string,
  make: (instrumentId: number) => OperatorRequest,
): Promise<void> {
  await ask(flags, (idsOf) => idsOf(instruments).map(make));
}

export function registerAdmin(program: Command): void {
  const admin = program
    .command('admin')
    .description('Operate a running venue: halts and auctions, rules, limits, kills, the trading day')
    .addHelpText(
      'after',
      '\nWhom to speak to and as whom comes from the operator section of hopwire.yaml, or from flags. The venue takes this ' +
        'only from a session whose entry says operator: true.' +
        '\nExit status: 0 taken, 1 refused by the venue or not reached, 2 usage, 3 config.' +
        '\n\nExamples:\n  hopwire admin halt AAPL --reason T1\n  hopwire admin resume AAPL\n' +
        '  hopwire admin limits --account 7 --order-quantity 10000\n  hopwire admin kill --session 2\n' +
        '  hopwire admin show limits --account 7\n' +
        '  hopwire admin watch --as 10 --access-key WATCH --secret-file watch.secret',
    );
  registerStates(admin);
  registerPrices(admin);
  registerLimits(admin);
  registerMarket(admin);
  registerShow(admin);
}

function registerStates(admin: Command): void {
  operatorVerb(
    admin,
    'halt <instruments>',
    'Stop trading: orders are refused, cancels are taken',
    'halt AAPL --reason T1',
  )
    .option('--reason <code>', 'ITCH reason code, up to four capitals or digits', haltReason, '')
    .action(async (instruments: string, flags: AdminFlags & { reason: string }) => {
      const { moveTo } = await import('../admin/trading_state.js');
      await run(flags, moveTo(instruments, 'halt', flags.reason));
    });
  operatorVerb(
    admin,
    'resume <instruments>',
    'Reopen by an auction of what is there, then trade continuously',
    'resume AAPL',
  )
    .option('--auction', 'only open the reopening auction, so that it collects orders; the next resume ends it')
    .action(async (instruments: string, flags: AdminFlags & { auction?: boolean }) => {
      const { resume } = await import('../admin/trading_state.js');
      await run(flags, resume(instruments, flags.auction === true));
    });
  operatorVerb(
    admin,
    'state <instruments> <state>',
    'Move to preOpen, openingAuction, continuous, halt, reopeningAuction, closingAuction or closed',
    'state AAPL openingAuction',
  )
    .option('--reason <code>', 'ITCH reason code, up to four capitals or digits', haltReason, '')
    .action(async (instruments: string, state: string, flags: AdminFlags & { reason: string }, command: Command) => {
      const { moveTo } = await import('../admin/trading_state.js');
      const { tradingState } = await import('../admin/values.js');
      await run(flags, moveTo(instruments, tradingState(state, command), flags.reason));
    });
  operatorVerb(admin, 'imbalance <instruments>', 'Publish what the auction would do now', 'imbalance AAPL').action(
    async (instruments: string, flags: AdminFlags) => {
      await askEach(flags, instruments, (instrumentId) => ({ kind: 'publishImbalance', instrumentId }));
    },
  );
}

function registerPrices(admin: Command): void {
  operatorVerb(admin, 'reference', 'Set the reference price of auctions and collar', 'reference AAPL 180.25')
    .argument('<instruments>', instrumentsHelp)
    .argument('<price>', 'in currency units', price)
    .action(async (instruments: string, reference: number, flags: AdminFlags) => {
      await askEach(flags, instruments, (instrumentId) => ({
        kind: 'setReferencePrice',
        instrumentId,
        price: reference,
      }));
    });
  operatorVerb(admin, 'tick', 'Set the tick of prices from one price up', 'tick AAPL 1 0.01')
    .argument('<instruments>', instrumentsHelp)
    .argument('<from>', 'where the band begins', price)
    .argument('<tick>', '0 removes the band that begins there', price)
    .action(async (instruments: string, fromPrice: number, tick: number, flags: AdminFlags) => {
      await askEach(flags, instruments, (instrumentId) => ({ kind: 'setTickBand', instrumentId, fromPrice, tick }));
    });
  operatorVerb(admin, 'lot', 'Set lot size and minimum quantity', 'lot AAPL 10 100')
    .argument('<instruments>', instrumentsHelp)
    .argument('<lot>', 'quantities are multiples of it', quantity)
    .argument('[minimum]', 'of an order (default: the lot)', quantity)
    .action(async (instruments: string, lot: number, minimum: number | undefined, flags: AdminFlags) => {
      const minimumQuantity = minimum ?? lot;
      await askEach(flags, instruments, (instrumentId) => ({ kind: 'setLotSize', instrumentId, lot, minimumQuantity }));
    });
  operatorVerb(admin, 'collar', 'Set how far from the reference price an order may reach', 'collar AAPL 500')
    .argument('<instruments>', instrumentsHelp)
    .argument('<bps>', 'hundredths of a percent, or off', basisPoints)
    .action(async (instruments: string, bps: number, flags: AdminFlags) => {
      await askEach(flags, instruments, (instrumentId) => ({ kind: 'setPriceCollar', instrumentId, basisPoints: bps }));
    });
  operatorVerb(admin, 'band', 'Set the limit-up limit-down band', 'band AAPL 180.25 500')
    .argument('<instruments>', instrumentsHelp)
    .argument('<reference>', 'price in the middle', price)
    .argument('<bps>', 'hundredths of a percent, or off', basisPoints)
    .action(async (instruments: string, referencePrice: number, bps: number, flags: AdminFlags) => {
      await askEach(flags, instruments, (instrumentId) => ({
        kind: 'setPriceBand',
        instrumentId,
        referencePrice,
        basisPoints: bps,
      }));
    });
  operatorVerb(admin, 'breaker', 'Halt on a move of more than this within a window', 'breaker AAPL 1000 5m')
    .argument('<instruments>', instrumentsHelp)
    .argument('<bps>', 'hundredths of a percent, or off', basisPoints)
    .argument('[window]', 'such as 500ms, 30s or 5m', duration, 300_000_000_000)
    .action(async (instruments: string, bps: number, window: number, flags: AdminFlags) => {
      await askEach(flags, instruments, (instrumentId) => ({
        kind: 'setCircuitBreaker',
        instrumentId,
        basisPoints: bps,
        window,
      }));
    });
  operatorVerb(
    admin,
    'reopening',
    'Set how long a halt by the venue itself lasts, then its auction',
    'reopening AAPL 5m 30s',
  )
    .argument('<instruments>', instrumentsHelp)
    .argument('<halt>', 'such as 5m; 0 = until an operator says so', duration)
    .argument('<call>', 'likewise, of the reopening auction', duration)
    .action(async (instruments: string, haltTime: number, callTime: number, flags: AdminFlags) => {
      await askEach(flags, instruments, (instrumentId) => ({ kind: 'setReopening', instrumentId, haltTime, callTime }));
    });
}

function account(command: Command): Command {
  return command.addOption(new Option('--account <n>', 'whose').argParser(ids).makeOptionMandatory());
}

function registerLimits(admin: Command): void {
  const limits = operatorVerb(
    admin,
    'limits',
    'Set pre-trade limits of an account, or of an account in instruments; limits not named stay',
    'limits --account 7 --order-quantity 10000 --long-position 50000',
  );
  account(limits)
    .option('--instrument <instruments>', `of the limits up to open quantity: ${instrumentsHelp} (default: all)`)
    .option('--soft', 'beyond them an order is taken, with a warning to operators')
    .option('--order-quantity <n>', 'of one order', limit)
    .option('--order-value <money>', 'of one order, currency units', money)
    .option('--long-position <n>', 'position and open buys', limit)
    .option('--short-position <n>', 'short position and open sells', limit)
    .option('--open-quantity <n>', 'of all open orders in the instrument', limit)
    .option('--gross-position <n>', 'over all instruments', limit)
    .option('--open-value <money>', 'of all open orders, currency units', money)
    .option('--message-rate <n>', 'new orders, replaces and mass quotes a second; 0 = any number', limit)
    .option('--message-burst <n>', 'at once', limit)
    .option('--duplicate-window <time>', 'an equal order within it is refused, such as 100ms; 0 = none', duration)
    .action(async (flags: AdminFlags & LimitFlags, command: Command) => {
      const { accountLimits, instrumentLimits, limitRequests } = await import('../admin/limits.js');
      const { requests } = await import('../admin/run.js');
      if ([...accountLimits, ...instrumentLimits].every((name) => flags[name] === undefined))
        command.error('error: name at least one limit, such as --order-quantity 10000');
      await run(
        flags,
        requests((names) => limitRequests(flags, names)),
      );
    });
  account(operatorVerb(admin, 'restrict', 'Keep an account from trading instruments', 'restrict AAPL --account 7'))
    .argument('<instruments>', instrumentsHelp)
    .option('--off', 'let it trade them again')
    .action(async (instruments: string, flags: AdminFlags & { account: number; off?: boolean }) => {
      const restricted = flags.off !== true;
      await askEach(flags, instruments, (instrumentId) => ({
        kind: 'restrictInstrument',
        account: flags.account,
        instrumentId,
        restricted,
      }));
    });
  operatorVerb(admin, 'short-sale', 'Restrict short sales to prices above the best bid', 'short-sale AAPL')
    .argument('<instruments>', instrumentsHelp)
    .option('--off', 'free again')
    .action(async (instruments: string, flags: AdminFlags & { off?: boolean }) => {
      const restricted = flags.off !== true;
      await askEach(flags, instruments, (instrumentId) => ({ kind: 'restrictShortSales', instrumentId, restricted }));
    });
  account(operatorVerb(admin, 'position', 'Say what an account holds', 'position AAPL --account 7 --quantity -200'))
    .argument('<instruments>', instrumentsHelp)
    .addOption(new Option('--quantity <n>', 'negative = short').argParser(signedNumber).makeOptionMandatory())
    .action(async (instruments: string, flags: AdminFlags & { account: number; quantity: number }) => {
      await askEach(flags, instruments, (instrumentId) => ({
        kind: 'setPosition',
        account: flags.account,
        instrumentId,
        position: flags.quantity,
      }));
    });
}

interface ScopeFlags {
  readonly session?: number;
  readonly account?: number;
  readonly firm?: number;
  readonly venue?: boolean;
}

function registerMarket(admin: Command): void {
  registerKill(
    admin,
    'kill',
    'Cancel all orders of a session, account, firm or the venue and lock it',
    'kill --account 7',
  );
  registerKill(admin, 'unkill', 'Lift a kill of the same scope', 'unkill --account 7');
  operatorVerb(admin, 'roll-day', 'End the trading day and begin the next', 'roll-day 20261201')
    .argument('[day]', 'above the last (default: the date in UTC, such as 20261130)', dayNumber)
    .action(async (day: number | undefined, flags: AdminFlags) => {
      const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
      await ask(flags, () => [{ kind: 'rollDay', day: day ?? today }]);
    });
  operatorVerb(
    admin,
    'market-levels',
    'Say the index levels of the market-wide circuit breaker',
    'market-levels 4650 4350 4000',
  )
    .argument('<level1>', 'each below the one before', indexLevel)
    .argument('<level2>', '', indexLevel)
    .argument('<level3>', '', indexLevel)
    .action(async (level1: number, level2: number, level3: number, flags: AdminFlags) => {
      await ask(flags, () => [{ kind: 'setMarketLevels', levels: [level1, level2, level3] }]);
    });
  operatorVerb(admin, 'breach', 'Halt every instrument: the index is through a level', 'breach 1')
    .argument('<level>', '1 to 3', wholeNumber(1, 3))
    .action(async (level: number, flags: AdminFlags) => {
      await ask(flags, () => [{ kind: 'breachMarketLevel', level }]);
    });
}

function indexLevel(text: string): number {
  const value = Number(text);
  if (/^\d{1,7}(?:\.\d{1,8})?$/.test(text) && value > 0) return Math.round(value * 100_000_000);
  throw new InvalidArgumentError('Expected an index level such as 4650.25.');
}

function registerKill(admin: Command, kind: 'kill' | 'unkill', description: string, example: string): void {
  const conflicts = ['session', 'account', 'firm', 'venue'];
  const scope = (name: string, usage: string, text: string): Option =>
    new Option(usage, text).argParser(ids).conflicts(conflicts.filter((other) => other !== name));
  operatorVerb(admin, kind, description, example)
    .addOption(scope('session', '--session <id>', 'all orders of this order-entry session'))
    .addOption(scope('account', '--account <n>', 'of this account'))
    .addOption(scope('firm', '--firm <n>', "of this firm's sessions"))
    .option('--venue', 'of everybody')
    .action(async (flags: AdminFlags & ScopeFlags, command: Command) => {
      const { session, account: ofAccount, firm, venue } = flags;
      if (session === undefined && ofAccount === undefined && firm === undefined && venue !== true)
        command.error('error: say whose: --session ID, --account N, --firm N or --venue');
      const named = {
        ...(session === undefined ? {} : { session }),
        ...(ofAccount === undefined ? {} : { account: ofAccount }),
        ...(firm === undefined ? {} : { firm }),
      };
      await ask(flags, () => [{ kind, scope: named }]);
    });
}
