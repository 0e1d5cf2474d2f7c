// What `hopwire stat` shows: the regions under /dev/shm and whether their writers live; of one process, its counters and hop tables.
//
// A region outlives a process that was killed: its figures are still shown, then the verb fails with HW0402. What can go wrong besides: no
// such process, a file that is no region, a region of another version; each is one line.

import { readdirSync } from 'node:fs';
import { flowTable, idleModeTable, idleReasonTable } from '../../generated/hops.js';
import { RegionError, TelemetryColumns } from '../../generated/regions.js';
import { TelemetryWord } from '../../generated/words.js';
import { openRegion, type Region, RegionOpenError, regionHealth, regionPath } from '../../native/region.js';
import { readCounters } from '../../telemetry/counters.js';
import { type FlowLabel, type HopRow, readHopRows, renderHopTable } from '../../telemetry/hop_table.js';
import { formatCount, formatNanoseconds } from '../format.js';
import { OperatorFailure } from '../operator_failure.js';
import { printJson, printLine, table } from '../output.js';

export interface ProcessStatOptions {
  readonly json?: boolean;
  readonly all?: boolean;
}

const FOLDER = '/dev/shm';
const FILE_NAME = /^hopwire-(.+)\.telemetry$/;

interface ProcessReport {
  readonly name: string;
  readonly path: string;
  readonly process: number;
  readonly state: string;
  readonly since_beat_ns: number;
  readonly generation: number;
  readonly idle: string;
  readonly idle_reason: string;
  readonly busy_loops: number;
  readonly cores: number;
  readonly stamp_error_bound_ns: number;
  readonly counters: Record<string, number>;
  readonly flows: Record<string, HopRow[]>;
}

export function runProcessStat(target: string, options: ProcessStatOptions): void {
  const path = target.includes('/') ? target : regionPath(target, 'telemetry');
  const region = open(path);
  const report = readReport(region, options.all === true);
  if (options.json === true) printJson(report);
  else printLine(reportText(report));
  if (report.state === 'dead')
    throw new OperatorFailure('regionStale', path, `process ${report.process} ended without closing it`);
}

export function runProcessList(options: ProcessStatOptions): void {
  const rows = processes();
  if (options.json === true) {
    printJson({ processes: rows });
    return;
  }
  if (rows.length === 0) {
    printLine('no hopwire process has left a telemetry region on this machine');
    return;
  }
  const columns = [
    { title: 'name' },
    { title: 'process', align: 'right' as const },
    { title: 'state' },
    { title: 'path' },
  ];
  printLine(
    table(
      columns,
      rows.map((row) => [row.name, String(row.process), row.state, row.path]),
    ),
  );
}

interface ProcessRow {
  readonly name: string;
  readonly path: string;
  readonly process: number;
  readonly state: string;
}

/** Every telemetry region, also of processes that are gone; one that cannot be read says so in its state. */
function processes(): ProcessRow[] {
  const names = readdirSync(FOLDER).flatMap((file) => FILE_NAME.exec(file)?.[1] ?? []);
  return names.sort().flatMap((name) => {
    const path = regionPath(name, 'telemetry');
    try {
      const region = openRegion(path);
      const row = { name, path, process: region.header.writerProcess, state: regionHealth(region.header).state };
      region.close();
      return [row];
    } catch (error) {
      if (!(error instanceof RegionOpenError)) throw error;
      return error.missing ? [] : [{ name, path, process: 0, state: 'unreadable' }];
    }
  });
}

function open(path: string): Region {
  try {
    return openRegion(path);
  } catch (error) {
    if (!(error instanceof RegionOpenError)) throw error;
    if (!error.missing) throw new OperatorFailure('regionMismatch', path, error.message.split(': ').at(-1));
    const running = processes().map((row) => row.name);
    const hint = running.length === 0 ? 'start one: hopwire demo' : `there are: ${running.join(', ')}`;
    throw new OperatorFailure('fileNotFound', path, 'no such process', hint);
  }
}

function columnsOf(region: Region): TelemetryColumns {
  try {
    return new TelemetryColumns(region.buffer);
  } catch (error) {
    if (error instanceof RegionError) throw new OperatorFailure('regionMismatch', region.path, error.message);
    throw error;
  }
}

function readReport(region: Region, all: boolean): ProcessReport {
  const columns = columnsOf(region);
  const { header, path } = region;
  const health = regionHealth(header);
  const word = (index: number): number => columns.word[index] as number;
  const counters = readCounters(columns).filter((counter) => all || counter.value !== 0);
  const flows = flowTable
    .map((flow): [FlowLabel, HopRow[]] => [flow.label, readHopRows(columns, flow.label)])
    .filter(([, rows]) => all || rows.some((row) => row.count !== 0));
  return {
    name: FILE_NAME.exec(path.split('/').at(-1) ?? '')?.[1] ?? path,
    path,
    process: header.writerProcess,
    state: health.state,
    since_beat_ns: health.sinceBeat_ns,
    generation: header.generation,
    idle: idleModeTable[word(TelemetryWord.idleMode)]?.label ?? 'unknown',
    idle_reason: idleReasonTable[word(TelemetryWord.idleReason)]?.label ?? 'unknown',
    busy_loops: word(TelemetryWord.busyLoops),
    cores: word(TelemetryWord.cores),
    stamp_error_bound_ns: word(TelemetryWord.stampErrorBound),
    counters: Object.fromEntries(counters.map(({ name, value }) => [name, value])),
    flows: Object.fromEntries(flows),
  };
}

function reportText(report: ProcessReport): string {
  const counters = Object.entries(report.counters).map(([name, value]) => [name, formatCount(value)]);
  const beat = report.state === 'closed' ? '' : `, last beat ${formatNanoseconds(report.since_beat_ns)} ago`;
  const blocks = [
    [
      `${report.name}  process ${report.process}, ${report.state}${beat}`,
      `idle  ${report.idle}: ${report.idle_reason} (${report.busy_loops} busy loops, ${report.cores} cores)`,
    ].join('\n'),
    counters.length === 0
      ? 'all counters are zero'
      : table([{ title: 'counter' }, { title: 'value', align: 'right' }], counters),
    ...Object.entries(report.flows).map(([flow, rows]) => renderHopTable(flow, rows)),
  ];
  return blocks.join('\n\n');
}
