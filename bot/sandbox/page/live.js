/** The server's stream of what changed. */

import { eventsAddress } from "./api.js";

let source = null;

/**
 * Listens for the acting person; an earlier stream is closed.
 * @param {{changed: (event: {what: string, channel?: string}) => void, lost: (isLost: boolean) => void}} hear
 *   `lost(true)` when the stream breaks, `lost(false)` when it is there again
 */
export function listenLive({ changed, lost }) {
  source?.close();
  source = new EventSource(eventsAddress());
  source.onmessage = (message) => changed(JSON.parse(message.data));
  source.onopen = () => lost(false);
  source.onerror = () => lost(true);
}

/**
 * A refresher that runs once at a time: asked again meanwhile, it runs once more afterwards.
 * @param {() => Promise<void>} refresh
 * @returns {() => Promise<void>}
 */
export function oneAtATime(refresh) {
  let running = null;
  let again = false;
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      try {
        do {
          again = false;
          await refresh();
        } while (again);
      } finally {
        running = null; // in one step with the last look at `again`: nobody's asking falls between
      }
    })();
    return running;
  };
}
