/** Hide: a blank page with the clock, at once. What was on the screen stays in memory, behind it. */
import { match, navigate } from './router';
import { session } from './session.svelte';

class Hiding {
  on = $state(false);
  #from = '/';

  hide(): void {
    if (this.on) return;
    this.#from = location.pathname + location.search;
    this.on = true;
    document.title = 'Clock';
    history.replaceState({}, '', '/clock');
    scrollTo(0, 0);
  }

  back(): void {
    this.on = false;
    navigate(match(this.#from).route ? this.#from : '/', { replace: true });
  }

  /** Esc three times within a second and a half. */
  watch(): void {
    let presses: number[] = [];
    addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.repeat || session.isStaff) return;
      const now = event.timeStamp;
      presses = [...presses.filter((at) => now - at < 1500), now];
      if (presses.length >= 3) {
        presses = [];
        this.hide();
      }
    });
  }
}

export const hiding = new Hiding();
