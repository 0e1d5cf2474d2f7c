// Why: exchanges publish a day of messages as BinaryFILE: a 2-byte big-endian length before each message and nothing else. Files reach
// 40 GB, so the file is mapped, never read into memory, and messages are handed out in place.
//
// Owns the mapping. A zero length ends the session (BinaryFILE); what stands behind it is padding when all of it is zero.
//
// What can go wrong: the file cannot be opened or mapped -> core::SystemError at set-up. A file that shrinks while mapped ends the process
// (SIGBUS), as for every mapped reader: do not truncate a file being read.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/endian.hpp"
#include "core/system_error.hpp"

namespace hopwire::net {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw core::SystemError("open", path, errno);
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0;
    const int reason = !known ? errno : S_ISREG(status.st_mode) ? 0 : S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
    if (reason == 0 && status.st_size > 0) {
      size_ = static_cast<std::size_t>(status.st_size);
      void* address = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor, 0);
      if (address != MAP_FAILED) bytes_ = static_cast<const std::byte*>(address);
    }
    const int map_error = errno;
    ::close(descriptor);
    if (reason != 0) throw core::SystemError("open", path, reason);
    if (size_ != 0 && bytes_ == nullptr) throw core::SystemError("map", path, map_error);
    if (bytes_ != nullptr) ::madvise(const_cast<std::byte*>(bytes_), size_, MADV_SEQUENTIAL);
  }
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile() {
    if (bytes_ != nullptr) ::munmap(const_cast<std::byte*>(bytes_), size_);
  }

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {bytes_, size_}; }

 private:
  const std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hopwire::net
