import type { Attachment } from 'svelte/attachments';

/**
 * The width a chart may fill, and how much larger than 16 px the reader's text is. A chart is laid out in its own
 * pixels and drawn `zoom` times larger, so that its words grow with the page's.
 */
export class ChartBox {
  #outer = $state(0);
  #text = $state(1);
  readonly #least: number;

  /** `least`: the narrowest drawing that still has room for its labels. */
  constructor(least = 260) {
    this.#least = least;
  }

  get zoom(): number {
    return Math.max(1, Math.min(this.#text, this.#outer / this.#least));
  }

  /** Width in the chart's own pixels; 0 before it has been measured. */
  get width(): number {
    return Math.floor(this.#outer / this.zoom);
  }

  measure: Attachment<HTMLElement> = (element) => {
    const read = () => {
      this.#outer = element.clientWidth;
      this.#text = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  };
}
