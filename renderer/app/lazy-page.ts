import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

/** A part of the console that was not there to be loaded: Gatehouse was updated since the page was opened, or does not answer. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing';
}

/** A component that is loaded when it is first shown. Shows nothing but throws `PartMissing` where that fails. */
export function lazyPage<Name extends string, Props extends object>(
  load: () => Promise<Readonly<Record<Name, ComponentType<Props>>>>,
  name: Name,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    try {
      return { default: (await load())[name] };
    } catch (cause) {
      throw new PartMissing(`The part of the console with ${name} could not be loaded.`, { cause });
    }
  });
}
