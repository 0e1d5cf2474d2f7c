// hopwire replay: what goes out, at which pace, and what a perfect receiver must end with.

import { basename } from 'node:path';
import { NotItchError } from '../../feed/itch_file.js';
import { parsePace, ReplaySession } from '../../feed/replay_session.js';
import type { ReplayLine, ReplayLineProgress, ReplayProgress } from '../../native/replay_binding.js';
import { formatCount } from '../format.js';
import { defaultRerequest, type HostAndPort } from '../network_options.js';
import { OperatorFailure } from '../operator_failure.js';
import { note, printJson, printLine, table } from '../output.js';
import { Progress } from '../progress.js';
import { onStopSignal } from '../stop_signal.js';
import { type LineOptions, linesOf } from './lines.js';

export interface ReplayVerbOptions extends LineOptions {
  readonly interface: string;
  readonly pace: string;
  readonly session?: string;
  readonly rerequestPort?: number;
  /** false with --no-rerequest. */
  readonly rerequest: boolean;
  readonly rerequestDiesAfter?: number;
  readonly newSessionAt?: number;
  readonly glimpse?: HostAndPort;
  readonly linger: number;
  readonly ttl: number;
  readonly seed: number;
  readonly pcapOut?: string;
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
    if (options.json !== true) announce(options, session, replay);
    const digest = await replay.finished((progress) => bar.update(progress.offset, lingering(progress)));
    bar.finish();
    const report = reportOf(file, options, session, replay, digest);
    if (options.json === true) printJson(report);
    else printReport(report);
    if (report.send_failures > 0) process.exitCode = 1;
    if (report.pcap_failed)
      throw new OperatorFailure('resource', options.pcapOut ?? '', 'the capture could not be written');
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
      lines: linesOf(options),
      interface: options.interface,
      ttl: options.ttl,
      session,
      newSessionAt: options.newSessionAt ?? 0,
      secondSession: secondSession(session),
      rerequestHost: host,
      rerequestPort: options.rerequest ? (options.rerequestPort ?? port) : 0,
      rerequestDiesAfter: options.rerequestDiesAfter ?? 0,
      glimpseHost: options.glimpse?.host ?? '',
      glimpsePort: options.glimpse?.port ?? 0,
      speed,
      lingerSeconds: options.linger,
      seed: options.seed,
      capturePath: options.pcapOut ?? '',
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

/** Another name that looks like the first. */
function secondSession(session: string): string {
  return `${session.slice(0, 9)}${session.endsWith('2') ? '3' : '2'}`;
}

function announce(options: ReplayVerbOptions, session: string, replay: ReplaySession): void {
  const lines = linesOf(options).map((line) => `${line.group}:${line.port}`);
  const server = replay.rerequestPort === 0 ? 'no re-request server' : `re-requests on port ${replay.rerequestPort}`;
  const glimpse = replay.glimpsePort === 0 ? '' : `, GLIMPSE on port ${replay.glimpsePort}`;
  note(`session ${session} to ${lines.join(' and ')} on ${options.interface}, ${server}${glimpse}`);
}

function lingering(progress: ReplayProgress): string {
  return progress.sentAll ? 'all sent, serving re-requests' : `${formatCount(progress.messages)} messages`;
}

function total(progress: ReplayProgress, count: (line: ReplayLineProgress) => number): number {
  return progress.lines.reduce((sum, line) => sum + count(line), 0);
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
  const lines = linesOf(options).map((line, index) => lineReport(line, index, progress.lines[index]));
  return {
    file,
    group: options.group,
    port: options.port,
    session: progress.messagesBefore > 0 ? secondSession(session) : session,
    pace: options.pace,
    seed: options.seed,
    rerequest_port: replay.rerequestPort === 0 ? null : replay.rerequestPort,
    glimpse_port: replay.glimpsePort === 0 ? null : replay.glimpsePort,
    messages: progress.messages,
    messages_of_broken_session: progress.messagesBefore,
    packets: total(progress, (line) => line.packets),
    packets_withheld: total(progress, (line) => line.lost),
    send_failures: total(progress, (line) => line.refusedSends),
    control_packets: total(progress, (line) => line.controlPackets),
    lines,
    damaged_frames: progress.damaged,
    rerequests_served: progress.rerequestsServed,
    rerequests_refused: progress.rerequestsRefused,
    rerequest_server_died: progress.rerequestDead,
    messages_resent: progress.messagesResent,
    snapshots_served: progress.snapshots,
    pcap: options.pcapOut ?? null,
    pcap_failed: progress.captureFailed,
    seconds: Number(seconds.toFixed(6)),
    messages_per_second: seconds > 0 ? Math.round((progress.messages + progress.messagesBefore) / seconds) : null,
    complete: digest !== undefined,
    digest: digest ?? null,
  };
}

function lineReport(line: ReplayLine, index: number, counts: ReplayLineProgress | undefined) {
  return {
    line: 'AB'[index] as string,
    group: line.group,
    port: line.port,
    packets: counts?.packets ?? 0,
    lost: counts?.lost ?? 0,
    duplicated: counts?.duplicated ?? 0,
    reordered: counts?.reordered ?? 0,
    damaged: counts?.damaged ?? 0,
    withheld_by_death: counts?.afterDeath ?? 0,
    control_packets: counts?.controlPackets ?? 0,
    send_failures: counts?.refusedSends ?? 0,
  };
}

function printReport(report: Report): void {
  const right = { align: 'right' } as const;
  const rows: [string, string, string][] = [
    ['messages', formatCount(report.messages), ''],
    ['messages before', formatCount(report.messages_of_broken_session), 'in the session that broke off'],
    ...report.lines.flatMap((line) => lineRows(line, report.lines.length > 1)),
    [
      're-requests served',
      formatCount(report.rerequests_served),
      `${formatCount(report.messages_resent)} messages sent again${report.rerequest_server_died ? '; the server died' : ''}`,
    ],
    ['re-requests refused', formatCount(report.rerequests_refused), 'not yet sent, or of another session'],
    ['snapshots served', formatCount(report.snapshots_served), ''],
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
  const shown = rows.filter(([name, value]) => value !== '0' || name === 'messages' || name.endsWith('packets'));
  printLine(table([{ title: 'replay' }, { title: 'value', ...right }, { title: '' }], shown));
}

function lineRows(line: Report['lines'][number], named: boolean): [string, string, string][] {
  const of = named ? `${line.line} ` : '';
  return [
    [`${of}packets`, formatCount(line.packets), named ? `to ${line.group}:${line.port}` : ''],
    [`${of}packets withheld`, formatCount(line.lost), 'by --loss'],
    [`${of}duplicated`, formatCount(line.duplicated), ''],
    [`${of}reordered`, formatCount(line.reordered), ''],
    [`${of}damaged`, formatCount(line.damaged), ''],
    [`${of}not sent`, formatCount(line.withheld_by_death), 'the line was dead'],
  ];
}
