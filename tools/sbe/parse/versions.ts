// sinceVersion and deprecated, looked at over the whole tree: nothing can have come after the version the schema states, and nothing can
// go out of use before it came.

import type { Diagnostics } from '../source/diagnostics.js';
import type { XmlElement } from '../source/xml_reader.js';

export function checkVersions(element: XmlElement, version: number, diagnostics: Diagnostics): void {
  const since = numberIn(element, 'sinceVersion');
  const deprecated = numberIn(element, 'deprecated');
  const name = element.attributes.find((attribute) => attribute.name === 'name')?.value ?? element.name;
  const place = (attribute: string) =>
    element.attributes.find((candidate) => candidate.name === attribute)?.position ?? element.position;
  if (since !== undefined && since > version) {
    const advice = `raise the schema's version or lower sinceVersion`;
    diagnostics.error(
      place('sinceVersion'),
      `"${name}" is there since version ${since}, the schema is version ${version}: ${advice}`,
    );
  }
  if (deprecated !== undefined && since !== undefined && deprecated < since) {
    diagnostics.warning(
      place('deprecated'),
      `"${name}" is deprecated in version ${deprecated}, before it came in ${since}`,
    );
  }
  for (const child of element.children) checkVersions(child, version, diagnostics);
}

function numberIn(element: XmlElement, name: string): number | undefined {
  const value = element.attributes.find((attribute) => attribute.name === name && attribute.uri === '')?.value;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
