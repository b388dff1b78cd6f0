import type { Session, World } from '../world.ts';

/** Something that a page of the vendor's shows or says, entered as it stands there. */
export interface VendorCall {
  /** The page, by its short name; `assumed` where no page says it. */
  readonly page: string;
  readonly what: string;
  readonly lines: readonly string[];
  /** Rows of the table of behaviours that these lines meet, the last of them by the last line. */
  readonly rows: readonly string[];
  /** What is different from the world of the pages. */
  readonly given?: (world: World) => void;
  /** What else holds afterwards. */
  readonly then?: (session: Session) => void;
}
