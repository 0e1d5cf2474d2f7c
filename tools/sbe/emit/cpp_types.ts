// C++ for enums, sets and constants.

import type { ConstantIr, NamedNumbers, SetIr } from '../ir.js';
import { cppName, pascalCase } from '../naming.js';
import { cppBits, cppLiteral, cppString, cppType } from './cpp_values.js';
import { sentence, type Writer } from './writer.js';

export function emitCppConstant(out: Writer, constant: ConstantIr): void {
  out.comment(sentence(constant.description));
  const value = cppLiteral(constant.value, constant.primitive);
  out.line(`inline constexpr ${cppType(constant.primitive)} ${cppName(constant.name)} = ${value};`);
}

/** The enum, its names and its validity test. An enum read from the wire may hold any number: ask is_valid before trusting it. */
export function emitCppEnum(out: Writer, type: NamedNumbers): void {
  const name = pascalCase(type.name);
  out.comment(sentence(type.description));
  out.block(`enum class ${name} : ${cppBits(type.primitive)} {`, '};', () => {
    for (const value of type.values) {
      out.comment(sentence(value.description));
      const character = type.primitive === 'char' ? `  // '${String.fromCharCode(Number(value.value))}'` : '';
      const bits = type.primitive === 'char' ? 'uint8' : type.primitive;
      out.line(`${cppName(value.name)} = ${cppLiteral(value.value, bits)},${character}`);
    }
  });
  out.line();
  out.comment('The name in the schema; "unknown" for a number that is no value of the enum.');
  out.block(`[[nodiscard]] constexpr std::string_view to_string(${name} value) noexcept {`, '}', () => {
    out.block('switch (value) {', '}', () => {
      for (const value of type.values)
        out.line(`case ${name}::${cppName(value.name)}: return ${cppString(value.name)};`);
    });
    out.line('return "unknown";');
  });
  out.line();
  out.block(`[[nodiscard]] constexpr bool is_valid(${name} value) noexcept {`, '}', () => {
    out.block('switch (value) {', '}', () => {
      for (const value of type.values) out.line(`case ${name}::${cppName(value.name)}:`);
      out.line('  return true;');
    });
    out.line('return false;');
  });
}

export function emitCppSet(out: Writer, type: SetIr): void {
  const name = pascalCase(type.name);
  const bits = cppBits(type.primitive);
  out.comment(sentence(type.description));
  out.block(`struct ${name} {`, '};', () => {
    out.line(`${bits} bits = 0;`);
    for (const choice of type.choices) {
      const choiceName = cppName(choice.name, ['bits']);
      const mask = `${choiceName}_mask`;
      out.line();
      out.comment(sentence(choice.description));
      out.line(`static constexpr ${bits} ${mask} = ${bits}{1} << ${choice.bit};`);
      out.line(`[[nodiscard]] constexpr bool ${choiceName}() const noexcept { return (bits & ${mask}) != 0; }`);
      out.block(`constexpr ${name}& ${choiceName}(bool on) noexcept {`, '}', () => {
        out.line(`bits = static_cast<${bits}>(on ? bits | ${mask} : bits & ~${mask});`);
        out.line('return *this;');
      });
    }
    out.line();
    out.line(`friend constexpr bool operator==(${name}, ${name}) = default;`);
  });
}
