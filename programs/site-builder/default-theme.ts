/** Our own theme, path to content: what a site looks like whose bakery names none. */
export const defaultTheme: Readonly<Record<string, string>> = {
  '_layouts/default.html': `<!doctype html>
<html lang="{{ site.lang | default: 'en' }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{{ page.title | escape }}</title>
<link rel="icon" href="{{ '/assets/icon.svg' | relative_url }}" type="image/svg+xml">
<link rel="stylesheet" href="{{ '/assets/theme.css' | relative_url }}">
</head>
<body>
<header><a href="{{ '/' | relative_url }}">{{ site.title | escape }}</a></header>
<main>
{{ content }}
</main>
<footer>No cookies and no trackers: these pages ask no other site for anything.</footer>
</body>
</html>
`,
  'assets/icon.svg': `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1c5a8a"/><path d="M4 4h8M8 4v8" stroke="#fff" stroke-width="2"/></svg>
`,
  'assets/theme.css': `:root { color-scheme: light dark; --text: #1b1f24; --ground: #ffffff; --bar: #f3f5f7; --link: #0b5394; --on-link: #ffffff; --payouts-ground: var(--ground); }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8ea; --ground: #14171a; --bar: #1d2227; --link: #8ec5ff; --on-link: #10151a; } }
* { box-sizing: border-box; }
body { display: flex; flex-direction: column; min-height: 100vh; margin: 0; color: var(--text); background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; }
header, footer { background: var(--bar); }
header, main, footer { padding: 0.8rem max(1rem, (100vw - 72rem) / 2); }
header a { color: inherit; font-weight: bold; text-decoration: none; }
footer { font-size: 0.9rem; }
main { flex: 1; padding-bottom: 3rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
button { color: var(--on-link); background: var(--link); border: 0; border-radius: 0.3rem; font-weight: bold; cursor: pointer; }
input { color: inherit; background: var(--ground); border: 1px solid; border-radius: 0.3rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.8rem 0; }
h2 { font-size: 1.2rem; margin: 1.6rem 0 0.6rem; }
h3 { font-size: 1.05rem; }
code { font-family: ui-monospace, monospace; font-size: 0.95em; }
.payouts-notice { background: #fff3cd; color: #4a3500; border-color: #b8860b; }
.payouts-paid::before { color: #1a7f37; }
@media (prefers-color-scheme: dark) {
  .payouts-notice { background: #3a2f10; color: #ffe9ad; }
  .payouts-paid::before { color: #57d16f; }
}
`,
};
