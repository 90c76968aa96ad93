import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { rowAfter, rowMove } from './row-keys.ts';

export type VirtualListHandle = {
  /** Back to the first row. */
  readonly scrollToTop: () => void;
  /** Brings a row into sight. */
  readonly scrollTo: (index: number) => void;
  /** Moves the focus to the first control of a row. */
  readonly focus: (index: number) => void;
};

export type VirtualListProps<Item> = {
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly items: readonly Item[];
  readonly itemKey: (item: Item) => string | number;
  /** A row; J, K and the arrows move to its first control, so it should have one. */
  readonly renderItem: (item: Item, index: number) => ReactNode;
  /** Height in pixels before a row was drawn. Default 36. */
  readonly estimateHeight?: ((item: Item) => number) | undefined;
  /** How many rows there are in all, where more can be loaded; -1 where nobody knows. Default: as many as items. */
  readonly total?: number | undefined;
  /** The end is near: load more. Called once per length of `items`. */
  readonly onEndNear?: (() => void) | undefined;
  /** Whether the first row is in sight changed. */
  readonly onAtTop?: ((atTop: boolean) => void) | undefined;
  readonly ref?: Ref<VirtualListHandle> | undefined;
};

const AT_TOP_PX = 8;
const FOCUSABLE = 'a[href], button:not([disabled]), [tabindex="0"]';

/**
 * A list of any length of which only the rows in sight exist; it fills its parent and scrolls by itself. Screen readers are told position
 * and count of each row, and the row with the focus stays there however far away it is scrolled.
 */
export function VirtualList<Item>(props: VirtualListProps<Item>): ReactElement {
  const { label, items, itemKey, renderItem, estimateHeight, total = items.length, onEndNear, onAtTop, ref } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const atTop = useRef(true);
  const [focused, setFocused] = useState<number | undefined>(undefined);
  // The console is not built by the React compiler, which this warns of.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const item = items[index];
      return item === undefined || estimateHeight === undefined ? 36 : estimateHeight(item);
    },
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : itemKey(item);
    },
    overscan: 8,
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      return focused === undefined || focused >= items.length || inSight.includes(focused)
        ? inSight
        : [...inSight, focused].sort((a, b) => a - b);
    },
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? -1;
  const endNear = items.length > 0 && last >= items.length - 10;

  useEffect(() => {
    if (endNear) onEndNear?.();
    // Asked again when the list has grown, not when the caller made a new function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [endNear, items.length]);

  function focusRow(index: number): void {
    virtualizer.scrollToIndex(index);
    setFocused(index);
    // The row exists after the next painting at the latest.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.querySelector<HTMLElement>(FOCUSABLE)?.focus(),
    );
  }

  useImperativeHandle(ref, () => ({
    scrollToTop: () => scroller.current?.scrollTo({ top: 0 }),
    scrollTo: (index) => virtualizer.scrollToIndex(index),
    focus: focusRow,
  }));

  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-y-auto [overflow-anchor:none]"
      onScroll={(event) => {
        const now = event.currentTarget.scrollTop < AT_TOP_PX;
        if (now !== atTop.current) onAtTop?.(now);
        atTop.current = now;
      }}
    >
      <div
        role="list"
        aria-label={label}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) setFocused(undefined);
        }}
        onKeyDown={(event) => {
          const move = rowMove(event);
          if (move === undefined || items.length === 0) return;
          event.preventDefault();
          focusRow(rowAfter(move, focused ?? -1, items.length));
        }}
      >
        {rows.map((row) => {
          const item = items[row.index];
          return (
            item !== undefined && (
              <div
                key={row.key}
                ref={virtualizer.measureElement}
                data-index={row.index}
                role="listitem"
                aria-posinset={row.index + 1}
                aria-setsize={total}
                onFocus={() => setFocused(row.index)}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${row.start}px)` }}
              >
                {renderItem(item, row.index)}
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
