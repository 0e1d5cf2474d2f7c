// The checks that try something instead of reading a setting: does the addon load, does multicast work over loopback, how long does this
// machine take a core away. Bounded in time; they use only loopback.

import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import type { Check } from './check.js';

export async function addonCheck(): Promise<Check> {
  const common = { name: 'native addon', wanted: 'loads', why: 'every flow runs in it' };
  try {
    const { loadAddon } = await import('../../native/addon.js');
    loadAddon();
    return { ...common, state: 'ok', value: 'loads', command: '' };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { ...common, state: 'fail', value: `does not load: ${reason}`.slice(0, 60), command: 'npm run build' };
  }
}

const trialGroup = '239.255.250.9';

/** Sends one datagram to a group on loopback and waits for it: what `hopwire demo` needs of the network. */
export async function multicastCheck(timeout_ms = 1_000): Promise<Check> {
  const common = {
    name: 'loopback multicast',
    wanted: 'a datagram comes back',
    why: 'the demo joins its processes by multicast over 127.0.0.1',
  };
  const failure = await multicastFailure(timeout_ms);
  if (failure === undefined) return { ...common, state: 'ok', value: 'works', command: '' };
  return {
    ...common,
    state: 'fail',
    value: failure,
    command: 'ip link set lo up multicast on; ip route add 224.0.0.0/4 dev lo',
  };
}

function multicastFailure(timeout_ms: number): Promise<string | undefined> {
  return new Promise((done) => {
    const receiver = createSocket({ type: 'udp4', reuseAddr: true });
    const sender = createSocket('udp4');
    const finish = (failure: string | undefined): void => {
      clearTimeout(timer);
      receiver.close();
      sender.close();
      done(failure);
    };
    const timer = setTimeout(() => finish('nothing came back'), timeout_ms);
    const refuse = (error: Error): void => finish(error.message);
    receiver.once('error', refuse);
    sender.once('error', refuse);
    receiver.once('message', () => finish(undefined));
    receiver.bind(0, trialGroup, () => {
      try {
        receiver.addMembership(trialGroup, '127.0.0.1');
      } catch (error) {
        finish((error as Error).message);
        return;
      }
      sender.bind(0, '127.0.0.1', () => {
        sender.setMulticastInterface('127.0.0.1');
        sender.send('hopwire', receiver.address().port, trialGroup, (error) => {
          if (error !== null) refuse(error);
        });
      });
    });
  });
}

const pauseWanted_us = 50;

/** Spins on the clock and reports the longest time in which this thread did not run. */
export function pauseCheck(seconds: number): Check {
  const end = performance.now() + seconds * 1000;
  let longest_ms = 0;
  let last = performance.now();
  while (last < end) {
    const now = performance.now();
    if (now - last > longest_ms) longest_ms = now - last;
    last = now;
  }
  const longest_us = Math.ceil(longest_ms * 1000);
  const holds = longest_us <= pauseWanted_us;
  return {
    name: 'longest pause',
    state: holds ? 'ok' : 'improve',
    value: `${longest_us} us in ${seconds} s`,
    wanted: `<= ${pauseWanted_us} us`,
    why: 'no hop can be faster than the pauses of its core',
    command: holds ? '' : 'isolate cores (above), stop other work, prefer bare metal',
  };
}
