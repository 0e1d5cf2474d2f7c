/**
 * Frames of order entry: a SOFH (schemas/sofh.xml) before each SBE message. Encodes one
 * message into its frame, and cuts a stream of bytes, however it was torn, into messages. No socket, no clock. What can go wrong: a peer
 * that does not speak order entry; FrameReader then throws FrameError and nothing after it is believed.
 */
import { MessageHeaderDecoder, schemaId } from '../generated/order_entry.js';
import { FramingHeaderDecoder, FramingHeaderEncoder, sbeLittleEndian } from '../generated/sofh.js';

export const SOFH_LENGTH = FramingHeaderDecoder.blockLength;
const HEADER_LENGTH = MessageHeaderDecoder.encodedLength;
/** As the venue takes them (native/net/order_entry_wire.hpp): a mass quote of 100 entries is 2066 bytes. */
export const LARGEST_FRAME = 4096;

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** What every generated encoder of a message without groups is. */
export interface MessageEncoder {
  wrapAndApplyHeader(view: DataView, offset: number): this;
}
export interface MessageEncoderType<E extends MessageEncoder> {
  new (): E;
  /** Message header included. */
  readonly encodedLength: number;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function writeSofh(bytes: Buffer): Buffer {
  new FramingHeaderEncoder().wrap(viewOf(bytes), 0).messageLength(bytes.length).encodingType(sbeLittleEndian);
  return bytes;
}

export function frameOf<E extends MessageEncoder>(type: MessageEncoderType<E>, fill: (message: E) => void): Buffer {
  const bytes = Buffer.alloc(SOFH_LENGTH + type.encodedLength);
  fill(new type().wrapAndApplyHeader(viewOf(bytes), SOFH_LENGTH));
  return writeSofh(bytes);
}

/** A message with groups: `fill` returns where it ends, as the encoder's finish() says. */
export function frameWithGroups(fill: (view: DataView, offset: number) => number): Buffer {
  const room = Buffer.alloc(LARGEST_FRAME);
  const end = fill(viewOf(room), SOFH_LENGTH);
  return writeSofh(room.subarray(0, end));
}

export interface Message {
  readonly templateId: number;
  /** Of this message alone: begins with its header, so decoders read with wrapWithHeader(view, 0). */
  readonly view: DataView;
}

/** Cuts a stream into messages; keeps what is not whole yet. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);
  readonly #frame = new FramingHeaderDecoder();
  readonly #header = new MessageHeaderDecoder();

  /** The messages that these bytes complete, in order, to be taken to the end. Throws FrameError where they are no order entry. */
  *take(bytes: Buffer): Generator<Message, void, undefined> {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= SOFH_LENGTH) {
      const frame = this.#frame.wrap(viewOf(this.#pending), 0);
      const length = frame.messageLength;
      if (frame.encodingType !== sbeLittleEndian) throw new FrameError('the encoding type is not SBE 1.0');
      if (length < SOFH_LENGTH + HEADER_LENGTH || length > LARGEST_FRAME)
        throw new FrameError(`a frame of ${length} bytes`);
      if (this.#pending.length < length) break;
      const message = this.#message(this.#pending.subarray(SOFH_LENGTH, length));
      this.#pending = this.#pending.subarray(length);
      yield message;
    }
  }

  /** Bytes that wait for the rest of their frame. */
  get pending(): number {
    return this.#pending.length;
  }

  #message(bytes: Buffer): Message {
    const copy = Uint8Array.from(bytes);
    const view = new DataView(copy.buffer);
    const header = this.#header.wrap(view, 0);
    if (header.schemaId !== schemaId) throw new FrameError(`schema ${header.schemaId}, expected ${schemaId}`);
    if (header.blockLength > copy.length - HEADER_LENGTH) throw new FrameError('a block longer than its frame');
    return { templateId: header.templateId, view };
  }
}
