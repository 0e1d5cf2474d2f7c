// Why: books, counters and words are shared with TypeScript and with other processes by mapping the same file, without a call or a copy.
// What: one region file, made or opened: header checked, memory reserved and touched, a heartbeat, and the rule of one living writer.
//
// The writer holds an open-file-description lock for as long as it lives; the kernel drops it when the process dies, however it dies. So:
//   no file               -> made, generation 1
//   a dead writer's file  -> taken over: same shape in place, columns zeroed, generation + 1; another shape gets a new file under the
//                            same path, because a file that readers have mapped is never shrunk
//   a living writer       -> refused (EBUSY), naming the process;  a file that is no region -> refused (EEXIST)
// Space is reserved with fallocate: a full /dev/shm is an error here, not a bus error later. The mapping outlives the object where somebody
// still holds it (a view in TypeScript does), so closing a region never pulls memory from under a reader.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"
#include "core/seqlock.hpp"
#include "core/system_error.hpp"
#include "generated/regions.hpp"
#include "generated/words.hpp"

namespace hopwire::core {

// Where a process called `name` keeps its region `kind`.
[[nodiscard]] inline std::string region_path(std::string_view name, std::string_view kind) {
  return "/dev/shm/hopwire-" + std::string(name) + '.' + std::string(kind);
}

// Mapped bytes; unmapped when the last holder lets go.
class RegionMapping {
 public:
  RegionMapping(std::byte* base, std::size_t size) noexcept : base_(base), size_(size) {}
  RegionMapping(const RegionMapping&) = delete;
  RegionMapping& operator=(const RegionMapping&) = delete;
  ~RegionMapping() { ::munmap(base_, size_); }
  [[nodiscard]] std::byte* base() const noexcept { return base_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::byte* base_;
  std::size_t size_;
};

class RegionFile {
 public:
  // Makes the region and becomes its writer. The state is live on return.
  [[nodiscard]] static RegionFile create(const std::string& path, std::size_t size, std::uint64_t layout_hash, std::uint32_t region_id,
                                         std::span<const std::uint32_t> dimensions);
  // Attaches to an existing region; `writable` is for words that belong to this side (control words), never for the writer's columns.
  [[nodiscard]] static RegionFile open(const std::string& path, bool writable = false);

  RegionFile(RegionFile&& other) noexcept
      : path_(std::move(other.path_)),
        descriptor_(std::exchange(other.descriptor_, -1)),
        writer_(std::exchange(other.writer_, false)),
        unlink_on_close_(other.unlink_on_close_),
        mapping_(std::move(other.mapping_)) {}
  RegionFile& operator=(RegionFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(writer_, other.writer_);
    std::swap(unlink_on_close_, other.unlink_on_close_);
    std::swap(mapping_, other.mapping_);
    return *this;
  }
  RegionFile(const RegionFile&) = delete;
  RegionFile& operator=(const RegionFile&) = delete;
  ~RegionFile() { close(); }

  [[nodiscard]] std::byte* base() const noexcept { return mapping_->base(); }
  [[nodiscard]] std::size_t size() const noexcept { return mapping_->size(); }
  [[nodiscard]] regions::RegionHeader& header() const noexcept { return *reinterpret_cast<regions::RegionHeader*>(base()); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Keeps the memory mapped for as long as it is held.
  [[nodiscard]] const std::shared_ptr<RegionMapping>& mapping() const noexcept { return mapping_; }

  // The file goes when its writer closes it. Readers that have it mapped keep what they see.
  void unlink_on_close(bool wanted) noexcept { unlink_on_close_ = wanted; }
  // Writer, every 100 ms or more often: CLOCK_MONOTONIC ns. Readers call a live writer without beats stalled.
  void beat(std::uint64_t monotonic_ns) noexcept { relaxed_store(&header().heartbeat, monotonic_ns); }
  // Writer: says that nothing more will come. The memory stays readable.
  void close() noexcept;

 private:
  RegionFile(std::string path, int descriptor) noexcept : path_(std::move(path)), descriptor_(descriptor) {}

  enum class Existing : std::uint8_t { fresh, same_shape, other_shape };
  struct Shape {
    std::uint64_t size;
    std::uint64_t layout_hash;
    std::uint32_t region_id;
    std::array<std::uint32_t, 8> dimension;
  };

  void lock_as_writer() const;
  [[nodiscard]] Existing existing(const Shape& shape, std::uint32_t& generation) const;
  [[nodiscard]] bool is_still_at_path() const noexcept;
  void reserve(std::size_t size) const;
  void map(std::size_t size, bool writable);
  void start(const Shape& shape, std::uint32_t generation) noexcept;
  [[nodiscard]] SystemError failed(const std::string& what, int code = errno) const { return SystemError(what, path_, code); }
  void set_state(words::RegionState state) noexcept {
    std::atomic_ref<std::uint32_t>(header().state).store(static_cast<std::uint32_t>(state), std::memory_order_release);
  }

  std::string path_;
  int descriptor_ = -1;
  bool writer_ = false;
  bool unlink_on_close_ = false;
  std::shared_ptr<RegionMapping> mapping_;
};

inline RegionFile RegionFile::create(const std::string& path, std::size_t size, std::uint64_t layout_hash, std::uint32_t region_id,
                                     std::span<const std::uint32_t> dimensions) {
  Shape shape{size, layout_hash, region_id, {}};
  if (size < regions::region_header_size || dimensions.size() > shape.dimension.size()) throw SystemError("make region", path, EINVAL);
  std::copy(dimensions.begin(), dimensions.end(), shape.dimension.begin());
  std::uint32_t generation = 0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    RegionFile region(path, ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (region.descriptor_ < 0) throw region.failed("make region");
    region.lock_as_writer();
    if (!region.is_still_at_path()) continue;  // its last writer unlinked it between our open and our lock
    if (region.existing(shape, generation) == Existing::other_shape) {
      ::unlink(path.c_str());
      continue;
    }
    region.reserve(size);
    region.map(size, true);
    region.writer_ = true;
    region.start(shape, generation + 1);
    return region;
  }
  throw SystemError("make region", path, EAGAIN);
}

inline RegionFile RegionFile::open(const std::string& path, bool writable) {
  RegionFile region(path, ::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC));
  if (region.descriptor_ < 0) throw region.failed("open region");
  struct stat file {};
  if (::fstat(region.descriptor_, &file) != 0) throw region.failed("open region");
  const auto size = static_cast<std::size_t>(file.st_size);
  if (size < regions::region_header_size) throw SystemError("open region", path, EINVAL, "shorter than a region's header");
  region.map(size, writable);
  const regions::RegionHeader& header = region.header();
  if (header.magic != regions::region_magic) throw SystemError("open region", path, EINVAL, "not a hopwire region");
  if (header.size > size) throw SystemError("open region", path, EINVAL, "shorter than its header says");
  return region;
}

inline void RegionFile::close() noexcept {
  if (writer_ && mapping_ != nullptr) {
    set_state(words::RegionState::closed);
    if (unlink_on_close_) ::unlink(path_.c_str());
  }
  writer_ = false;
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

// A writer that lives is an error that names it.
inline void RegionFile::lock_as_writer() const {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(descriptor_, F_OFD_SETLK, &whole) == 0) return;
  if (errno != EAGAIN && errno != EACCES) throw failed("lock region");
  regions::RegionHeader header{};
  const ssize_t read = ::pread(descriptor_, &header, sizeof(header), 0);
  const bool named = read == static_cast<ssize_t>(sizeof(header)) && header.writer_process != 0;
  throw SystemError("make region", path_, EBUSY,
                    named ? "its writer, process " + std::to_string(header.writer_process) + ", is alive" : "another process is making it");
}

inline RegionFile::Existing RegionFile::existing(const Shape& shape, std::uint32_t& generation) const {
  struct stat file {};
  if (::fstat(descriptor_, &file) != 0) throw failed("make region");
  if (file.st_size == 0) return Existing::fresh;
  regions::RegionHeader header{};
  const ssize_t read = ::pread(descriptor_, &header, sizeof(header), 0);
  const bool whole = read == static_cast<ssize_t>(sizeof(header));
  if (whole && header.magic == 0 && static_cast<std::uint64_t>(file.st_size) == shape.size) return Existing::fresh;  // died while making it
  if (!whole || header.magic != regions::region_magic) {
    throw SystemError("make region", path_, EEXIST, "a file that is not a hopwire region is in the way");
  }
  generation = header.generation;
  const bool same = header.size == shape.size && static_cast<std::uint64_t>(file.st_size) == shape.size &&
                    header.layout_hash == shape.layout_hash && header.region_id == shape.region_id &&
                    std::memcmp(&header.dimension, shape.dimension.data(), sizeof(shape.dimension)) == 0;
  return same ? Existing::same_shape : Existing::other_shape;
}

inline bool RegionFile::is_still_at_path() const noexcept {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor_, &mine) == 0 && ::stat(path_.c_str(), &there) == 0 && mine.st_ino == there.st_ino &&
         mine.st_dev == there.st_dev;
}

inline void RegionFile::reserve(std::size_t size) const {
  int code = 0;
  do {
    code = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
  } while (code == EINTR);
  if (code != 0) throw failed("reserve space of region", code);
}

inline void RegionFile::map(std::size_t size, bool writable) {
  void* memory = ::mmap(nullptr, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor_, 0);
  if (memory == MAP_FAILED) throw failed("map region");
  mapping_ = std::make_shared<RegionMapping>(static_cast<std::byte*>(memory), size);
}

// Zeroing is also the first touch of every page: later writes never wait for one.
inline void RegionFile::start(const Shape& shape, std::uint32_t generation) noexcept {
  regions::RegionHeader& header = this->header();
  set_state(words::RegionState::making);
  detail::seqlock_fence(std::memory_order_release);
  std::memset(base() + regions::region_header_size, 0, size() - regions::region_header_size);
  header.magic = regions::region_magic;
  header.layout_hash = shape.layout_hash;
  header.size = shape.size;
  header.region_id = shape.region_id;
  header.writer_process = static_cast<std::uint32_t>(::getpid());
  header.generation = generation;
  std::memcpy(&header.dimension, shape.dimension.data(), sizeof(shape.dimension));
  beat(monotonic_now());
  set_state(words::RegionState::live);
}

}  // namespace hopwire::core
