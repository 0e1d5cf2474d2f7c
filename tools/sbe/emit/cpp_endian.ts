// Loads and stores of a generated C++ header, written into it so that it depends on nothing. (Inside hopwire: core/endian.hpp.)

const swap = [
  'template <class T>',
  '[[nodiscard]] inline T in_order(T value, std::endian order) noexcept {',
  '  if (order == std::endian::native || sizeof(T) == 1) return value;',
  '  std::array<std::byte, sizeof(T)> bytes;',
  '  std::memcpy(bytes.data(), &value, sizeof(T));',
  '  for (std::size_t at = 0; at < sizeof(T) / 2; ++at) {',
  '    const std::byte low = bytes[at];',
  '    bytes[at] = bytes[sizeof(T) - 1 - at];',
  '    bytes[sizeof(T) - 1 - at] = low;',
  '  }',
  '  std::memcpy(&value, bytes.data(), sizeof(T));',
  '  return value;',
  '}',
];

function access(suffix: 'le' | 'be'): string[] {
  const order = `std::endian::${suffix === 'le' ? 'little' : 'big'}`;
  return [
    '',
    'template <class T>',
    `[[nodiscard]] inline T load_${suffix}(const std::byte* at) noexcept {`,
    '  T value;',
    '  std::memcpy(&value, at, sizeof(T));',
    `  return in_order(value, ${order});`,
    '}',
    '',
    'template <class T>',
    `inline void store_${suffix}(std::byte* at, T value) noexcept {`,
    `  value = in_order(value, ${order});`,
    '  std::memcpy(at, &value, sizeof(T));',
    '}',
  ];
}

function access48(suffix: 'le' | 'be'): string[] {
  const [low, high] = suffix === 'le' ? ['at', 'at + 4'] : ['at + 2', 'at'];
  return [
    '',
    `[[nodiscard]] inline std::uint64_t load_${suffix}48(const std::byte* at) noexcept {`,
    `  return (std::uint64_t{load_${suffix}<std::uint16_t>(${high})} << 32) | load_${suffix}<std::uint32_t>(${low});`,
    '}',
    '',
    `inline void store_${suffix}48(std::byte* at, std::uint64_t value) noexcept {`,
    `  store_${suffix}(${low}, static_cast<std::uint32_t>(value));`,
    `  store_${suffix}(${high}, static_cast<std::uint16_t>(value >> 32));`,
    '}',
  ];
}

/** The functions that `text` calls, in namespace detail. */
export function endianSupport(text: string): string {
  const lines = (['le', 'be'] as const).flatMap((suffix) => {
    const wide = text.includes(`_${suffix}48(`);
    const used = wide || text.includes(`load_${suffix}<`) || text.includes(`store_${suffix}<`);
    return [...(used ? access(suffix) : []), ...(wide ? access48(suffix) : [])];
  });
  return ['namespace detail {', '', ...swap, ...lines, '', '}  // namespace detail', '', ''].join('\n');
}
