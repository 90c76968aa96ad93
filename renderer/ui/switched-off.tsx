import { createContext, type ReactElement, type ReactNode, use } from 'react';

const Off = createContext(false);

/** Every control inside can be read and not used. */
export function SwitchedOff({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <Off value>
      <fieldset disabled className="contents">
        {children}
      </fieldset>
    </Off>
  );
}

/** For controls that are no native ones, which a fieldset does not reach: whether they stand inside of `SwitchedOff`. */
export function useSwitchedOff(): boolean {
  return use(Off);
}
