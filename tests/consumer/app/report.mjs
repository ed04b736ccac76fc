/** Leaves the outcome where a test can read it without running code in the page. */
export function report(outcome) {
  const write = (value) => (document.documentElement.dataset.outcome = JSON.stringify(value));
  outcome.then(write, (error) => write({ error: `${error} ${error.cause ?? ''}` }));
}
