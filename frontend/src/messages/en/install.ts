export const en = {
  title: 'Keep Yarrow on your Home Screen',
  why: 'Browsers may delete answers that wait for a signal after a week. They leave an app on the Home Screen alone, and it can remind you.',
  add: 'Add it',
  later: 'Not now',
  steps: ['Tap the Share button in your browser.', 'Choose “Add to Home Screen”.'],
  picture:
    'The Share button, a square with an arrow that points up, and below it the line Add to Home Screen with a plus sign.',
  row: 'Add to Home Screen',
  added: 'It is on your Home Screen. Open Yarrow from there from now on.',
};
