// hopwire replay: what goes out, at which pace, and what a perfect receiver must end with.

import { basename } from 'node:path';
import { NotItchError } from '../../feed/itch_file.js';
import { parsePace, ReplaySession } from '../../feed/replay_session.js';
import type { ReplayProgress } from '../../native/replay_binding.js';
import { formatCount } from '../format.js';
import { defaultRerequest } from '../network_options.js';
import { OperatorFailure } from '../operator_failure.js';
import { note, printJson, printLine, table } from '../output.js';
import { Progress } from '../progress.js';
import { onStopSignal } from '../stop_signal.js';

export interface ReplayVerbOptions {
  readonly group: string;
  readonly port: number;
  readonly interface: string;
  readonly pace: string;
  readonly session?: string;
  readonly rerequestPort?: number;
  /** false with --no-rerequest. */
  readonly rerequest: boolean;
  readonly linger: number;
  readonly ttl: number;
  readonly loss: number;
  readonly seed: number;
  readonly json?: boolean;
}

export async function runReplay(file: string, options: ReplayVerbOptions): Promise<void> {
  const speed = parsePace(options.pace);
  if (speed === undefined)
    throw new OperatorFailure('usage', `--pace ${options.pace}`, 'expected recorded, max, or a multiple such as 10x');
  const session = options.session ?? sessionOf(file);
  const replay = open(file, options, session, speed);
  const restore = onStopSignal(() => replay.stop());
  const bar = new Progress('replaying', replay.size);
  try {
    if (options.json !== true) announce(options, session, replay.rerequestPort);
    const digest = await replay.finished((progress) => bar.update(progress.offset, lingering(progress)));
    bar.finish();
    const report = reportOf(file, options, session, replay, digest);
    if (options.json === true) printJson(report);
    else printReport(report);
    if (report.send_failures > 0) process.exitCode = 1;
  } finally {
    bar.finish();
    restore();
    replay.close();
  }
}

function open(file: string, options: ReplayVerbOptions, session: string, speed: number): ReplaySession {
  const server = options.rerequest ? defaultRerequest(options.interface, options.port) : undefined;
  const anywhere = { host: '0.0.0.0', port: options.port + 1 }; // the interface is given by name
  const { host, port } = options.rerequest ? (server ?? anywhere) : { host: '', port: 0 };
  try {
    return new ReplaySession({
      path: file,
      group: options.group,
      port: options.port,
      interface: options.interface,
      ttl: options.ttl,
      session,
      rerequestHost: host,
      rerequestPort: options.rerequest ? (options.rerequestPort ?? port) : 0,
      speed,
      lingerSeconds: options.linger,
      loss: options.loss,
      seed: options.seed,
    });
  } catch (error) {
    if (error instanceof NotItchError) throw new OperatorFailure('notItch', file, error.found);
    throw error;
  }
}

/** Another run of the same file is another session, so that a receiver still listening does not take it for repeats. */
function sessionOf(file: string): string {
  const letters = basename(file)
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 4)
    .toUpperCase();
  const run = Math.floor(Date.now() / 1000) % 1_000_000;
  return `${letters}${String(run).padStart(6, '0')}`;
}

function announce(options: ReplayVerbOptions, session: string, rerequestPort: number): void {
  const server = rerequestPort === 0 ? 'no re-request server' : `re-requests on port ${rerequestPort}`;
  note(`session ${session} to ${options.group}:${options.port} on ${options.interface}, ${server}`);
}

function lingering(progress: ReplayProgress): string {
  return progress.sentAll ? 'all sent, serving re-requests' : `${formatCount(progress.messages)} messages`;
}

type Report = ReturnType<typeof reportOf>;

function reportOf(
  file: string,
  options: ReplayVerbOptions,
  session: string,
  replay: ReplaySession,
  digest: string | undefined,
) {
  const progress = replay.progress();
  const seconds = progress.sendNanoseconds / 1e9;
  return {
    file,
    group: options.group,
    port: options.port,
    session,
    pace: options.pace,
    rerequest_port: replay.rerequestPort === 0 ? null : replay.rerequestPort,
    messages: progress.messages,
    packets: progress.packets,
    packets_withheld: progress.suppressed,
    send_failures: progress.refusedSends,
    control_packets: progress.controlPackets,
    damaged_frames: progress.damaged,
    rerequests_served: progress.rerequestsServed,
    rerequests_refused: progress.rerequestsRefused,
    messages_resent: progress.messagesResent,
    seconds: Number(seconds.toFixed(6)),
    messages_per_second: seconds > 0 ? Math.round(progress.messages / seconds) : null,
    complete: digest !== undefined,
    digest: digest ?? null,
  };
}

function printReport(report: Report): void {
  const right = { align: 'right' } as const;
  const rows: [string, string, string][] = [
    ['messages', formatCount(report.messages), ''],
    ['packets', formatCount(report.packets), ''],
    ['packets withheld', formatCount(report.packets_withheld), 'by --loss'],
    [
      're-requests served',
      formatCount(report.rerequests_served),
      `${formatCount(report.messages_resent)} messages sent again`,
    ],
    ['re-requests refused', formatCount(report.rerequests_refused), 'not yet sent, or of another session'],
    ['damaged frames', formatCount(report.damaged_frames), 'of the file, passed over'],
    ['send failures', formatCount(report.send_failures), ''],
    ['seconds', report.seconds.toFixed(3), ''],
    ['messages a second', report.messages_per_second === null ? '-' : formatCount(report.messages_per_second), ''],
    [
      'digest',
      report.digest ?? '-',
      report.complete ? 'of the books every receiver must end with' : 'stopped before the end of the file',
    ],
  ];
  const shown = rows.filter(([name, value]) => value !== '0' || name === 'messages' || name === 'packets');
  printLine(table([{ title: 'replay' }, { title: 'value', ...right }, { title: '' }], shown));
}
