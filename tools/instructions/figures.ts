// Instructions per command of the matcher's mixed flow, as callgrind counts them in the build that tools/native/build.ts makes for
// benchmarks. They are of one compiler: another may do better or worse. Written by `npm run instructions -- --write`, with the reason in
// the commit.

export interface Figures {
  /** First line of `g++ --version`. */
  readonly compiler: string;
  readonly perCommand: Readonly<Record<string, number>>;
}

export const figures: Figures = {
  compiler: 'g++ (Debian 12.2.0-14+deb12u1) 12.2.0',
  perCommand: { one: 389.0, hundred: 460.0, risk: 637.5 },
};
