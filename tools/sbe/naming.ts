// Schema names to names of the target languages: camelCase stays in TypeScript, becomes snake_case in C++; words either language reserves
// get a trailing underscore, names that start with a digit one in front.

/** A name that may stand where the languages want one: `1st` becomes `_1st`. */
export function identifier(name: string): string {
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** `clOrdId` to `cl_ord_id`; a run of capitals is one word. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

export function pascalCase(name: string): string {
  return identifier(name.charAt(0).toUpperCase() + name.slice(1));
}

export function camelCase(name: string): string {
  return identifier(name.charAt(0).toLowerCase() + name.slice(1));
}

const cppKeywords = new Set(
  [
    'alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class',
    'compl concept const consteval constexpr constinit const_cast continue co_await co_return co_yield decltype',
    'default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline',
    'int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register',
    'reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch template',
    'this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t',
    'while xor xor_eq',
    // Macros of the headers that generated code includes.
    'assert offsetof errno',
  ].flatMap((line) => line.split(' ')),
);

/** A C++ member, function or enumerator; `taken` are the names the generated class needs for itself. */
export function cppName(name: string, taken: readonly string[] = []): string {
  const snake = identifier(snakeCase(name));
  // Flyweights keep their place in a member block_.
  if (snake === 'block' && taken.includes(snake)) return 'block_field';
  return cppKeywords.has(snake) || taken.includes(snake) ? `${snake}_` : snake;
}

const typescriptTaken = ['wrap', 'wrapAndApplyHeader', 'constructor', 'prototype'];

/**
 * A getter or method of a generated class; `taken` are further names the class needs. Keywords are allowed as member names; the private
 * fields of the class begin with an underscore, so a name that does gets one more at its end.
 */
export function memberName(name: string, taken: readonly string[] = []): string {
  const needed = typescriptTaken.includes(name) || taken.includes(name) || name.startsWith('_');
  return needed ? `${name}_` : identifier(name);
}

/** `SBE tests` to `sbe_tests`, `a.new` to `a::new_`: the namespace of a package. */
export function cppNamespace(packageName: string): string {
  const parts = packageName.split('.').map((part) => cppName(part.trim().replace(/[^A-Za-z0-9_]+/g, '_')));
  return parts.map((part) => (part === 'std' ? 'std_' : part)).join('::');
}

/** `0x` and sixteen digits. */
export function hex64(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`;
}
