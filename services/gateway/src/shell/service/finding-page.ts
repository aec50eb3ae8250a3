/** A page on which people read a finding. Links are relative to `/findings/<id>`, so they work under any path prefix of a proxy. */
export const FINDING_PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Evidence Reports: finding</title>
  <link rel="icon" type="image/png" href="../docs/favicon-32x32.png">
  <link rel="stylesheet" href="../docs/finding.css">
</head>
<body>
  <main>
    <h1>Finding</h1>
    <form autocomplete="off">
      <label for="token">A token with the scope <code>findings:read</code></label>
      <input id="token" name="token" type="password" required>
      <button>Show the finding</button>
      <p>The token stays in this page and is gone when you leave it.</p>
    </form>
    <p role="alert"></p>
    <dl></dl>
  </main>
  <script src="../docs/finding.js"></script>
</body>
</html>
`;

/** Everything is shown as text, because content that a scanner recorded must not become markup. */
export const FINDING_SCRIPT = `'use strict';
const form = document.querySelector('form');
const alertLine = document.querySelector('[role=alert]');
const list = document.querySelector('dl');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const token = form.elements.token.value.trim();
  form.reset();
  const id = location.pathname.split('/').at(-1);
  const response = await fetch('../api/v2/findings/' + id, { headers: { authorization: 'Bearer ' + token } });
  const answer = await response.json();
  alertLine.textContent = response.ok ? '' : answer.detail;
  list.replaceChildren();
  if (!response.ok) return;
  form.hidden = true;
  document.querySelector('h1').textContent = answer.title;
  for (const [name, value] of Object.entries(answer)) {
    const term = document.createElement('dt');
    term.textContent = name.replaceAll('_', ' ');
    const description = document.createElement('dd');
    description.textContent = typeof value === 'object' ? JSON.stringify(value, undefined, 2) : String(value);
    list.append(term, description);
  }
});
`;

export const FINDING_STYLE = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; color: #1b2733; }
h1 { font-size: 1.4rem; }
label, input, button { display: block; margin: 0.4rem 0; font: inherit; }
input { width: 100%; box-sizing: border-box; padding: 0.4rem; }
[role=alert] { color: #a3161b; }
dt { font-weight: 600; margin-top: 0.8rem; }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
