// What a role's schema allows, by path: the keys at a place (for suggestions) and the leaves (for environment variables). Read from
// the JSON Schema that zod derives, so that nothing is listed twice.

import { z } from 'zod';
import { type Role, roleSchemas } from './schema.js';

interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  /** Of a map from names of the operator's own. */
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
}

function schemaOf(role: Role): SchemaNode {
  return z.toJSONSchema(roleSchemas[role], { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

function alternatives(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf === undefined ? [node] : node.anyOf.flatMap(alternatives);
}

function valuesOf({ additionalProperties }: SchemaNode): SchemaNode | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** The keys allowed at a path of a role's section; empty where the schema has none. */
export function keysAt(role: Role, path: readonly PropertyKey[]): string[] {
  let nodes = alternatives(schemaOf(role));
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const child = typeof step === 'number' ? node.items : (node.properties?.[String(step)] ?? valuesOf(node));
      return child === undefined ? [] : alternatives(child);
    });
  }
  return nodes.flatMap((node) => Object.keys(node.properties ?? {}));
}

export interface Leaf {
  readonly path: readonly string[];
  /** HOPWIRE_VENUE_ORDER_ENTRY_PORT for orderEntry.port of the venue. */
  readonly variable: string;
  /** The value is text as it stands, not YAML. */
  readonly isText: boolean;
}

export function leavesOf(role: Role): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (node: SchemaNode, path: readonly string[]): void => {
    if (node.properties === undefined) {
      const words = [role, ...path].map((key) => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase());
      leaves.push({ path, variable: `HOPWIRE_${words.join('_')}`, isText: node.type === 'string' });
      return;
    }
    for (const [key, child] of Object.entries(node.properties)) walk(child, [...path, key]);
  };
  walk(schemaOf(role), []);
  return leaves;
}
