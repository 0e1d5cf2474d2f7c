// The part of a generated Wireshark dissector that is the same for every schema: it walks the tables that stand in front of it. Lua,
// because that is what Wireshark loads without being rebuilt.

export const dissectorRuntime = `
local expert = ProtoExpert.new(prefix .. ".problem", "Problem", expert.group.MALFORMED, expert.severity.ERROR)
proto.experts = { expert }

local function number(range)
  if range:len() > 4 then
    return little and range:le_uint64():tonumber() or range:uint64():tonumber()
  end
  return little and range:le_uint() or range:uint()
end

-- The text of an integer times a power of ten, exact.
local function decimal(text, exponent)
  local sign = text:sub(1, 1) == "-" and "-" or ""
  local digits = sign == "-" and text:sub(2) or text
  if exponent >= 0 then return sign .. digits .. string.rep("0", exponent) end
  local places = -exponent
  if #digits <= places then digits = string.rep("0", places - #digits + 1) .. digits end
  return sign .. digits:sub(1, #digits - places) .. "." .. digits:sub(#digits - places + 1)
end

local function integer_text(range, signed)
  if signed then return tostring(little and range:le_int64() or range:int64()) end
  return tostring(little and range:le_uint64() or range:uint64())
end

local function problem(tree, text)
  tree:add_proto_expert_info(expert, text)
end

local function add_leaf(tree, member, range)
  local item
  if member.kind == "text" then
    item = tree:add(member.field, range, (range:string():gsub("%z.*", "")))
  elseif member.kind == "wide" then
    item = tree:add(member.field, range, little and range:le_uint64() or range:uint64())
  elseif little and member.kind == "number" then
    item = tree:add_le(member.field, range)
  else
    item = tree:add(member.field, range)
  end
  if member.null ~= nil and integer_text(range, member.signed) == member.null then item:append_text(" (null)") end
  if member.choices ~= nil then
    local names = {}
    local bits = little and range:le_uint64() or range:uint64()
    for _, choice in ipairs(member.choices) do
      if bits:rshift(choice[1]):band(1):tonumber() == 1 then names[#names + 1] = choice[2] end
    end
    item:append_text(" {" .. table.concat(names, ", ") .. "}")
  end
end

local add_members

local function add_member(tvb, tree, member, offset, version)
  local range = tvb(offset, member.size)
  if member.members ~= nil then
    local item = tree:add(member.field, range)
    if member.exponent ~= nil then
      local mantissa = member.members[1]
      local text = integer_text(tvb(offset + mantissa.offset, mantissa.size), mantissa.signed)
      item:append_text(text == mantissa.null and ": null" or ": " .. decimal(text, member.exponent))
    end
    add_members(tvb, item, member.members, offset, member.size, version)
  elseif member.count ~= nil then
    local size = member.size / member.count
    for index = 0, member.count - 1 do add_leaf(tree, member, tvb(offset + index * size, size)) end
  else
    add_leaf(tree, member, range)
  end
end

add_members = function(tvb, tree, members, offset, length, version)
  for _, member in ipairs(members) do
    if version >= member.since and member.offset + member.size <= length then
      add_member(tvb, tree, member, offset + member.offset, version)
    end
  end
end

-- Offset behind the block and all that follows it; nil after a report.
local function add_block(tvb, tree, block, offset, length, version)
  if offset + length > tvb:len() then
    problem(tree, "the block of " .. block.name .. " ends behind the message")
    return nil
  end
  add_members(tvb, tree, block.members, offset, length, version)
  local at = offset + length
  for _, group in ipairs(block.groups) do
    if version >= group.since then
      if at + group.header > tvb:len() then
        problem(tree, "group " .. group.name .. " begins behind the message")
        return nil
      end
      local entry_length = group.block_size == 0 and group.block_constant or number(tvb(at + group.block_offset, group.block_size))
      local count = number(tvb(at + group.count_offset, group.count_size))
      local item = tree:add(group.field, tvb(at, group.header))
      item:append_text(": " .. count .. " entries of " .. entry_length .. " bytes")
      local start = at
      at = at + group.header
      for index = 1, count do
        local entry = item:add(group.field, tvb(at, math.min(entry_length, tvb:len() - at)))
        entry:set_text("[" .. index .. "]")
        at = add_block(tvb, entry, group, at, entry_length, version)
        if at == nil then return nil end
      end
      item:set_len(at - start)
    end
  end
  for _, data in ipairs(block.data) do
    if version >= data.since then
      local available = tvb:len() - at
      local size = available >= data.data_offset and number(tvb(at + data.length_offset, data.length_size)) or nil
      if size == nil or data.data_offset + size > available then
        problem(tree, "data " .. data.name .. " ends behind the message")
        return nil
      end
      local whole = tvb(at, data.data_offset + size)
      if data.text then
        tree:add(data.field, whole, size == 0 and "" or tvb(at + data.data_offset, size):string())
      else
        local item = tree:add(data.field, size == 0 and whole or tvb(at + data.data_offset, size))
        if size == 0 then item:set_text(data.name .. ": empty") end
      end
      at = at + data.data_offset + size
    end
  end
  return at
end

local function header_value(tvb, offset, member)
  if member == nil then return nil end
  if member.constant ~= nil then return member.constant end
  return number(tvb(offset + member.offset, member.size))
end

-- One message at offset; offset behind it, or nil after a report.
local function add_message(tvb, pinfo, tree, offset)
  local rest = tvb:len() - offset
  local message, item, at, length, version
  if header == nil then
    message = messages[tvb(offset, 1):string()] or messages[""]
    if message == nil then
      problem(tree, "no message begins with this byte")
      return nil
    end
    item = tree:add(proto, tvb(offset), message.name)
    at, length, version = offset, message.block, schema_version
  else
    if rest < header.size then
      problem(tree, "no room for a message header")
      return nil
    end
    local template = header_value(tvb, offset, header.template_id)
    local schema = header_value(tvb, offset, header.schema_id)
    message = messages[template]
    item = tree:add(proto, tvb(offset), message ~= nil and message.name or "template " .. template)
    add_members(tvb, item:add(header.field, tvb(offset, header.size)), header.members, offset, header.size, 65535)
    if message == nil or schema ~= schema_id then
      problem(item, "schema " .. schema .. ", template " .. template .. " is not in this schema")
      return nil
    end
    at, length, version = offset + header.size, header_value(tvb, offset, header.block_length), header_value(tvb, offset, header.version)
  end
  pinfo.cols.info:append((tostring(pinfo.cols.info) == "" and "" or ", ") .. message.name)
  local finish = add_block(tvb, item, message, at, length, version)
  local stated = header ~= nil and header_value(tvb, offset, header.frame) or nil
  if finish ~= nil then item:set_len(finish - offset) end
  if stated ~= nil and stated > 0 then return offset + stated end
  return finish
end

local function add_counted(tvb, pinfo, tree, at, limit, size, length_at, within)
  local seen = 0
  while seen < limit and at + size <= tvb:len() do
    local length = length_at(tvb, at)
    if not within then length = length + size end
    if length < size then
      problem(tree, "a frame shorter than its own header")
      return tvb:len()
    end
    if at + length > tvb:len() then
      if pinfo.can_desegment > 0 then
        pinfo.desegment_offset = at
        pinfo.desegment_len = at + length - tvb:len()
      end
      return tvb:len()
    end
    if length > size then add_message(tvb(at + size, length - size):tvb(), pinfo, tree, 0) end
    at = at + length
    seen = seen + 1
  end
  if at < tvb:len() and seen < limit and pinfo.can_desegment > 0 then
    pinfo.desegment_offset = at
    pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
  end
  return at
end

local function u16be(tvb, at) return tvb(at, 2):uint() end
local function u16le(tvb, at) return tvb(at, 2):le_uint() end
local function u32be(tvb, at) return tvb(at, 4):uint() end
local function u32le(tvb, at) return tvb(at, 4):le_uint() end

local framings = {
  ["sbe"] = function(tvb, pinfo, tree, at)
    while at ~= nil and at < tvb:len() do at = add_message(tvb, pinfo, tree, at) end
  end,
  ["sofh"] = function(tvb, pinfo, tree, at) add_counted(tvb, pinfo, tree, at, math.huge, 6, u32be, true) end,
  ["sofh-le"] = function(tvb, pinfo, tree, at) add_counted(tvb, pinfo, tree, at, math.huge, 6, u32le, true) end,
  ["simple"] = function(tvb, pinfo, tree, at) add_counted(tvb, pinfo, tree, at, math.huge, 4, u16le, true) end,
  ["cme-udp"] = function(tvb, pinfo, tree, at) add_counted(tvb, pinfo, tree, at + 12, math.huge, 2, u16le, true) end,
  ["cme-tcp"] = function(tvb, pinfo, tree, at)
    while at + 2 <= tvb:len() do
      local length = u16le(tvb, at)
      if length == 0xcafe then length = 14 end
      if length < 2 then return problem(tree, "a frame shorter than its own header") end
      if at + length > tvb:len() then
        pinfo.desegment_offset = at
        pinfo.desegment_len = at + length - tvb:len()
        return
      end
      if u16le(tvb, at) ~= 0xcafe and length > 2 then add_message(tvb(at + 2, length - 2):tvb(), pinfo, tree, 0) end
      at = at + length
    end
  end,
  ["optiq-tcp"] = function(tvb, pinfo, tree, at) add_counted(tvb, pinfo, tree, at, math.huge, 2, u16le, true) end,
  ["optiq-udp"] = function(tvb, pinfo, tree, at)
    if at + 16 <= tvb:len() and u16le(tvb, at + 12) % 2 == 1 then return problem(tree, "the packet is compressed") end
    add_counted(tvb, pinfo, tree, at + 16, math.huge, 2, u16le, true)
  end,
  ["b3-udp"] = function(tvb, pinfo, tree, at) add_counted(tvb, pinfo, tree, at + 16, math.huge, 4, u16le, true) end,
  ["length16"] = function(tvb, pinfo, tree, at) add_counted(tvb, pinfo, tree, at, math.huge, 2, u16be, false) end,
  ["moldudp64"] = function(tvb, pinfo, tree, at)
    if at + 20 > tvb:len() then return end
    local count = u16be(tvb, at + 18)
    local sequence = tostring(tvb(at + 10, 8):uint64())
    tree:append_text(", MoldUDP64 session " .. tvb(at, 10):string() .. ", sequence " .. sequence .. ", " .. count .. " messages")
    if count ~= 0xffff then add_counted(tvb, pinfo, tree, at + 20, count, 2, u16be, false) end
  end,
  ["memx-udp"] = function(tvb, pinfo, tree, at)
    if at + 18 > tvb:len() or tvb(at, 1):uint() ~= 2 then return end
    local start = at + tvb(at + 1, 1):uint()
    add_counted(tvb, pinfo, tree, start + 2, u16be(tvb, start), 2, u16be, false)
  end,
  ["soupbintcp"] = function(tvb, pinfo, tree, at)
    while at + 3 <= tvb:len() do
      local length = 2 + u16be(tvb, at)
      if at + length > tvb:len() then
        pinfo.desegment_offset = at
        pinfo.desegment_len = at + length - tvb:len()
        return
      end
      local kind = tvb(at + 2, 1):string()
      local carries = kind == "S" or kind == "U"
      if carries and length > 3 then add_message(tvb(at + 3, length - 3):tvb(), pinfo, tree, 0) end
      if not carries then tree:append_text(", SoupBinTCP " .. kind) end
      at = at + length
    end
  end,
}

function proto.dissector(tvb, pinfo, tree)
  pinfo.cols.protocol = title
  pinfo.cols.info = ""
  local root = tree:add(proto, tvb(), title)
  framings[framing](tvb, pinfo, root, skip)
  return tvb:len()
end

for _, transport in ipairs({ "udp.port", "tcp.port" }) do
  local ports = DissectorTable.get(transport)
  ports:add_for_decode_as(proto)
  for _, port in ipairs(default_ports) do ports:add(port, proto) end
end
`;
