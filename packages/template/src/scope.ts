import { isPrintable, type Shape } from './shape.js';
import { violation } from './violation.js';

interface Named {
  readonly shape: Shape;
  /** Which place of the report this is, whatever it is called: `report.coverage[].controls[]`. */
  readonly place: string;
}

/** The names that a path may begin with, from the outside in. */
export class Scope {
  private constructor(private readonly names: ReadonlyMap<string, Named>) {}

  static of(shapes: Readonly<Record<string, Shape>>): Scope {
    return new Scope(new Map(Object.entries(shapes).map(([name, shape]) => [name, { shape, place: name }])));
  }

  /** What the path leads to. Throws `ContractError` at the pointer for one that leads nowhere. */
  resolve(path: string, pointer: string): Named {
    const [first = '', ...members] = path.split('.');
    const start = this.names.get(first);
    if (!start) {
      throw violation({
        pointer,
        message: `reads "${path}", and nothing is called "${first}" here`,
        allowed: this.#names,
      });
    }
    let { shape, place } = start;
    let walked = first;
    for (const member of members) {
      if (shape.kind === 'list') {
        throw violation({ pointer, message: `reads "${path}", but "${walked}" is a list: walk it with forEach` });
      }
      const next = shape.kind === 'object' ? shape.members.get(member) : undefined;
      if (!next) {
        const message = `reads "${path}", and "${walked}" has no "${member}"`;
        throw violation({ pointer, message, allowed: allowedBelow(walked, shape) });
      }
      shape = next;
      walked += `.${member}`;
      place += `.${member}`;
    }
    return { shape, place };
  }

  /** Throws `ContractError` unless a value stands at the path, or a list of values. */
  assertPrintable(path: string, pointer: string): void {
    const { shape } = this.resolve(path, pointer);
    if (isPrintable(shape)) return;
    if (shape.kind === 'list') {
      throw violation({ pointer, message: `reads "${path}", a list of objects: walk it with forEach` });
    }
    throw violation({
      pointer,
      message: `reads "${path}", an object: name one of its members`,
      allowed: allowedBelow(path, shape),
    });
  }

  /**
   * The scope inside a forEach. Throws `ContractError` for a path to no list, for a name in use, and for a list that is
   * being walked already: its square may be a million times a million, and would show nothing that it does not.
   */
  inside(path: string, as: string, pointer: string): Scope {
    const { shape, place } = this.resolve(path, `${pointer}/forEach`);
    if (shape.kind !== 'list') {
      throw violation({ pointer: `${pointer}/forEach`, message: `reads "${path}", which is no list` });
    }
    const item = `${place}[]`;
    if ([...this.names.values()].some((named) => named.place === item)) {
      throw violation({ pointer: `${pointer}/forEach`, message: `walks "${path}" inside of itself: walk a list once` });
    }
    if (as === 'page' || this.names.has(as)) {
      throw violation({ pointer: `${pointer}/as`, message: `is "${as}", which means something else here already` });
    }
    return new Scope(new Map([...this.names, [as, { shape: shape.item, place: item }]]));
  }

  get #names(): string[] {
    return [...this.names.keys()];
  }
}

const allowedBelow = (path: string, shape: Shape): string[] =>
  shape.kind === 'object' ? [...shape.members.keys()].map((member) => `${path}.${member}`) : [path];
