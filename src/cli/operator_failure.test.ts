import { describe, expect, it } from 'vitest';
import { OperatorFailure, oneLine, operatorFailureOf } from './operator_failure.js';

describe('OperatorFailure', () => {
  it('says code, what, where and what to do in one line', () => {
    const failure = new OperatorFailure('portInUse', 'UDP 239.255.10.1:31001', 'held by another process');
    expect(failure.lines()).toEqual([
      'hopwire: HW0301 An address is already in use: UDP 239.255.10.1:31001: held by another process -- choose another port or end the process that holds it',
    ]);
    expect(failure.exitStatus).toBe(1);
  });

  it('keeps text from files and peers on one line and free of control characters', () => {
    expect(oneLine('a\n b\x1b[31m')).toBe('a b?[31m');
    expect(new OperatorFailure('fileNotFound', 'x\ny').lines()[0]).not.toContain('\n');
  });

  it('translates what the system reports', () => {
    const missing = Object.assign(new Error('ENOENT: ...'), { code: 'ENOENT', path: '/no/such/file' });
    expect(operatorFailureOf(missing)?.code).toBe('HW0201');
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '127.0.0.1', port: 31100 });
    expect(operatorFailureOf(refused)?.lines()[0]).toContain('127.0.0.1:31100: connection refused');
    expect(operatorFailureOf(new RangeError('ours'))).toBeUndefined();
  });
});
