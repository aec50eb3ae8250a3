import { isPrintable, type Shape } from './shape.js';
import { violation } from './violation.js';

interface Named {
  readonly shape: Shape;
  /** The place in the report, independent of names: `report.coverage[].controls[]`. */
  readonly place: string;
}

/** The names that a path may begin with, from the outside in. */
export class Names {
  private constructor(private readonly names: ReadonlyMap<string, Named>) {}

  static of(shapes: Readonly<Record<string, Shape>>): Names {
    return new Names(new Map(Object.entries(shapes).map(([name, shape]) => [name, { shape, place: name }])));
  }

  /** The shape at a path. Throws `ContractError` at the pointer for a path that does not exist. */
  resolve(path: string, pointer: string): Named {
    const [first = '', ...members] = path.split('.');
    const start = this.names.get(first);
    if (!start) {
      throw violation({
        pointer,
        message: `reads "${path}", but "${first}" is not defined here`,
        allowed: this.#names,
      });
    }
    let { shape, place } = start;
    let walked = first;
    for (const member of members) {
      if (shape.kind === 'list') {
        throw violation({ pointer, message: `reads "${path}", but "${walked}" is a list: repeat it with forEach` });
      }
      const next = shape.kind === 'object' ? shape.members.get(member) : undefined;
      if (!next) {
        const message = `reads "${path}", but "${walked}" has no "${member}"`;
        throw violation({ pointer, message, allowed: allowedBelow(walked, shape) });
      }
      shape = next;
      walked += `.${member}`;
      place += `.${member}`;
    }
    return { shape, place };
  }

  /** Throws `ContractError` unless the path leads to a value or a list of values. */
  assertPrintable(path: string, pointer: string): void {
    const { shape } = this.resolve(path, pointer);
    if (isPrintable(shape)) return;
    if (shape.kind === 'list') {
      throw violation({ pointer, message: `reads "${path}", which is a list of objects: repeat it with forEach` });
    }
    throw violation({
      pointer,
      message: `reads "${path}", which is an object: name one of its members`,
      allowed: allowedBelow(path, shape),
    });
  }

  /**
   * The names inside a forEach. Throws `ContractError` for a path that is not a list, for a name in use, and for a list that is
   * already being repeated: it would expand to its square, up to a million times a million, and show nothing new.
   */
  inside(path: string, as: string, pointer: string): Names {
    const { shape, place } = this.resolve(path, `${pointer}/forEach`);
    if (shape.kind !== 'list') {
      throw violation({ pointer: `${pointer}/forEach`, message: `reads "${path}", which is not a list` });
    }
    const item = `${place}[]`;
    if ([...this.names.values()].some((named) => named.place === item)) {
      throw violation({
        pointer: `${pointer}/forEach`,
        message: `repeats "${path}" inside itself: repeat a list once`,
      });
    }
    if (as === 'page' || this.names.has(as)) {
      throw violation({ pointer: `${pointer}/as`, message: `is "${as}", which is already defined here` });
    }
    return new Names(new Map([...this.names, [as, { shape: shape.item, place: item }]]));
  }

  get #names(): string[] {
    return [...this.names.keys()];
  }
}

const allowedBelow = (path: string, shape: Shape): string[] =>
  shape.kind === 'object' ? [...shape.members.keys()].map((member) => `${path}.${member}`) : [path];
