#include "net/order_entry_wire.hpp"

#include <cstring>
#include <vector>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using net::MessageStatus;

// A group that claims `claimed` entries and has `held`.
void append_entries(std::vector<std::byte>& frame, std::uint16_t claimed, std::size_t held,
                    std::size_t length = order_entry::MassQuoteEntriesEntry::block_length) {
  const std::size_t at = frame.size();
  frame.resize(at + order_entry::MassQuoteEntriesView::header_length + held * length, std::byte{0x41});
  core::store_le<std::uint16_t>(frame.data() + at, static_cast<std::uint16_t>(length));
  core::store_le<std::uint16_t>(frame.data() + at + 2, claimed);
}

// A valid frame of every template.
std::vector<std::vector<std::byte>> every_message() {
  std::vector<std::vector<std::byte>> frames;
  for (std::uint16_t id = 0; id < 1000; ++id) {
    const std::uint16_t block = order_entry::block_length_of(id);
    if (block == 0) continue;
    std::vector<std::byte> frame(net::order_entry_prefix + block, std::byte{0x41});
    if (id == order_entry::MassQuoteView::template_id) append_entries(frame, 2, 2);
    if (id == order_entry::SetLimitsView::template_id) append_entries(frame, 2, 2, order_entry::SetLimitsLimitsEntry::block_length);
    net::write_frame_header(frame.data(), static_cast<std::uint32_t>(frame.size()));
    order_entry::MessageHeaderEncoder(frame.data() + net::sofh_length)
        .block_length(block)
        .template_id(id)
        .schema_id(order_entry::schema_id)
        .version(order_entry::schema_version);
    frames.push_back(std::move(frame));
  }
  return frames;
}

// The bytes alone in memory of exactly their size, so that a sanitizer sees any read past them.
net::Message read_alone(std::span<const std::byte> bytes) {
  const std::vector<std::byte> alone(bytes.begin(), bytes.end());
  net::Message message = net::read_message(alone);
  message.block = nullptr;
  return message;
}

TEST("order entry wire: every template is read, and none is larger than a frame may be") {
  const auto frames = every_message();
  CHECK_EQ(frames.size(), 73u);
  for (const auto& frame : frames) {
    CHECK(frame.size() <= net::order_entry_largest_frame);
    const net::Message message = net::read_message(frame);
    CHECK_EQ(message.status, MessageStatus::ok);
    CHECK(message.block == frame.data() + 14);
    CHECK_EQ(net::read_frame(frame, net::order_entry_prefix, net::order_entry_largest_frame).length, frame.size());
  }
}

TEST("order entry wire: every prefix of every message is refused, framed as it was or framed as the prefix") {
  for (const auto& frame : every_message()) {
    for (std::size_t length = 0; length < frame.size(); ++length) {
      const std::span<const std::byte> prefix = std::span(frame).first(length);
      CHECK_EQ(net::read_frame(prefix, net::order_entry_prefix, net::order_entry_largest_frame).status, net::FrameStatus::incomplete);
      CHECK_EQ(read_alone(prefix).status, MessageStatus::decoding_error);
      if (length < net::sofh_length) continue;
      std::vector<std::byte> reframed(prefix.begin(), prefix.end());
      net::write_frame_header(reframed.data(), static_cast<std::uint32_t>(length));
      const net::Frame frame_found = net::read_frame(reframed, net::order_entry_prefix, net::order_entry_largest_frame);
      CHECK(frame_found.status == net::FrameStatus::bad || read_alone(reframed).status == MessageStatus::decoding_error);
    }
  }
}

TEST("order entry wire: a short block that says so, trailing bytes, another schema and an unknown template are told apart") {
  auto frame = every_message().front();
  const std::size_t block = frame.size() - net::order_entry_prefix;
  order_entry::MessageHeaderEncoder header(frame.data() + net::sofh_length);

  frame.resize(frame.size() - 8);
  header = order_entry::MessageHeaderEncoder(frame.data() + net::sofh_length);
  header.block_length(static_cast<std::uint16_t>(block - 8));
  CHECK_EQ(net::read_message(frame).status, MessageStatus::decoding_error);  // consistent, but shorter than this version's block

  frame.resize(net::order_entry_prefix + block + 4);
  header = order_entry::MessageHeaderEncoder(frame.data() + net::sofh_length);
  header.block_length(static_cast<std::uint16_t>(block));
  CHECK_EQ(net::read_message(frame).status, MessageStatus::decoding_error);  // four bytes nobody owns

  header.version(order_entry::schema_version + 1).block_length(static_cast<std::uint16_t>(block + 4));
  CHECK_EQ(net::read_message(frame).status, MessageStatus::ok);  // the next version appended a field

  header.template_id(9999);
  CHECK_EQ(net::read_message(frame).status, MessageStatus::unknown_template);
  header.schema_id(order_entry::schema_id + 1);
  CHECK_EQ(net::read_message(frame).status, MessageStatus::decoding_error);
}

TEST("order entry wire: a group has the entries it claims, and the frame ends with it") {
  const auto status = [](std::uint16_t claimed, std::size_t held, std::size_t length, std::uint16_t version = 0) {
    std::vector<std::byte> frame(net::order_entry_prefix + order_entry::MassQuoteView::block_length);
    append_entries(frame, claimed, held, length);
    net::write_frame_header(frame.data(), static_cast<std::uint32_t>(frame.size()));
    order_entry::MessageHeaderEncoder(frame.data() + net::sofh_length)
        .block_length(order_entry::MassQuoteView::block_length)
        .template_id(order_entry::MassQuoteView::template_id)
        .schema_id(order_entry::schema_id)
        .version(version);
    return net::read_message(frame).status;
  };
  for (const std::size_t held : {0u, 1u, 100u, 190u}) {
    CHECK_EQ(status(static_cast<std::uint16_t>(held), held, 20), MessageStatus::ok);
    CHECK_EQ(status(static_cast<std::uint16_t>(held + 1), held, 20), MessageStatus::decoding_error);
    CHECK_EQ(status(65'535, held, 20), MessageStatus::decoding_error);
  }
  CHECK_EQ(status(1, 2, 20), MessageStatus::decoding_error);  // an entry that nobody owns
  CHECK_EQ(status(2, 2, 16), MessageStatus::decoding_error);  // shorter entries than this version's
  CHECK_EQ(status(2, 2, 24), MessageStatus::ok);
  CHECK_EQ(status(1, 2, 20, 1), MessageStatus::ok);  // of the next version: a group or data behind it
}

TEST("order entry wire: start_message writes frame, header and a clear block") {
  std::vector<std::byte> memory(net::frame_length_of<order_entry::NewOrderEncoder>, std::byte{0xEE});
  net::start_message<order_entry::NewOrderEncoder>(memory.data()).price(order_entry::NewOrderView::price_null_value);
  const net::Message message = net::read_message(memory);
  REQUIRE(message.status == MessageStatus::ok);
  CHECK_EQ(message.template_id, 100);
  const order_entry::NewOrderView view(message.block);
  CHECK_EQ(view.cl_ord_id(), 0u);
  CHECK_EQ(view.quantity(), 0u);
  CHECK_EQ(view.price(), order_entry::NewOrderView::price_null_value);
}

}  // namespace
