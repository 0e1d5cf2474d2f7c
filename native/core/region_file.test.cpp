#include "core/region_file.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "test_support/test.hpp"

using namespace hopwire;
using core::RegionFile;
using core::SystemError;

namespace {

constexpr std::uint32_t dimensions[] = {10, 3};
constexpr std::size_t size = 192 + 4096;
constexpr std::uint64_t hash = 0x1234;

struct Path {
  explicit Path(const char* kind) : text(core::region_path("test-" + std::to_string(::getpid()), kind)) { ::unlink(text.c_str()); }
  ~Path() { ::unlink(text.c_str()); }
  std::string text;
};

RegionFile make(const Path& path, std::size_t bytes = size, std::uint64_t layout_hash = hash) {
  return RegionFile::create(path.text, bytes, layout_hash, 4, dimensions);
}

// A writer in another process, killed inside its work.
pid_t killed_writer(const Path& path) {
  int ready[2];
  if (::pipe(ready) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    RegionFile region = make(path);
    region.base()[192] = std::byte{42};
    (void)!::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  (void)!::read(ready[0], &byte, 1);
  ::close(ready[0]);
  ::close(ready[1]);
  return child;
}

std::string refusal(const Path& path) {
  try {
    (void)make(path);
  } catch (const SystemError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST("region file: header, zeroed columns, writer to reader") {
  const Path path("basic");
  RegionFile writer = make(path);
  const regions::RegionHeader& header = writer.header();
  CHECK_EQ(header.magic, regions::region_magic);
  CHECK_EQ(std::string(reinterpret_cast<const char*>(&header.magic), 8), "HOPWIRE1");
  CHECK_EQ(header.size, size);
  CHECK_EQ(header.region_id, 4u);
  CHECK_EQ(header.generation, 1u);
  CHECK_EQ(header.writer_process, static_cast<std::uint32_t>(::getpid()));
  CHECK_EQ(header.state, static_cast<std::uint32_t>(words::RegionState::live));
  CHECK_EQ(header.dimension[1], 3u);
  CHECK(header.heartbeat != 0);
  const RegionFile reader = RegionFile::open(path.text);
  CHECK(reader.base() != writer.base());
  CHECK_EQ(reader.base()[300], std::byte{0});
  writer.base()[300] = std::byte{7};
  CHECK_EQ(reader.base()[300], std::byte{7});
  writer.beat(99);
  CHECK_EQ(reader.header().heartbeat, 99u);
  const RegionFile control = RegionFile::open(path.text, true);
  control.base()[301] = std::byte{8};
  CHECK_EQ(writer.base()[301], std::byte{8});
}

TEST("region file: one living writer") {
  const Path path("alive");
  {
    const RegionFile writer = make(path);
    CHECK_EQ(refusal(path),
             "make region: " + path.text + ": its writer, process " + std::to_string(::getpid()) + ", is alive");
  }
  CHECK_EQ(make(path).header().generation, 2u);
}

TEST("region file: a killed writer's file is taken over in place, one generation up and empty") {
  const Path path("killed");
  const pid_t child = killed_writer(path);
  REQUIRE(child > 0);
  CHECK(refusal(path).find(std::to_string(child)) != std::string::npos);
  const RegionFile reader = RegionFile::open(path.text);
  CHECK_EQ(reader.base()[192], std::byte{42});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK_EQ(reader.header().state, static_cast<std::uint32_t>(words::RegionState::live));  // nobody said goodbye
  const RegionFile next = make(path);
  CHECK_EQ(reader.header().generation, 2u);
  CHECK_EQ(reader.header().writer_process, static_cast<std::uint32_t>(::getpid()));
  CHECK_EQ(reader.base()[192], std::byte{0});
}

TEST("region file: another shape gets a new file, and old readers keep theirs") {
  const Path path("shape");
  make(path).base()[500] = std::byte{5};
  const RegionFile old = RegionFile::open(path.text);
  const RegionFile larger = make(path, size * 2);
  CHECK_EQ(larger.header().generation, 2u);
  CHECK_EQ(old.size(), size);
  CHECK_EQ(old.base()[500], std::byte{5});
  CHECK_EQ(old.header().generation, 1u);
}

TEST("region file: another layout gets a new file") {
  const Path path("layout");
  (void)make(path);
  const RegionFile old = RegionFile::open(path.text);
  const RegionFile next = make(path, size, hash + 1);
  CHECK_EQ(old.header().layout_hash, hash);
  CHECK_EQ(next.header().generation, 2u);
}

TEST("region file: what is not a region is neither overwritten nor opened") {
  const Path path("foreign");
  std::ofstream(path.text) << std::string(5'000, 'x');
  CHECK_EQ(refusal(path), "make region: " + path.text + ": a file that is not a hopwire region is in the way");
  CHECK_THROWS(RegionFile::open(path.text), SystemError);
  std::ofstream(path.text) << "short";
  CHECK_THROWS(RegionFile::open(path.text), SystemError);
  CHECK_THROWS(RegionFile::open(path.text + ".absent"), SystemError);
}

TEST("region file: a file shorter than its header says is refused") {
  const Path path("short");
  (void)make(path);
  REQUIRE(::truncate(path.text.c_str(), 400) == 0);
  CHECK_THROWS(RegionFile::open(path.text), SystemError);
}

TEST("region file: a size the file system cannot hold is an error at once") {
  const Path path("huge");
  CHECK_THROWS(make(path, std::size_t{1} << 46), SystemError);
}

TEST("region file: closing says so, may unlink, and leaves held memory mapped") {
  const Path path("close");
  RegionFile writer = make(path);
  writer.unlink_on_close(true);
  const std::shared_ptr<core::RegionMapping> held = writer.mapping();
  { const RegionFile moved = std::move(writer); }
  CHECK(::access(path.text.c_str(), F_OK) != 0);
  CHECK_EQ(reinterpret_cast<const regions::RegionHeader*>(held->base())->state, static_cast<std::uint32_t>(words::RegionState::closed));
}
