// hopwire feed: a live view on a terminal, and at the end what the wire brought, what it lost, and the digests of the books, channel by
// channel.
//
// Status 1 when the books of any channel are not what the session's messages make: nothing came, a gap was open at the end, or messages
// were given up.

import type { FeedChannel } from '../../feed/feed_channel.js';
import { FeedSession } from '../../feed/feed_session.js';
import { note, printJson } from '../output.js';
import { onStopSignal } from '../stop_signal.js';
import { Every } from './every.js';
import { LiveCounts } from './live_counts.js';
import { type FeedVerbOptions, feedOptionsOf, sourceText } from './options.js';
import { jsonOf, printForPeople, type Seen } from './report.js';
import { verdictOf } from './verdict.js';

export async function runFeed(options: FeedVerbOptions): Promise<void> {
  const feed = new FeedSession(feedOptionsOf(options));
  const restore = onStopSignal(() => feed.stop());
  const live = new LiveCounts();
  const every = new Every({ every: options.every, json: options.json === true });
  try {
    const verb = options.file === undefined && options.pcap === undefined ? 'listening on' : 'reading';
    if (options.json !== true) note(`${verb} ${sourceText(options)}`);
    await feed.finished(() => {
      if (options.every === undefined) live.update(feed.channels);
      else every.update(feed.channels);
    });
    live.finish();
    const seen = feed.channels.map((channel) => seenOf(channel, options.digests === true));
    if (options.json === true) printJson(jsonOf(seen), options.every === undefined ? 2 : 0);
    else printForPeople(seen);
    for (const { channel, result } of seen) {
      const { remarks, failed } = verdictOf(result, channel, options);
      for (const remark of remarks) note(channel === '' ? remark : `${channel}: ${remark}`);
      if (failed) process.exitCode = 1;
    }
  } finally {
    live.finish();
    restore();
    feed.close();
  }
}

function seenOf(channel: FeedChannel, digests: boolean): Seen {
  const { lines, servers } = channel.progress();
  return {
    channel: channel.name,
    result: channel.result(),
    lines,
    servers: servers.map((server, index) => ({ name: channel.serverNames[index] as string, ...server })),
    skews: channel.skews(),
    hops: channel.hops(),
    idle: channel.idle,
    stampSource: channel.stampSource,
    ...(digests ? { books: channel.books() } : {}),
  };
}
