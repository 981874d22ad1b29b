import type { Chrome, PageParts } from './chrome';
import type { SiteFiles } from './site-files';

/** So many pages wait at most: a foreign theme may take minutes, and memory is for one cycle at a time. */
const MOST_WAITING = 100;

/** The frame of all pages, which Jekyll makes beside the reading of records. Pages that come before it wait. */
export class Frame {
  private readonly waiting: PageParts[] = [];
  private isOver = false;

  constructor(
    private readonly coming: Promise<Chrome>,
    private readonly files: SiteFiles,
  ) {
    const over = () => {
      this.isOver = true;
    };
    coming.then(over, over); // whoever needs the frame is told why there is none
  }

  /** Writes a page of the kind `leaf`, now or when the frame is there. Throws if there will be none. */
  async add(page: PageParts): Promise<void> {
    this.waiting.push(page);
    if (this.isOver || this.waiting.length === MOST_WAITING) await this.ready();
  }

  /** Once it is there, and nothing waits for it. Throws if there will be none. */
  async ready(): Promise<Chrome> {
    const chrome = await this.coming;
    for (const page of this.waiting.splice(0)) this.files.add(page.name, 'leaf', chrome.page(page));
    return chrome;
  }

  /** When nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.coming]);
  }
}
