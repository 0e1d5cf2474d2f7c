import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './suggest.js';

describe('suggest', () => {
  it('counts swapped neighbours as one edit', () => {
    expect(editDistance('prot', 'port')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('same', 'same')).toBe(0);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('suggests a near word and stays silent about a far one', () => {
    expect(nearest('prot', ['port', 'group', 'interface'])).toBe('port');
    expect(nearest('rerequestport', ['rerequestPort', 'port'])).toBe('rerequestPort');
    expect(nearest('colour', ['port', 'group'])).toBeUndefined();
  });
});
