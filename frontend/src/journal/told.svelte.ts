/** What became of the entry that was saved last, to be said once on the next screen. */
class Told {
  after = $state<'sent' | 'waiting' | 'needs_attention' | null>(null);
}
export const told = new Told();
