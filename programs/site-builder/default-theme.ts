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
</body>
</html>
`,
  'assets/icon.svg': `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1c5a8a"/><path d="M4 4h8M8 4v8" stroke="#fff" stroke-width="2"/></svg>
`,
  'assets/theme.css': `:root { color-scheme: light dark; --text: #1b1f24; --ground: #ffffff; --link: #0b5394; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8ea; --ground: #14171a; --link: #8ec5ff; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; }
header { padding: 0.8rem 1rem; border-bottom: 1px solid; }
header a { font-weight: bold; text-decoration: none; }
main { max-width: 80rem; margin: 0 auto; padding: 0 1rem 3rem; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.4rem; line-height: 1.25; }
h2 { font-size: 1.15rem; }
code { font-family: ui-monospace, monospace; font-size: 0.95em; }
`,
};
