// The car of the SBE benchmark: what each peer does with it. Decoding reads every number and, of text, its length and first character, so
// that what is compared is the codec and not the making of strings.

import type { Encoded, Peer, Values } from './peer.js';
import { library, type Protobuf } from './peers.js';

const manufacturer = 'Honda';
const model = 'Civic VTi';
const vehicleCode = 'abcdef';
const high = 0x100000000;

function putText(view: DataView, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index));
  return at + text.length;
}

/** The layout of car.xml, typed in: the view is asked for its size once, every bound held against it, nothing cleared. */
export function carByHand(): Peer {
  return {
    name: 'DataView by hand',
    encode(values, at, { view, offset }) {
      const text = manufacturer.length + model.length;
      if (offset + 127 + text > view.byteLength) throw new RangeError('no room');
      view.setUint16(offset, 39, true);
      view.setUint16(offset + 2, 1, true);
      view.setUint16(offset + 4, 78, true);
      view.setUint16(offset + 6, 0, true);
      const serial = values.time + at;
      view.setUint32(offset + 8, serial >>> 0, true);
      view.setUint32(offset + 12, Math.floor(serial / high), true);
      view.setUint16(offset + 16, 2000 + (at & 31), true);
      view.setUint8(offset + 18, at & 1);
      view.setUint8(offset + 19, 65 + (at & 7));
      for (let index = 0; index < 4; index++) view.setInt32(offset + 20 + 4 * index, at - index, true);
      putText(view, offset + 36, vehicleCode);
      view.setUint8(offset + 42, at & 7);
      view.setUint16(offset + 43, 2000, true);
      view.setUint8(offset + 45, 4);
      view.setInt8(offset + 46, 35);
      view.setUint16(offset + 47, 6, true);
      view.setUint16(offset + 49, 3, true);
      let to = offset + 51;
      for (let index = 0; index < 3; index++, to += 6) {
        view.setUint16(to, 30 + index, true);
        view.setFloat32(to + 2, 35.5 + index, true);
      }
      view.setUint16(to, 1, true);
      view.setUint16(to + 2, 2, true);
      to += 4;
      for (let octane = 0; octane < 2; octane++) {
        view.setUint8(to, 95 + octane);
        view.setUint16(to + 1, 6, true);
        view.setUint16(to + 3, 3, true);
        to += 5;
        for (let index = 0; index < 3; index++, to += 6) {
          view.setUint16(to, 30 * index, true);
          view.setFloat32(to + 2, 4.5 + index, true);
        }
      }
      view.setUint32(to, manufacturer.length, true);
      to = putText(view, to + 4, manufacturer);
      view.setUint32(to, model.length, true);
      return putText(view, to + 4, model) - offset;
    },
    decode: ({ view, offset }) => sumByHand(view, offset),
  };
}

function sumByHand(view: DataView, offset: number): number {
  const size = view.byteLength;
  const block = offset + 8;
  if (block > size) throw new RangeError('truncated');
  if (view.getUint16(offset + 2, true) !== 1 || view.getUint16(offset + 4, true) !== 78)
    throw new RangeError('another message');
  const blockLength = view.getUint16(offset, true);
  let from = block + blockLength;
  if (blockLength < 39 || from + 4 > size) throw new RangeError('truncated');
  let sum = view.getUint32(block + 4, true) * high + view.getUint32(block, true) + view.getUint16(block + 8, true);
  sum += view.getUint8(block + 10) + view.getUint8(block + 11) + view.getUint8(block + 34);
  sum += view.getUint16(block + 35, true) + view.getUint8(block + 37) + view.getInt8(block + 38);
  for (let index = 0; index < 4; index++) sum += view.getInt32(block + 12 + 4 * index, true);
  const figureLength = view.getUint16(from, true);
  const figures = view.getUint16(from + 2, true);
  from += 4;
  if (from + figures * figureLength + 4 > size || (figureLength < 6 && figures > 0)) throw new RangeError('truncated');
  for (let index = 0; index < figures; index++, from += figureLength)
    sum += view.getUint16(from, true) + view.getFloat32(from + 2, true);
  const performanceLength = view.getUint16(from, true);
  const performances = view.getUint16(from + 2, true);
  from += 4;
  if (performanceLength < 1 && performances > 0) throw new RangeError('truncated');
  for (let octane = 0; octane < performances; octane++) {
    if (from + performanceLength + 4 > size) throw new RangeError('truncated');
    sum += view.getUint8(from);
    from += performanceLength;
    const length = view.getUint16(from, true);
    const count = view.getUint16(from + 2, true);
    from += 4;
    if (from + count * length > size || (length < 6 && count > 0)) throw new RangeError('truncated');
    for (let index = 0; index < count; index++, from += length)
      sum += view.getUint16(from, true) + view.getFloat32(from + 2, true);
  }
  for (let text = 0; text < 2; text++) {
    if (from + 4 > size) throw new RangeError('truncated');
    const length = view.getUint32(from, true);
    if (from + 4 + length > size) throw new RangeError('truncated');
    sum += length + view.getUint8(from + 4);
    from += 4 + length;
  }
  return sum;
}

interface Figures<T> {
  advance(): boolean;
  next(): T;
}
/** What the benchmark uses of the generated module. */
export interface CarModule {
  readonly CarDecoder: new () => Decoder;
  readonly CarEncoder: new () => Encoder;
}
interface Decoder {
  wrapWithHeader(view: DataView, offset: number): Decoder;
  readonly serialNumberNumber: number;
  readonly modelYear: number;
  readonly available: number;
  readonly codeCode: number;
  readonly extras: number;
  readonly engine: { readonly capacity: number; readonly cylinders: number; readonly efficiency: number };
  someNumbers(index: number): number;
  readonly fuelFigures: Figures<unknown> & { readonly speed: number; readonly mpg: number };
  readonly performanceFigures: Figures<unknown> & {
    readonly octaneRating: number;
    readonly acceleration: Figures<unknown> & { readonly mph: number; readonly seconds: number };
  };
  readonly manufacturerLength: number;
  readonly manufacturerOffset: number;
  readonly modelLength: number;
  readonly modelOffset: number;
}
interface CarValues {
  readonly serialNumber: number;
  readonly modelYear: number;
  readonly available: number;
  readonly code: number;
  readonly someNumbers: ArrayLike<number>;
  readonly vehicleCode: string;
  readonly extras: number;
  readonly engine: { readonly capacity: number; readonly cylinders: number; readonly efficiency: number };
}
interface Speeds {
  add(values: { speed: number; mpg: number }): Speeds;
  next(): Speeds;
  speed(value: number): Speeds;
  mpg(value: number): Speeds;
}
interface Accelerations {
  add(values: { mph: number; seconds: number }): Accelerations;
  next(): Accelerations;
  mph(value: number): Accelerations;
  seconds(value: number): Accelerations;
}
interface Performances {
  add(values: { octaneRating: number }): Performances;
  next(): Performances;
  octaneRating(value: number): Performances;
  acceleration(count: number): Accelerations;
}
interface Encoder {
  write(view: DataView, offset: number, values: CarValues): Encoder;
  wrapAndApplyHeader(view: DataView, offset: number): Encoder;
  serialNumberNumber(value: number): Encoder;
  modelYear(value: number): Encoder;
  available(value: number): Encoder;
  codeCode(value: number): Encoder;
  someNumbers(index: number, value: number): Encoder;
  vehicleCode(value: string): Encoder;
  extras(value: number): Encoder;
  engine(): EngineEncoder;
  fuelFigures(count: number): Speeds;
  performanceFigures(count: number): Performances;
  manufacturer(value: string): Encoder;
  model(value: string): Encoder;
  finish(): number;
}
interface EngineEncoder {
  capacity(value: number): EngineEncoder;
  cylinders(value: number): EngineEncoder;
  efficiency(value: number): EngineEncoder;
}

/**
 * Encoding by whole blocks. The block of the car is too large for V8 to inline what writes it, so its values are one object, filled again
 * for each message; an entry of a group is small, and V8 makes no object of its literal.
 */
export function carPeer(name: string, module: CarModule): Peer {
  const encoder = new module.CarEncoder();
  const block = {
    serialNumber: 0.5,
    modelYear: 0,
    available: 0,
    code: 0,
    someNumbers: new Int32Array(4),
    vehicleCode,
    extras: 0,
    engine: { capacity: 2000, cylinders: 4, efficiency: 35 },
  };
  return {
    ...carByField(name, module),
    encode(values, at, { view, offset }) {
      block.serialNumber = values.time + at;
      block.modelYear = 2000 + (at & 31);
      block.available = at & 1;
      block.code = 65 + (at & 7);
      for (let index = 0; index < 4; index++) block.someNumbers[index] = at - index;
      block.extras = at & 7;
      const car = encoder.write(view, offset, block);
      const figures = car.fuelFigures(3);
      for (let index = 0; index < 3; index++) figures.add({ speed: 30 + index, mpg: 35.5 + index });
      const performances = car.performanceFigures(2);
      for (let octane = 0; octane < 2; octane++) {
        const accelerations = performances.add({ octaneRating: 95 + octane }).acceleration(3);
        for (let index = 0; index < 3; index++) accelerations.add({ mph: 30 * index, seconds: 4.5 + index });
      }
      return car.manufacturer(manufacturer).model(model).finish() - offset;
    },
  };
}

/** Encoding field by field. */
export function carByField(name: string, module: CarModule): Peer {
  const encoder = new module.CarEncoder();
  const decoder = new module.CarDecoder();
  return {
    name,
    encode(values, at, { view, offset }) {
      const car = encoder.wrapAndApplyHeader(view, offset);
      car
        .serialNumberNumber(values.time + at)
        .modelYear(2000 + (at & 31))
        .available(at & 1)
        .codeCode(65 + (at & 7));
      for (let index = 0; index < 4; index++) car.someNumbers(index, at - index);
      car.vehicleCode(vehicleCode).extras(at & 7);
      car.engine().capacity(2000).cylinders(4).efficiency(35);
      const figures = car.fuelFigures(3);
      for (let index = 0; index < 3; index++)
        figures
          .next()
          .speed(30 + index)
          .mpg(35.5 + index);
      const performances = car.performanceFigures(2);
      for (let octane = 0; octane < 2; octane++) {
        const accelerations = performances
          .next()
          .octaneRating(95 + octane)
          .acceleration(3);
        for (let index = 0; index < 3; index++)
          accelerations
            .next()
            .mph(30 * index)
            .seconds(4.5 + index);
      }
      return car.manufacturer(manufacturer).model(model).finish() - offset;
    },
    decode({ view, offset }) {
      const car = decoder.wrapWithHeader(view, offset);
      let sum = car.serialNumberNumber + car.modelYear + car.available + car.codeCode + car.extras;
      const engine = car.engine;
      sum += engine.capacity + engine.cylinders + engine.efficiency;
      for (let index = 0; index < 4; index++) sum += car.someNumbers(index);
      const figures = car.fuelFigures;
      while (figures.advance()) sum += figures.speed + figures.mpg;
      const performances = car.performanceFigures;
      while (performances.advance()) {
        sum += performances.octaneRating;
        const accelerations = performances.acceleration;
        while (accelerations.advance()) sum += accelerations.mph + accelerations.seconds;
      }
      sum += car.manufacturerLength + view.getUint8(car.manufacturerOffset);
      return sum + car.modelLength + view.getUint8(car.modelOffset);
    },
  };
}

interface PlainCar {
  readonly serialNumber: number;
  readonly modelYear: number;
  readonly available: number;
  readonly code: number;
  readonly someNumbers: readonly number[];
  readonly vehicleCode: string;
  readonly extras: number;
  readonly engine: { readonly capacity: number; readonly cylinders: number; readonly efficiency: number };
  readonly fuelFigures: readonly { readonly speed: number; readonly mpg: number }[];
  readonly performanceFigures: readonly {
    readonly octaneRating: number;
    readonly acceleration: readonly { readonly mph: number; readonly seconds: number }[];
  }[];
  readonly manufacturer: string;
  readonly model: string;
}

function plainCar(values: Values, at: number): PlainCar {
  const three = [0, 1, 2];
  const acceleration = three.map((index) => ({ mph: 30 * index, seconds: 4.5 + index }));
  return {
    serialNumber: values.time + at,
    modelYear: 2000 + (at & 31),
    available: at & 1,
    code: 65 + (at & 7),
    someNumbers: [at, at - 1, at - 2, at - 3],
    vehicleCode,
    extras: at & 7,
    engine: { capacity: 2000, cylinders: 4, efficiency: 35 },
    fuelFigures: three.map((index) => ({ speed: 30 + index, mpg: 35.5 + index })),
    performanceFigures: [0, 1].map((octane) => ({ octaneRating: 95 + octane, acceleration })),
    manufacturer,
    model,
  };
}

function sumOf(car: PlainCar): number {
  let sum = car.serialNumber + car.modelYear + car.available + car.code + car.extras;
  sum += car.engine.capacity + car.engine.cylinders + car.engine.efficiency;
  for (const number of car.someNumbers) sum += number;
  for (const figure of car.fuelFigures) sum += figure.speed + figure.mpg;
  for (const performance of car.performanceFigures) {
    sum += performance.octaneRating;
    for (const one of performance.acceleration) sum += one.mph + one.seconds;
  }
  sum += car.manufacturer.length + car.manufacturer.charCodeAt(0);
  return sum + car.model.length + car.model.charCodeAt(0);
}

export function carJson(): Peer {
  return {
    name: 'JSON',
    encode(values, at, target: Encoded) {
      target.text = JSON.stringify(plainCar(values, at));
      return target.text.length;
    },
    decode: ({ text }) => sumOf(JSON.parse(text) as PlainCar),
  };
}

export async function carProtobuf(): Promise<Peer> {
  const protobuf = await library<Protobuf>('protobufjs');
  type Spec = readonly (readonly [name: string, type: string, rule?: string])[];
  const typeOf = (name: string, fields: Spec): InstanceType<Protobuf['Type']> => {
    const type = new protobuf.Type(name);
    for (const [at, [field, of, rule]] of fields.entries()) type.add(new protobuf.Field(field, at + 1, of, rule));
    return type;
  };
  const numbers = (...names: string[]): Spec => names.map((name) => [name, 'int32']);
  const car = typeOf('Car', [
    ['serialNumber', 'double'],
    ...numbers('modelYear', 'available', 'code'),
    ['someNumbers', 'sint32', 'repeated'],
    ['vehicleCode', 'string'],
    ...numbers('extras'),
    ['engine', 'Engine'],
    ['fuelFigures', 'Figure', 'repeated'],
    ['performanceFigures', 'Performance', 'repeated'],
    ['manufacturer', 'string'],
    ['model', 'string'],
  ]);
  const others = [
    typeOf('Engine', numbers('capacity', 'cylinders', 'efficiency')),
    typeOf('Figure', [
      ['speed', 'uint32'],
      ['mpg', 'float'],
    ]),
    typeOf('Acceleration', [
      ['mph', 'uint32'],
      ['seconds', 'float'],
    ]),
    typeOf('Performance', [
      ['octaneRating', 'uint32'],
      ['acceleration', 'Acceleration', 'repeated'],
    ]),
  ];
  let space = new protobuf.Root().define('bench').add(car);
  for (const type of others) space = space.add(type);
  return {
    name: 'protobufjs',
    encode(values, at, target) {
      target.bytes = car.encode(plainCar(values, at)).finish();
      return target.bytes.length;
    },
    decode: ({ bytes }) => sumOf(car.decode(bytes) as PlainCar),
  };
}
