/** `hopwire venue`: one venue from its config, alone or as a child of the demo. */
import { makeFolder } from '../cli/folder.js';
import { note, printJson, printLine } from '../cli/output.js';
import { untilStopped } from '../cli/until_stopped.js';
import { instrumentsOf } from '../config/instruments.js';
import { secretOf } from '../config/load.js';
import type { VenueConfig as VenueSettings } from '../config/schema.js';
import { type FinishedMessage, ParentLink } from '../demo/child_protocol.js';
import type { VenueConfig, VenueSummary } from '../native/venue_binding.js';
import { type HopRow, readHopRows, renderHopTable } from '../telemetry/hop_table.js';
import { openTelemetry } from '../telemetry/telemetry.js';
import { marketOf } from './opening.js';
import { Venue } from './venue.js';

const FINISH_TIMEOUT_MILLISECONDS = 10_000;
const MAXIMUM_ORDERS = 1_000_000;

export interface VenueRoleOptions {
  seconds?: number;
  keep?: string;
  json?: boolean;
}

/** Names a run by its start in milliseconds: receivers tell it from the run before, whose sequence numbers it would repeat. */
export function sessionOf(startMilliseconds: number): string {
  return `HW${startMilliseconds.toString(36).toUpperCase().padStart(8, '0')}`;
}

export function nativeVenueConfig(settings: VenueSettings, keep: string): VenueConfig {
  return {
    ...marketOf(settings),
    name: settings.name,
    instruments: instrumentsOf(settings.instruments),
    sessions: settings.sessions.map((session) => ({
      id: session.id,
      accessKey: session.accessKey,
      firm: session.firm ?? session.id,
      accounts: session.accounts,
      operator: session.operator,
      secret: secretOf(session),
    })),
    orderEntry: settings.orderEntry,
    feed: { ...settings.feed, session: settings.feed.session ?? sessionOf(Date.now()) },
    journalBytes: settings.journal.bytes,
    maximumOrders: MAXIMUM_ORDERS,
    maximumOrderQuantity: settings.maximumOrderQuantity,
    throttlePerSecond: settings.throttlePerSecond,
    loss: settings.feed.loss,
    seed: settings.feed.lossSeed,
    idle: settings.idle,
    busyLoops: settings.busyLoops,
    core: settings.cores[0] ?? -1,
    keepDirectory: keep,
  };
}

export async function runVenue(settings: VenueSettings, options: VenueRoleOptions): Promise<void> {
  if (options.keep !== undefined) makeFolder(options.keep);
  const config = nativeVenueConfig(settings, options.keep ?? '');
  const venue = new Venue(config);
  try {
    if (ParentLink.present()) await serveParent(venue);
    else await serveTerminal(venue, config, settings.feed.endOfSessionSeconds, options);
  } finally {
    venue.close();
  }
}

async function serveParent(venue: Venue): Promise<void> {
  const { telemetryPath, journalPath, orderEntryPort } = venue.native;
  await new Promise<void>((resolve) => {
    const link = new ParentLink({
      stop() {
        link.send({ type: 'finished', request: 'stop' });
      },
      async finish() {
        link.send(finished(await venue.finish(FINISH_TIMEOUT_MILLISECONDS)));
      },
      close: () => venue.close(),
    });
    venue.failed.catch((error: Error) => link.fail(error)).finally(resolve);
    link.send({ type: 'ready', telemetryPath, journalPath, orderEntryPort });
  });
}

function finished(summary: VenueSummary): FinishedMessage {
  return {
    type: 'finished',
    request: 'finish',
    marketDigest: summary.marketDigest,
    books: summary.books,
    nextSequence: String(summary.nextSequence),
    violations: summary.violations,
  };
}

function summaryJson(summary: VenueSummary, hops: readonly HopRow[]): object {
  const { marketDigest, nextSequence, commands, books, violations } = summary;
  return { commands, next_sequence: nextSequence, market_digest: marketDigest, violations, books, hops };
}

function publicSide(venue: Venue, { feed }: VenueConfig): string {
  const lineB = feed.lineB === undefined ? '' : ` and ${feed.lineB.group}:${feed.lineB.port}`;
  const digests = feed.digests === undefined ? '' : `, digests ${feed.digests.group}:${feed.digests.port}`;
  const glimpse = feed.glimpse === undefined ? '' : `, GLIMPSE ${feed.glimpse.host}:${venue.native.glimpsePort}`;
  const { group, port, session, rerequestPort } = feed;
  return `feed ${group}:${port}${lineB} session ${session}, re-requests ${rerequestPort}${glimpse}${digests}`;
}

async function serveTerminal(
  venue: Venue,
  config: VenueConfig,
  endOfSessionSeconds: number,
  options: VenueRoleOptions,
): Promise<void> {
  const { host } = config.orderEntry;
  const dayEnds = untilStopped(options.seconds); // from before it is said that Ctrl-C does it
  process.stderr.write(
    `venue ${config.name}: order entry ${host}:${venue.native.orderEntryPort}, ${publicSide(venue, config)}; Ctrl-C ends the day\n`,
  );
  if (config.sessions.length === 0) note('no order-entry session is configured: nobody can log on (venue.sessions)');
  await Promise.race([dayEnds, venue.failed]);
  const summary = await venue.finish(FINISH_TIMEOUT_MILLISECONDS);
  const telemetry = openTelemetry(venue.native.telemetryPath);
  const rows = readHopRows(telemetry, 'order_to_publish');
  if (options.json) printJson(summaryJson(summary, rows));
  else {
    printLine(renderHopTable('order_to_publish', rows));
    printLine(
      `commands ${summary.commands}  next sequence ${summary.nextSequence}  market digest ${summary.marketDigest}`,
    );
  }
  if (endOfSessionSeconds === 0) return;
  note(`the day is over; lost messages are given again for ${endOfSessionSeconds} s more (Ctrl-C ends that, too)`);
  await Promise.race([untilStopped(endOfSessionSeconds), venue.failed]);
}
