// What a new version of a schema does to those who still speak the old one. A change is unsafe (an error) when an old decoder would read
// new bytes wrongly, or a new one old bytes: anything moved, retyped, resized, removed or renumbered, another null, a field that is not
// marked with its version or does not stand at the end, a group or data where an old decoder finds something else, another header or byte
// order. It is a warning when bytes are safe and people may not be: a changed name, an id used again, a version that was not raised.
//
// A group or data behind the last one is a case of its own: the header of the published standard counts them (numGroups, numVarDataFields),
// so an old decoder can skip what it does not know; the 8-byte header cannot say, and the next message of a packet is not found.

import { compositeOf, sectionsOf } from '../emit/forms.js';
import type { BlockIr, CompositeIr, MemberIr, MessageSchemaIr, TypeIr } from '../ir.js';
import { layoutHash } from '../layout_hash.js';

export interface Finding {
  readonly severity: 'error' | 'warning';
  /** As places.ts has it; in the new schema, as far as it is there. */
  readonly path: string;
  readonly message: string;
}

export function lintChange(before: MessageSchemaIr, after: MessageSchemaIr): Finding[] {
  return new Linter(before, after).run();
}

class Linter {
  readonly #before: MessageSchemaIr;
  readonly #after: MessageSchemaIr;
  readonly #found: Finding[] = [];

  constructor(before: MessageSchemaIr, after: MessageSchemaIr) {
    this.#before = before;
    this.#after = after;
  }

  run(): Finding[] {
    const [before, after] = [this.#before, this.#after];
    if (before.id !== after.id) {
      this.#warning(
        '',
        `schema id ${before.id} became ${after.id}: the two are different schemas, nothing else is compared`,
      );
      return this.#found;
    }
    if (before.byteOrder !== after.byteOrder)
      this.#error('', `the byte order changed from ${before.byteOrder}: take a new schema id`);
    this.#header();
    this.#version();
    for (const old of before.messages) this.#message(old.name, old.id);
    for (const message of after.messages) this.#newMessage(message.name, message.id, message.sinceVersion);
    for (const old of before.enums) this.#enum(old.name);
    for (const old of before.sets) this.#set(old.name);
    for (const old of before.composites) this.#composite(old);
    return this.#found;
  }

  #error(path: string, message: string): void {
    this.#found.push({ severity: 'error', path, message });
  }

  #warning(path: string, message: string): void {
    this.#found.push({ severity: 'warning', path, message });
  }

  #header(): void {
    const [old, now] = [this.#before, this.#after].map((schema) =>
      schema.composites.find((one) => one.name === schema.headerType),
    );
    if (old === undefined || now === undefined) return;
    const shape = (composite: CompositeIr): string =>
      composite.members.map((member) => `${member.name}@${member.offset}:${spell(member.type)}`).join(' ');
    if (shape(old) !== shape(now)) this.#error(`types/${now.name}`, 'the message header changed: take a new schema id');
  }

  #version(): void {
    const [old, now] = [this.#before, this.#after];
    if (now.version < old.version) this.#error('', `the version went back from ${old.version} to ${now.version}`);
    const same =
      now.version === old.version && layoutHash({ ...old, package: '' }) !== layoutHash({ ...now, package: '' });
    if (same) this.#warning('', `the layout changed and the version is still ${now.version}: raise it`);
  }

  #message(name: string, id: number | undefined): void {
    const path = `messages/${name}`;
    const old = this.#before.messages.find((message) => message.id === id);
    const now = this.#after.messages.find((message) => message.id === id);
    if (old === undefined) return;
    if (now === undefined) {
      this.#error(path, `message "${name}" (template ${id}) was removed: mark it deprecated and keep it`);
      return;
    }
    if (now.name !== name) this.#warning(`messages/${now.name}`, `template ${id} was "${name}": programs name it so`);
    this.#block(old, now, `messages/${now.name}`, now.name);
  }

  #newMessage(name: string, id: number | undefined, since: number): void {
    if (this.#before.messages.some((message) => message.id === id)) return;
    if (since > this.#before.version) return;
    this.#warning(`messages/${name}`, `message "${name}" is new: give it sinceVersion="${this.#after.version}"`);
  }

  #block(old: BlockIr, now: BlockIr, path: string, what: string): void {
    if (now.blockLength < old.blockLength) {
      this.#error(
        path,
        `the block of ${what} shrank from ${old.blockLength} to ${now.blockLength} bytes: old decoders refuse it`,
      );
    }
    for (const field of old.fields) {
      const same = now.fields.find((candidate) =>
        field.id === undefined ? candidate.name === field.name : candidate.id === field.id,
      );
      const named = same ?? now.fields.find((candidate) => candidate.name === field.name);
      if (named === undefined)
        this.#error(path, `${what}.${field.name} was removed: mark it deprecated and keep its bytes`);
      else this.#member(field, named, `${path}/${named.name}`, `${what}.${field.name}`);
    }
    for (const field of now.fields) this.#newField(old, field, path, what);
    this.#sections(old, now, path, what);
  }

  #newField(old: BlockIr, field: MemberIr, path: string, what: string): void {
    const known = old.fields.some(
      (candidate) => candidate.name === field.name || (field.id !== undefined && candidate.id === field.id),
    );
    if (known || field.presence === 'constant') return;
    const name = `${what}.${field.name}`;
    const end = Math.max(0, ...old.fields.map((one) => one.offset + one.size));
    if (field.offset < end)
      this.#error(`${path}/${field.name}`, `${name} is new and stands among old fields: put it at the end`);
    if (field.sinceVersion <= this.#before.version) {
      const advice = `give it sinceVersion="${Math.max(this.#after.version, this.#before.version + 1)}"`;
      this.#error(`${path}/${field.name}`, `${name} is new and not marked so: ${advice}`);
    }
  }

  #member(old: MemberIr, now: MemberIr, path: string, what: string): void {
    if (old.name !== now.name) this.#warning(path, `${what} is called "${now.name}" now: programs name it so`);
    if (old.offset !== now.offset && old.presence !== 'constant')
      this.#error(path, `${what} moved from byte ${old.offset} to ${now.offset}`);
    const types = [spell(old.type), spell(now.type)];
    if (old.size !== now.size)
      this.#error(path, `${what} changed from ${old.size} to ${now.size} bytes (${types[0]}, now ${types[1]})`);
    else if (types[0] !== types[1]) this.#error(path, `${what} changed its type from ${types[0]} to ${types[1]}`);
    if (old.constant !== now.constant)
      this.#error(path, `the constant ${what} changed from ${old.constant} to ${now.constant}`);
    if (old.presence !== now.presence && old.presence !== 'constant' && now.presence !== 'constant') {
      this.#error(path, `${what} was ${old.presence} and is ${now.presence}: its null means something else now`);
    } else if (old.nullValue !== now.nullValue) {
      this.#error(path, `the null of ${what} changed from ${old.nullValue} to ${now.nullValue}`);
    }
    if (old.sinceVersion !== now.sinceVersion) {
      this.#error(path, `${what} is said to be there since version ${now.sinceVersion}, it was ${old.sinceVersion}`);
    }
  }

  #sections(old: BlockIr, now: BlockIr, path: string, what: string): void {
    const [before, after] = [sectionsOf(old), sectionsOf(now)];
    before.forEach((section, at) => {
      const other = after[at];
      const place = `${path}/${section.name}`;
      const name = `${what}.${section.name}`;
      if (other === undefined) {
        this.#error(path, `${section.kind} ${name} was removed: an old decoder takes what follows for it`);
      } else if (other.kind !== section.kind) {
        this.#error(
          `${path}/${other.name}`,
          `${what}.${other.name} stands where ${section.kind} ${name} was: new ones go behind the last data`,
        );
      } else if (section.kind === 'group' && other.kind === 'group') {
        if (
          this.#dimension(this.#before, section.group.dimensionType) !==
          this.#dimension(this.#after, other.group.dimensionType)
        ) {
          this.#error(place, `the dimension of group ${name} changed`);
        }
        this.#block(section.group, other.group, `${path}/${other.name}`, name);
      } else if (section.kind === 'data' && other.kind === 'data') {
        const [one, two] = [section.data.type, other.data.type].map((type, index) =>
          JSON.stringify(compositeOf(index === 0 ? this.#before : this.#after, type).varData),
        );
        if (one !== two) this.#error(place, `the length of data ${name} is written differently`);
      }
      if (other !== undefined && other.name !== section.name && other.kind === section.kind) {
        this.#warning(`${path}/${other.name}`, `${name} is called "${other.name}" now, or another stands in its place`);
      }
    });
    for (const section of after.slice(before.length)) this.#appended(section.name, section.sinceVersion, path, what);
  }

  #appended(name: string, since: number, path: string, what: string): void {
    const place = `${path}/${name}`;
    if (since <= this.#before.version) {
      this.#error(place, `${what}.${name} is new and not marked so: give it sinceVersion="${this.#after.version}"`);
    }
    const header = this.#after.composites.find((one) => one.name === this.#after.headerType);
    if (header?.members.some((member) => member.name === 'numGroups') === true) return;
    const advice = 'take a new template id, or a header with numGroups and numVarDataFields';
    this.#error(
      place,
      `${what}.${name} is new, and the message header does not count groups and data: an old decoder loses its place; ${advice}`,
    );
  }

  #dimension(schema: MessageSchemaIr, name: string): string {
    const members = compositeOf(schema, name).members.filter((member) => member.presence !== 'constant');
    return members.map((member) => `${member.name}@${member.offset}:${spell(member.type)}`).join(' ');
  }

  #enum(name: string): void {
    const [old, now] = [this.#before, this.#after].map((schema) => schema.enums.find((one) => one.name === name));
    if (old === undefined || now === undefined) return;
    for (const value of old.values) {
      const same = now.values.find((candidate) => candidate.name === value.name);
      const path = `types/${name}/${value.name}`;
      if (same === undefined) this.#error(path, `${name}.${value.name} was removed: mark it deprecated and keep it`);
      else if (same.value !== value.value)
        this.#error(path, `${name}.${value.name} changed from ${value.value} to ${same.value}`);
    }
    for (const value of now.values) {
      if (old.values.some((candidate) => candidate.name === value.name) || value.sinceVersion > this.#before.version)
        continue;
      this.#warning(
        `types/${name}/${value.name}`,
        `${name}.${value.name} is new: give it sinceVersion="${this.#after.version}"`,
      );
    }
  }

  #set(name: string): void {
    const [old, now] = [this.#before, this.#after].map((schema) => schema.sets.find((one) => one.name === name));
    for (const choice of old?.choices ?? []) {
      if (now === undefined) return;
      const same = now.choices.find((candidate) => candidate.name === choice.name);
      const path = `types/${name}/${choice.name}`;
      if (same === undefined) this.#error(path, `${name}.${choice.name} was removed: mark it deprecated and keep it`);
      else if (same.bit !== choice.bit)
        this.#error(path, `${name}.${choice.name} moved from bit ${choice.bit} to ${same.bit}`);
    }
  }

  #composite(old: CompositeIr): void {
    const now = this.#after.composites.find((one) => one.name === old.name);
    if (now === undefined || old.name === this.#before.headerType) return;
    for (const member of old.members) {
      const same = now.members.find((candidate) => candidate.name === member.name);
      if (same === undefined) this.#error(`types/${old.name}`, `${old.name}.${member.name} was removed`);
      else this.#member(member, same, `types/${old.name}/${member.name}`, `${old.name}.${member.name}`);
    }
    if (now.size !== old.size) {
      this.#error(
        `types/${old.name}`,
        `composite ${old.name} changed from ${old.size} to ${now.size} bytes: what follows it moves`,
      );
    }
  }
}

function spell(type: TypeIr): string {
  if (type.kind !== 'primitive') return type.kind === 'composite' ? type.name : `${type.name} (${type.primitive})`;
  return type.length === 1 ? type.primitive : `${type.primitive}[${type.length}]`;
}
